# METADATA
# title: 管理者密碼定期更換及交接時更換
# description: >-
#   Where the regulation sets an age or the custodian has changed: the administrators' passwords are younger
#   than that age, younger than the last handover, and were changed after commissioning.
# custom:
#   number: 10
#   title_en: Administrator passwords are changed in time
#   clause: 三(二)
#   basis: V
#   classes: [D, R]
#   severity: medium
#   subjects: [recorder, camera]
#   needs: [accounts]
#   params: [password_max_age_days, rotate_on_handover, admin_roles]
#   reasons:
#     too_old:
#       zh: 管理者帳號 {account}（{realm}）的密碼自 {changed} 起未更換，已超過 {max_days} 日
#       en: the password of {account} ({realm}) dates from {changed}, more than {max_days} days ago
#       fix_zh: 更換密碼，並登記更換日期
#       fix_en: change the password and record the day
#     not_since_handover:
#       zh: 管理人員交接後，管理者帳號 {account}（{realm}）的密碼未更換（最近更換：{changed}）
#       en: the password of {account} ({realm}) was not changed since the last handover (it dates from {changed})
#       fix_zh: 由新任管理人更換密碼，並記入交接紀錄
#       fix_en: the new custodian changes the password and notes it in the handover record
#     not_since_commissioning:
#       zh: 管理者帳號 {account}（{realm}）的密碼在啟用日之後未更換（最近更換：{changed}）
#       en: the password of {account} ({realm}) was not changed after commissioning (it dates from {changed})
#       fix_zh: 由學校自行更換密碼，並登記更換日期
#       fix_en: change the password yourselves and record the day
#     change_unknown:
#       zh: 沒有管理者帳號 {account}（{realm}）最近一次更換密碼的日期
#       en: it is not known when the password of {account} ({realm}) was last changed
#       fix_zh: 在清冊登記密碼更換日期；沒有紀錄者請更換密碼後登記
#       fix_en: record the day in the inventory; without a record, change the password and record that
#     changed_in_future:
#       zh: 管理者帳號 {account}（{realm}）的密碼更換時間晚於現在，設備時鐘可能有誤
#       en: the password of {account} ({realm}) was changed in the future; the device's clock may be wrong
#       fix_zh: 校正設備時間後重新收集
#       fix_en: set the device's clock and collect again
#     handovers_unknown:
#       zh: 沒有管理人員名冊，無法得知是否有交接
#       en: without a roster of custodians, handovers are not known
#       fix_zh: 補登管理人員名冊及交接紀錄
#       fix_en: enter the roster of custodians and the handovers
#     no_admin_account:
#       zh: 讀到的帳號中沒有啟用中的管理者帳號，讀取可能不完整
#       en: none of the accounts read is an administrator in use; something was not read
#       fix_zh: 確認讀取帳號的權限後重新收集，或由人工填報
#       fix_en: check what the reading account may see and collect again, or hand in an answer sheet
#     no_deadline:
#       zh: 適用規定未訂密碼最長使用日數，且沒有須更換密碼的管理人員交接
#       en: the regulation sets no age for passwords, and there was no handover that asks for a change
#       fix_zh: ""
#       fix_en: ""
#     no_ip:
#       zh: 類比攝影機沒有網路位址，也沒有登入帳號
#       en: an analog camera has neither an address nor a login
#       fix_zh: ""
#       fix_en: ""
#     decommissioned:
#       zh: 設備已停用（{status}）
#       en: the device is out of service ({status})
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["A3.2-credential-age"]

import data.cctv.lib.account
import data.cctv.lib.device

day_s := 86400

max_days := object.get(input, ["params", "password_max_age_days"], null)

rotates if not input.params.rotate_on_handover == false

# A handover that is planned asks for nothing yet.
handovers contains change if {
	rotates
	not roster_missing
	some change in input.subject.custodian_changes_s
	change <= input.as_of_s
}

roster_missing if {
	rotates
	not is_array(object.get(input, ["subject", "custodian_changes_s"], null))
}

not_applicable contains device.analog

not_applicable contains device.retired

not_applicable contains {"code": "no_deadline", "values": {}} if {
	max_days == null
	count(handovers) == 0
	not roster_missing
}

fail contains {"code": "too_old", "values": values} if {
	is_number(max_days)
	oldest_s := input.as_of_s - (max_days * day_s)
	some admin in dated
	admin.changed_s < oldest_s
	values := object.union(changed(admin), {"max_days": max_days})
}

fail contains {"code": "not_since_handover", "values": changed(admin)} if {
	last_s := max(handovers)
	some admin in dated
	admin.changed_s < last_s
}

fail contains {"code": "not_since_commissioning", "values": changed(admin)} if {
	some admin in dated
	not account.changed_since_commissioning(admin)
}

unknown contains {"code": "change_unknown", "values": account.values(admin)} if {
	some admin in (holders - dated)
}

unknown contains {"code": "changed_in_future", "values": account.values(admin)} if {
	some admin in account.admins
	account.from_future(admin)
}

unknown contains {"code": "handovers_unknown", "values": {}} if roster_missing

unknown contains account.none_told

# A locked password opens nothing, however old it is.
holders contains admin if {
	some admin in account.admins
	not admin.password_locked == true
}

dated contains admin if {
	some admin in holders
	is_number(admin.changed_s)
}

changed(admin) := object.union(account.values(admin), {"changed": admin.last_password_change})
