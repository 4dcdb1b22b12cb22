# METADATA
# title: 全部監錄設備均已納入檢查
# description: >-
#   Every CCTV device of the school has fresh evidence, and none was seen that the inventory does not have.
#   What is in storage owes no evidence.
# custom:
#   number: 7
#   title_en: Every CCTV device is known and was looked at
#   clause: 三(一)
#   basis: V
#   classes: [D, R]
#   severity: high
#   subjects: [site]
#   needs: [coverage, seen]
#   params: [unknown_device_verdict]
#   reasons:
#     unknown_device:
#       zh: 網段上有清冊未登錄的監視設備 {address}
#       en: a CCTV device at {address} is not in the inventory
#       fix_zh: 查明是哪一台設備；屬學校所有者登錄清冊，來路不明者立即拔除網路線
#       fix_en: find the device; enter it in the inventory if it is the school's, else unplug it
#     no_fresh_evidence:
#       zh: 設備 {device} 沒有有效期限內的檢查證據
#       en: there is no fresh evidence of the device {device}
#       fix_zh: 重新收集；無法登入的設備請填報人工檢核表；已停用者請更新清冊狀態
#       fix_en: collect again; hand in an answer sheet, or update its status if it is out of use
#     no_devices:
#       zh: 清冊中本校沒有任何監視設備，空白不能證明合格
#       en: the inventory lists no device at this school, and emptiness proves nothing
#       fix_zh: 將全部錄影主機與攝影機登錄清冊
#       fix_en: enter every recorder and camera in the inventory
#   notes:
#     unknown_device:
#       zh: 網段上有清冊未登錄的監視設備 {address}（本地規定未列為違規）
#       en: a CCTV device at {address} is not in the inventory (no violation by the rules in force here)
package cctv.rules["A3.1-scan-coverage"]

import data.cctv.lib.param

grade := param.grade("unknown_device_verdict")

fail contains cause if {
	grade == "fail"
	some cause in strangers
}

unknown contains cause if {
	grade == "unknown"
	some cause in strangers
}

unknown contains {"code": "no_fresh_evidence", "values": {"device": device.id}} if {
	some device in input.facts.coverage
	not device.owed == false
	not device.fresh == true
}

unknown contains {"code": "no_devices", "values": {}} if count(input.facts.coverage) == 0

note contains cause if {
	grade == "pass"
	some cause in strangers
}

strangers contains {"code": "unknown_device", "values": {"address": device.address}} if {
	some device in input.facts.seen
	not device.known == true
}
