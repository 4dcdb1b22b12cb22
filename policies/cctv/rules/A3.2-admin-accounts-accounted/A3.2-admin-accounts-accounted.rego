# METADATA
# title: 管理者帳號均有專人
# description: >-
#   Each administrator account that is in use on a device belongs to one person of the roster, or the inventory
#   declares it as the account of a service. A vendor's account is open during a repair only.
# custom:
#   number: 9
#   title_en: Every administrator account is one person's
#   clause: 三(二)
#   basis: V
#   classes: [D, R]
#   severity: high
#   subjects: [school_records]
#   needs: [admins]
#   params: [max_admin_accounts, admin_roles]
#   reasons:
#     unmapped:
#       zh: "設備 {device} 的管理者帳號「{account}」（{realm}）不屬於名冊上任何人"
#       en: "the administrator account \"{account}\" ({realm}) of {device} is nobody's in the roster"
#       fix_zh: 停用該帳號，或在名冊（accounts）登錄其保管人
#       fix_en: "disable it, or name its holder in the roster (accounts)"
#     shared:
#       zh: "設備 {device} 的管理者帳號「{account}」（{realm}）由 {owners} 人共用"
#       en: "{owners} persons share the administrator account \"{account}\" ({realm}) of {device}"
#       fix_zh: 每人使用自己的帳號
#       fix_en: give each person an account of their own
#     too_many:
#       zh: "設備 {device} 有 {count} 個管理者帳號，上限 {limit} 個"
#       en: "{device} has {count} administrator accounts; the limit is {limit}"
#       fix_zh: 停用多餘的帳號
#       fix_en: disable those that are not needed
#     vendor_open:
#       zh: "設備 {device} 的廠商帳號「{account}」（{realm}）在報修期間之外仍啟用"
#       en: "the vendor's account \"{account}\" ({realm}) of {device} is open outside a repair"
#       fix_zh: 停用；維修時登錄報修單的開放期間
#       fix_en: "disable it; a repair's record says when it is open"
#     not_told:
#       zh: "沒有設備 {device} 的帳號資料"
#       en: "the accounts of {device} are not known"
#       fix_zh: 重新收集，或由人工填報佐證
#       fix_en: "collect again, or hand in a signed answer sheet"
#     no_devices:
#       zh: 清冊上沒有使用中的設備
#       en: the inventory has no device in use
#       fix_zh: 在清冊補上設備
#       fix_en: list the devices in the inventory
#     roster_unreadable:
#       zh: "名冊有 {count} 筆無法讀取"
#       en: "{count} entries of the roster cannot be read"
#       fix_zh: 修正名冊檔
#       fix_en: mend the files
package cctv.rules["A3.2-admin-accounts-accounted"]

import data.cctv.lib.account
import data.cctv.lib.param

# What the device does not tell is held against the account, as in lib/account.
admins contains one if {
	some one in input.facts.admins.accounts
	not one.enabled == false
	account.is_admin(object.get(one, "role", null))
}

who(one) := {name: one[name] | some name in ["device", "account", "realm"]}

fail contains {"code": "unmapped", "values": who(one)} if {
	some one in admins
	one.owners == 0
	not one.service == true
}

fail contains {"code": "shared", "values": object.union(who(one), {"owners": one.owners})} if {
	some one in admins
	one.owners > 1
}

fail contains {"code": "vendor_open", "values": who(one)} if {
	some one in admins
	one.vendor == true
	not one.window_open == true
}

fail contains {"code": "too_many", "values": {"device": device, "count": total, "limit": limit}} if {
	limit := param.value("max_admin_accounts")
	is_number(limit)
	some device in {one.device | some one in admins}
	total := count({one | some one in admins; one.device == device})
	total > limit
}

unknown contains {"code": "no_roster", "values": {}} if input.facts.admins.roster_told != true

unknown contains {"code": "roster_unreadable", "values": {"count": input.facts.admins.unreadable}} if {
	input.facts.admins.unreadable > 0
}

unknown contains {"code": "not_told", "values": {"device": device}} if some device in input.facts.admins.silent

unknown contains {"code": "no_devices", "values": {}} if input.facts.admins.devices == 0
