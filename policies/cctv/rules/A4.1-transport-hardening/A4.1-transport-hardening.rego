# METADATA
# title: 監錄設備管理介面及影像串流應加密並驗證
# description: >-
#   Nobody may watch, download or manage without logging in, and no password may travel in the clear.
#   Recorders and network cameras are asked the same facts; a camera that nobody asked is unknown.
# custom:
#   number: 13
#   title_en: Management and streams are neither open nor readable on the way
#   clause: 四(一)
#   basis: V
#   classes: [D]
#   severity: medium
#   subjects: [recorder, camera]
#   needs:
#     - services.telnet
#     - services.http
#     - services.http_auth
#     - services.rtsp_auth
#     - services.snmp
#     - services.recordings_open
#     - services.database_open
#     - services.debug_ports
#   params: [allow_http, allow_snmp_v2c]
#   reasons:
#     telnet_open:
#       zh: 開放 telnet，帳號密碼會以明碼傳送
#       en: telnet is open, so passwords travel in the clear
#       fix_zh: 關閉 telnet；需要遠端維護時改用 SSH
#       fix_en: switch telnet off; use SSH for maintenance
#     http_open:
#       zh: 管理網頁可用未加密的 HTTP 連線
#       en: the management pages answer on plain HTTP
#       fix_zh: 改用 HTTPS 並關閉 HTTP；設備不支援者，隔離網段後申請豁免
#       fix_en: use HTTPS and switch HTTP off; if the device cannot, isolate it and apply for a waiver
#     http_no_login:
#       zh: 管理網頁不需登入即可進入
#       en: the management pages open without a login
#       fix_zh: 啟用網頁登入驗證
#       fix_en: require a login for the pages
#     rtsp_no_login:
#       zh: 不需登入即可觀看 RTSP 即時影像
#       en: the RTSP stream plays without a login
#       fix_zh: 啟用 RTSP 驗證（digest），並關閉匿名觀看
#       fix_en: require digest authentication for RTSP and forbid anonymous viewing
#     snmp_default_community:
#       zh: SNMP 使用出廠的社群字串
#       en: SNMP accepts a factory community
#       fix_zh: 關閉 SNMP，或改用 SNMP v3（authPriv）
#       fix_en: switch SNMP off or use v3 with authPriv
#     snmp_in_clear:
#       zh: SNMP {version} 未加密
#       en: SNMP {version} is answered, which is not encrypted
#       fix_zh: 停用 SNMP v1／v2c，改用 SNMP v3（authPriv）
#       fix_en: switch SNMP v1 and v2c off; use v3 with authPriv
#     recordings_open:
#       zh: 不需登入即可下載錄影檔
#       en: recordings can be downloaded without a login
#       fix_zh: 錄影檔目錄改為須登入才能存取，或自網頁伺服器移除
#       fix_en: require a login for the recordings' folder, or take it off the web server
#     database_open:
#       zh: 資料庫可由其他電腦連線
#       en: the database can be reached from other machines
#       fix_zh: 資料庫改為只接受本機連線
#       fix_en: let the database listen on the machine itself only
#     debug_port_open:
#       zh: 開放除錯用連接埠 {port}
#       en: debug port {port} is open
#       fix_zh: 關閉該連接埠或更新韌體
#       fix_en: close the port or update the firmware
#     snmp_not_told:
#       zh: 無法得知 SNMP 設定（{field}）
#       en: the SNMP settings are not known ({field})
#       fix_zh: 重新收集，或由人工填報佐證
#       fix_en: collect again, or hand in a signed answer sheet
#     no_ip:
#       zh: 類比攝影機沒有網路位址
#       en: an analog camera has no address
#       fix_zh: ""
#       fix_en: ""
#     decommissioned:
#       zh: 設備已停用（{status}）
#       en: the device is out of service ({status})
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["A4.1-transport-hardening"]

import data.cctv.lib.device

snmp := input.facts["services.snmp"]

not_applicable contains device.analog

not_applicable contains device.retired

fail contains {"code": code, "values": {}} if {
	some fact, code in {
		"services.telnet": "telnet_open",
		"services.recordings_open": "recordings_open",
		"services.database_open": "database_open",
	}
	input.facts[fact] == true
}

fail contains {"code": code, "values": {}} if {
	some fact, code in {"services.http_auth": "http_no_login", "services.rtsp_auth": "rtsp_no_login"}
	input.facts[fact] == "none"
}

fail contains {"code": "http_open", "values": {}} if {
	input.facts["services.http"] == true
	not input.params.allow_http == true
}

fail contains {"code": "debug_port_open", "values": {"port": port}} if {
	some port in input.facts["services.debug_ports"]
}

fail contains {"code": "snmp_default_community", "values": {}} if snmp.community_default == true

# A district that allows v2c has agents that answer v1 as well: the two share their communities.
fail contains {"code": "snmp_in_clear", "values": {"version": version}} if {
	some version in clear_versions
	snmp[version] == true
}

unknown contains {"code": "snmp_not_told", "values": {"field": version}} if {
	snmp
	some version in clear_versions
	not is_boolean(object.get(snmp, version, null))
}

unknown contains {"code": "snmp_not_told", "values": {"field": "community"}} if {
	snmp
	not is_boolean(object.get(snmp, "community_default", null))
	not v3_only
}

clear_versions := {"v1", "v2c"} if not input.params.allow_snmp_v2c == true

# Only v1 and v2c have communities.
v3_only if {
	snmp.v1 == false
	snmp.v2c == false
}
