# METADATA
# title: 監錄設備不得由網際網路連入
# description: >-
#   A private address is no shelter if the internet is let in: by the router (port forward, DMZ, static
#   NAT), by the device itself (UPnP, DDNS, tunnel) or by the maker's cloud (P2P). Recorders and cameras
#   alike; what nobody looked at is unknown, for a camera as for a recorder.
# custom:
#   number: 6
#   title_en: No way in from the internet
#   clause: 三(一)
#   basis: V
#   classes: [D, T]
#   severity: high
#   subjects: [recorder, camera]
#   needs:
#     - interfaces
#     - exposure.upnp_enabled
#     - exposure.upnp_mappings
#     - exposure.ddns_enabled
#     - exposure.p2p_enabled
#     - exposure.tunnels
#     - exposure.router
#   params: [upnp_enabled_verdict, p2p_verdict, router_max_age_days]
#   reasons:
#     upnp_on:
#       zh: 設備開啟了 UPnP，可自行要求路由器開放對外連接埠
#       en: UPnP is on; the device can have the router open ports by itself
#       fix_zh: 在設備的網路設定關閉 UPnP，並在路由器停用 UPnP 功能
#       fix_en: switch UPnP off on the device, and on the router too
#     p2p_on:
#       zh: 設備開啟了廠商雲端（P2P）連線，校外可經廠商主機或手機 App 連入
#       en: the maker's P2P cloud is on; anyone with its app can come in through the maker's servers
#       fix_zh: 關閉 P2P／雲端服務並解除手機 App 綁定；需遠端管理請改用教育局處核准之 VPN
#       fix_en: switch the cloud service off and unbind its apps; use an approved VPN for remote work
#     ddns_on:
#       zh: 設備開啟了動態網域名稱（DDNS）服務，等於對外公布連線位置
#       en: dynamic DNS is on; it publishes where the device can be reached
#       fix_zh: 關閉 DDNS 並刪除已註冊的網域名稱
#       fix_en: switch dynamic DNS off and delete the registered name
#     tunnel:
#       zh: 設備上有對外通道「{tunnel}」，可繞過校園防火牆連入
#       en: the tunnel {tunnel} lets the outside in past the firewall
#       fix_zh: 停用並移除該通道程式
#       fix_en: stop and remove the tunnel
#     upnp_mapping:
#       zh: 路由器有 UPnP 對應：對外連接埠 {outside} 轉入本設備位址 {address}（連接埠 {inside}）
#       en: a UPnP mapping leads from outside port {outside} to this device's {address}, port {inside}
#       fix_zh: 在路由器刪除該對應並停用 UPnP；即使是舊設備留下的，同一位址仍會被連入
#       fix_en: delete the mapping and switch UPnP off; one left by an older device works all the same
#     port_forward:
#       zh: 路由器將對外連接埠 {outside} 轉入本設備位址 {address}（連接埠 {inside}）
#       en: the router forwards outside port {outside} to this device's {address}, port {inside}
#       fix_zh: 在路由器刪除該連接埠轉發（虛擬伺服器）設定，完成後更新路由器檢查紀錄
#       fix_en: delete the port forward on the router, then record the router again
#     static_nat:
#       zh: 路由器以靜態 NAT 將對外位址對應到本設備位址 {address}
#       en: the router's static NAT maps an outside address to this device's {address}
#       fix_zh: 在路由器刪除該靜態 NAT 設定，完成後更新路由器檢查紀錄
#       fix_en: delete the static NAT on the router, then record the router again
#     dmz_host:
#       zh: 本設備位址 {address} 被設為路由器的 DMZ 主機，所有對外連接埠都會轉入
#       en: this device's {address} is the router's DMZ host; every outside port leads to it
#       fix_zh: 關閉路由器的 DMZ 功能，完成後更新路由器檢查紀錄
#       fix_en: switch the router's DMZ off, then record the router again
#     target_unreadable:
#       zh: 對外轉入設定的內部位址「{address}」無法解讀，不能確定是否轉入本設備
#       en: the inside address "{address}" of a mapping cannot be read, so it may be this device
#       fix_zh: 到路由器查明該設定的完整 IP 位址後更新紀錄
#       fix_en: look up the full IP address on the router and record it again
#     address_unreadable:
#       zh: 本設備的位址「{address}」無法解讀，不能與路由器設定比對
#       en: the device's address "{address}" cannot be read, so it cannot be compared with the router's
#       fix_zh: 查明設備實際使用的位址後重新收集
#       fix_en: find out the device's real address and collect again
#     no_own_address:
#       zh: 讀不到本設備使用中的位址，不能與路由器設定比對
#       en: no address in use was read, so nothing can be compared with the router's settings
#       fix_zh: 檢查網路線與設備網路設定後重新收集
#       fix_en: check the cable and the network settings, then collect again
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
#   notes:
#     upnp_on:
#       zh: 設備開啟了 UPnP（本地規定未列為違規）
#       en: UPnP is on (the rules in force here do not count it as a violation)
#     p2p_on:
#       zh: 設備開啟了廠商雲端 P2P 連線（本地規定未列為違規）
#       en: the maker's P2P cloud is on (the rules in force here do not count it as a violation)
package cctv.rules["A3.1-no-inbound-exposure"]

