# METADATA
# title: 離職或調職人員之帳號應停用
# description: >-
#   What the devices themselves say after the departure: each account of the leaver is disabled or gone; one that
#   another person goes on using has a new password.
# custom:
#   number: 15
#   title_en: "A leaver's accounts are closed"
#   clause: 四(二)
#   basis: V
#   classes: [D, R]
#   severity: high
#   subjects: [handover]
#   needs: [leaver]
#   params: [disable_within_days]
#   reasons:
#     still_open:
#       zh: "{person} 離職 {days} 日後，設備 {device} 的帳號「{account}」仍啟用"
#       en: "{days} days after {person} left, the account \"{account}\" of {device} is still open"
#       fix_zh: 立即停用，並登錄於交接紀錄
#       fix_en: "disable it at once, and write it into the handover"
#     same_password:
#       zh: "設備 {device} 的帳號「{account}」自 {person} 離職後未更換密碼"
#       en: "the password of \"{account}\" on {device} was not changed since {person} left"
#       fix_zh: 立即更換密碼
#       fix_en: change the password at once
#     change_unknown:
#       zh: "無法得知設備 {device} 的帳號「{account}」自 {person} 離職後是否更換密碼"
#       en: "whether the password of \"{account}\" on {device} was changed since {person} left is not known"
#       fix_zh: 以本工具更換密碼，或由人工填報佐證
#       fix_en: "rotate it with this tool, or hand in a signed answer sheet"
#     not_told:
#       zh: "沒有設備 {device} 的帳號資料，無法確認「{account}」是否停用"
#       en: "the accounts of {device} are not known, so neither is whether \"{account}\" is closed"
#       fix_zh: 重新收集，或由人工填報佐證
#       fix_en: "collect again, or hand in a signed answer sheet"
#     seen_before:
#       zh: "設備 {device} 的帳號資料早於停用期限，無法確認「{account}」是否停用"
#       en: "{device} was last asked before \"{account}\" had to be closed"
#       fix_zh: 重新收集
#       fix_en: collect again
#     none_listed:
#       zh: "名冊未登錄 {person} 的帳號"
#       en: "the roster names no account of {person}"
#       fix_zh: 在名冊（accounts）或交接紀錄（accounts_disabled）登錄其帳號
#       fix_en: "name the accounts in the roster (accounts) or the handover (accounts_disabled)"
#     temporary:
#       zh: 請假，非離職或調職
#       en: "a leave of absence, no departure"
#       fix_zh: ""
#       fix_en: ""
#     no_account:
#       zh: 未操作設備，也沒有帳號
#       en: "no account, and no work at the devices"
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["A4.2-leaver-account-disabled"]

import data.cctv.lib.param

not_applicable contains {"code": "temporary", "values": {}} if input.facts.leaver.temporary == true

not_applicable contains {"code": "no_account", "values": {}} if {
	input.facts.leaver.accounts == []
	input.facts.leaver.hands_on == false
}

limit := param.limit("disable_within_days")

who(one) := {"person": input.facts.leaver.person, "device": one.device, "account": one.account}

# Asked when the account had to be closed already.
due contains one if {
	some one in input.facts.leaver.accounts
	one.told == true
	one.after_days > limit
}

early contains one if {
	some one in input.facts.leaver.accounts
	one.told == true
	not one in due
}

fail contains {"code": "still_open", "values": object.union(who(one), {"days": one.after_days})} if {
	some one in due
	one.open == true
	not one.goes_on == true
}

fail contains {"code": "same_password", "values": who(one)} if {
	some one in due
	one.open == true
	one.goes_on == true
	one.changed == false
}

unknown contains {"code": "change_unknown", "values": who(one)} if {
	some one in due
	one.open == true
	one.goes_on == true
	not is_boolean(object.get(one, "changed", null))
}

unknown contains {"code": "not_told", "values": {"device": one.device, "account": one.account}} if {
	some one in input.facts.leaver.accounts
	one.told != true
}

# Before the departure nothing is proven, nor by an account that is open while it still may be.
unknown contains {"code": "seen_before", "values": {"device": one.device, "account": one.account}} if {
	some one in early
	not closed_early(one)
}

unknown contains {"code": "none_listed", "values": {"person": input.facts.leaver.person}} if {
	input.facts.leaver.accounts == []
	input.facts.leaver.hands_on != false
}

closed_early(one) if {
	one.after_days >= 0
	one.open == false
}

closed_early(one) if {
	one.after_days >= 0
	one.goes_on == true
	one.changed == true
}
