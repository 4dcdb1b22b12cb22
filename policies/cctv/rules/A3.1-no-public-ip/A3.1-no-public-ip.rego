# METADATA
# title: 監錄設備不得使用真實網路位址
# description: No recorder, camera or encoder carries a public address; reachability does not matter.
# custom:
#   number: 5
#   title_en: No public address on any CCTV device
#   clause: 三(一)
#   basis: N
#   classes: [D]
#   severity: critical
#   subjects: [recorder, camera]
#   needs: [interfaces]
#   params: [allowed_private_cidrs, cgnat_verdict, labels]
#   reasons:
#     public_address:
#       zh: 介面 {interface} 使用真實網路位址 {address} {labels}
#       en: interface {interface} carries the public address {address} {labels}
#       fix_zh: 改用校內私有位址（10/8、172.16/12、192.168/16、fc00::/7）；若為 IPv6 請停用或改用 ULA
#       fix_en: move it to a private address (RFC 1918 or ULA); switch IPv6 off if it is not needed
#     cgnat:
#       zh: 介面 {interface} 使用電信業者共用位址 {address}
#       en: interface {interface} carries the carrier-grade NAT address {address}
#       fix_zh: 改用校內私有位址
#       fix_en: move it to a private address
#     no_usable_address:
#       zh: 沒有可用的位址（僅有 {address}），可能 DHCP 失敗
#       en: there is no usable address (only {address}); DHCP may have failed
#       fix_zh: 檢查網路線與 DHCP 後重新收集
#       fix_en: check the cable and DHCP, then collect again
#     special_range:
#       zh: 位址 {address} 屬特殊用途範圍，不可能是可運作的區網位址
#       en: "{address} lies in a special-purpose range and cannot be a working LAN address"
#       fix_zh: 查明設備實際使用的位址後重新收集
#       fix_en: find out the device's real address and collect again
#     evidence_error:
#       zh: 位址「{address}」無法解讀
#       en: the address "{address}" cannot be read
#       fix_zh: 查明來源資料後重新收集
#       fix_en: check where the value comes from and collect again
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
#     cgnat:
#       zh: "{address} 為電信業者共用位址（100.64/10）"
#       en: "{address} is a carrier-grade NAT address (100.64/10)"
#     admin_down_public:
#       zh: 已停用的介面 {interface} 設有真實網路位址 {address}
#       en: the disabled interface {interface} has the public address {address}
#     dhcp:
#       zh: "{address} 由 DHCP 取得，建議固定"
#       en: "{address} comes from DHCP; a fixed address is advisable"
package cctv.rules["A3.1-no-public-ip"]

import data.cctv.lib.device
import data.cctv.lib.param

not_applicable contains device.analog

not_applicable contains device.retired

# In use: everything but interfaces that are known to be switched off.
used contains address if {
	some address in input.facts.interfaces
	not address.admin_up == false
}

ignored := {"loopback", "linklocal4", "linklocal6", "unset"}

usable contains address if {
	some address in used
	not address.class in ignored
}

forbidden := {"public", "transition_public"}

# A class that none of these sets names is no reason to pass: it is judged as a special range.
told_apart := forbidden | {"private", "cgnat", "malformed"}

fail contains {"code": "public_address", "values": values(address)} if {
	some address in usable
	address.class in forbidden
}

fail contains cause if {
	param.grade("cgnat_verdict") == "fail"
	some cause in shared_by_carrier
}

unknown contains cause if {
	param.grade("cgnat_verdict") == "unknown"
	some cause in shared_by_carrier
}

unknown contains {"code": "special_range", "values": values(address)} if {
	some address in usable
	not address.class in told_apart
}

unknown contains {"code": "evidence_error", "values": values(address)} if {
	some address in usable
	address.class == "malformed"
}

unknown contains {"code": "no_usable_address", "values": {"address": concat(", ", sort(seen))}} if {
	input.facts.interfaces
	count(usable) == 0
	seen := {address.address | some address in used}
}

note contains cause if some cause in shared_by_carrier

note contains {"code": "dhcp", "values": values(address)} if {
	some address in usable
	address.origin == "dhcp"
}

note contains {"code": "admin_down_public", "values": values(address)} if {
	some address in input.facts.interfaces
	address.admin_up == false
	address.class in forbidden
}

shared_by_carrier contains {"code": "cgnat", "values": values(address)} if {
	some address in usable
	address.class == "cgnat"
}

values(address) := {
	"interface": address.interface,
	"address": address.address,
	"labels": address.labels,
}