import data.cctv.lib.device
import data.cctv.lib.param

not_applicable contains device.analog

not_applicable contains device.retired

fail contains cause if some ["fail", cause] in graded

fail contains {"code": "ddns_on", "values": {}} if input.facts["exposure.ddns_enabled"] == true

fail contains {"code": "tunnel", "values": {"tunnel": tunnel}} if {
	some tunnel in input.facts["exposure.tunnels"]
}

fail contains {"code": code, "values": values(way)} if {
	some [code, way] in ways
	way.normalised in own
}

unknown contains cause if some ["unknown", cause] in graded

unknown contains {"code": "target_unreadable", "values": {"address": way.internal_address}} if {
	some [_, way] in ways
	way.class == "malformed"
}

unknown contains {"code": "address_unreadable", "values": {"address": address.address}} if {
	some address in used
	address.class == "malformed"
}

unknown contains {"code": "no_own_address", "values": {}} if {
	input.facts.interfaces
	count(own) == 0
}

note contains cause if some ["pass", cause] in graded

# The device's own doors that the regulation grades.
graded contains [grade, {"code": "upnp_on", "values": {}}] if {
	input.facts["exposure.upnp_enabled"] == true
	grade := param.grade("upnp_enabled_verdict")
}

graded contains [grade, {"code": "p2p_on", "values": {}}] if {
	input.facts["exposure.p2p_enabled"] == true
	grade := param.grade("p2p_verdict")
}

# Where somebody is let in to, whoever asked for it: a mapping outlives the device that made it.
ways contains ["upnp_mapping", way] if some way in input.facts["exposure.upnp_mappings"]

ways contains ["port_forward", way] if some way in input.facts["exposure.router"].port_forwards

ways contains ["static_nat", way] if some way in input.facts["exposure.router"].static_nat

ways contains ["dmz_host", way] if some way in input.facts["exposure.router"].dmz

# In use: everything but interfaces that are known to be switched off.
used contains address if {
	some address in input.facts.interfaces
	not address.admin_up == false
}

# Loopback and 0.0.0.0 are nobody's own: a router writes 0.0.0.0 for "none".
nobodys := {"loopback", "unset", "malformed"}

own contains address.normalised if {
	some address in used
	not address.class in nobodys
}

values(way) := {
	"address": way.internal_address,
	"outside": port(way.external_port),
	"inside": port(way.internal_port),
}

# Without a port, all ports.
port(null) := "*"

port(number) := format_int(number, 10) if is_number(number)
