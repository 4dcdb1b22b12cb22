# METADATA
# title: 系統管理者帳號不得使用預設密碼
# description: >-
#   No administrator's account in use keeps a factory password, a password that was only printed on the
#   label, or the one that the installer left behind.
# custom:
#   number: 8
#   title_en: No default password on an administrator account
#   clause: 三(二)
#   basis: N
#   classes: [D]
#   severity: critical
#   subjects: [recorder, camera]
#   needs: [accounts]
#   params: [admin_roles, probe_enabled, probe_max_attempts]
#   reasons:
#     default_password:
#       zh: 管理者帳號 {account}（{realm}）仍使用預設密碼
#       en: the administrator account {account} ({realm}) still has a factory password
#       fix_zh: 立即改設新密碼；每台設備的密碼須不同，且不得與帳號相同或留白
#       fix_en: set a new password at once, different on every device, not empty, not the account's name
#     label_unchanged:
#       zh: 管理者帳號 {account}（{realm}）仍使用出廠標籤上的密碼，啟用後未曾更換
#       en: the account {account} ({realm}) keeps the password on its label; it was not changed since
#       fix_zh: 改設新密碼，並登記更換日期
#       fix_en: set a new password and record the day
#     never_changed:
#       zh: 管理者帳號 {account}（{realm}）沒有更換過密碼的紀錄
#       en: there is no record that the password of {account} ({realm}) was ever changed
#       fix_zh: 更換密碼，並在清冊登記更換日期
#       fix_en: change the password and record the day in the inventory
#     not_since_commissioning:
#       zh: 管理者帳號 {account}（{realm}）的密碼在啟用日 {commissioned} 之後未曾更換，安裝廠商仍知道密碼
#       en: >-
#         the password of {account} ({realm}) was not changed after commissioning on {commissioned}; whoever
#         installed the device still knows it
#       fix_zh: 由學校自行更換密碼，並登記更換日期
#       fix_en: change the password yourselves and record the day
#     not_checked:
#       zh: 無法確認管理者帳號 {account}（{realm}）是否仍使用預設密碼
#       en: whether {account} ({realm}) still has a factory password could not be told
#       fix_zh: 更換密碼並登記日期，或將該密碼納入密碼庫管理後重新收集
#       fix_en: change the password and record the day, or put it in the vault and collect again
#     no_method:
#       zh: 管理者帳號 {account}（{realm}）雖回報非預設密碼，但沒有說明如何確認
#       en: "{account} ({realm}) is said to have no factory password, but not how that was found out"
#       fix_zh: 重新收集；人工填報者請註明檢查方式
#       fix_en: collect again; name the method if it was written by hand
#     probe_locked:
#       zh: 試登入時管理者帳號 {account}（{realm}）已被鎖定，已停止嘗試
#       en: the account {account} ({realm}) was locked when a login was tried; there is no further try
#       fix_zh: 等候解鎖後由管理人親自確認並更換密碼
#       fix_en: wait until it unlocks, then check and change the password at the device
#     changed_in_future:
#       zh: 管理者帳號 {account}（{realm}）的密碼更換時間晚於現在，設備時鐘可能有誤
#       en: the password of {account} ({realm}) was changed in the future; the device's clock may be wrong
#       fix_zh: 校正設備時間後重新收集
#       fix_en: set the device's clock and collect again
#     no_admin_account:
#       zh: 讀到的帳號中沒有啟用中的管理者帳號，讀取可能不完整
#       en: none of the accounts read is an administrator in use; something was not read
#       fix_zh: 確認讀取帳號的權限後重新收集，或由人工填報
#       fix_en: check what the reading account may see and collect again, or hand in an answer sheet
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
#   notes:
#     shared_secret:
#       zh: 帳號 {account}（{realm}）的密碼與其他 {others} 台設備相同，應改為每台不同
#       en: "{account} ({realm}) has the same password as {others} other devices; each should have its own"
package cctv.rules["A3.2-no-default-password"]

import data.cctv.lib.account
import data.cctv.lib.device

not_applicable contains device.analog

not_applicable contains device.retired

fail contains {"code": "default_password", "values": account.values(admin)} if {
	some admin in account.admins
	admin.is_default_password == true
}

# A login with a factory password that was let in proves it, whatever else was told.
fail contains {"code": "default_password", "values": account.values(admin)} if {
	some admin in account.admins
	admin.probe == "accepted"
}

fail contains {"code": "label_unchanged", "values": account.values(admin)} if {
	some admin in account.admins
	admin.factory_label == true
	not account.changed_since_commissioning(admin)
}

# The vault knows which password should be in use; that it ever got onto the device, only the record of
# the change says. Other methods look at the device itself and need no such record.
fail contains {"code": "never_changed", "values": account.values(admin)} if {
	some admin in account.admins
	admin.check_method == "managed_secret"
	admin.changed_s == null
}

fail contains {"code": "not_since_commissioning", "values": values} if {
	some admin in account.admins
	is_number(admin.changed_s)
	not account.changed_since_commissioning(admin)
	values := object.union(account.values(admin), {"commissioned": input.subject.commissioned_on})
}

unknown contains {"code": code(admin), "values": account.values(admin)} if {
	some admin in account.admins
	told := object.get(admin, "is_default_password", null)
	not told in {true, false}
}

unknown contains {"code": "no_method", "values": account.values(admin)} if {
	some admin in account.admins
	admin.is_default_password == false
	object.get(admin, "check_method", null) == null
}

unknown contains {"code": "changed_in_future", "values": account.values(admin)} if {
	some admin in account.admins
	account.from_future(admin)
}

unknown contains account.none_told

note contains {"code": "shared_secret", "values": values} if {
	some admin in account.admins
	admin.shared_with >= 1
	values := object.union(account.values(admin), {"others": admin.shared_with})
}

code(admin) := "probe_locked" if {
	admin.probe == "locked"
} else := "not_checked"
