# METADATA
# title: 設備應列財產或物品帳
# description: >-
#   Each device of the inventory has an entry, or is one of the pieces of an entry for several of its brand;
#   nothing disposed of is in use, nothing on the books is missing. Leased and donated equipment has entries too.
# custom:
#   number: 53
#   title_en: Every device is on the ledger
#   clause: 七(二)
#   basis: N
#   classes: [R, D]
#   severity: medium
#   subjects: [school_records]
#   needs: [ledger]
#   params: [property_threshold_twd, property_min_life_years]
#   reasons:
#     unlisted:
#       zh: "設備 {device} 未列帳"
#       en: "{device} is not on the ledger"
#       fix_zh: 依財產管理規定列帳；租用者登錄契約
#       fix_en: enter it; record the contract for leased equipment
#     disposed_in_use:
#       zh: "設備 {device} 已除帳仍在使用"
#       en: "{device} was written off and is in use"
#       fix_zh: 停用，或更正帳務
#       fix_en: "take it out of service, or correct the books"
#     without_device:
#       zh: "帳上 {entry} 之設備不在清冊"
#       en: "the device of entry {entry} is not in the inventory"
#       fix_zh: 查明去向；已報廢者辦理除帳
#       fix_en: find it; write it off if it is gone
#     more_than_found:
#       zh: "帳上 {entry} 之數量多於清冊設備"
#       en: "entry {entry} counts more pieces than the inventory has"
#       fix_zh: 盤點並更正數量
#       fix_en: take stock and correct the quantity
#     should_be_property:
#       zh: "帳上 {entry} 單價 {twd} 元、年限 {years} 年，應列財產而非物品"
#       en: "entry {entry} ({twd} TWD, {years} years) belongs on the property ledger"
#       fix_zh: 改列財產帳
#       fix_en: move it to the property ledger
#     retired_online:
#       zh: "帳上已除帳之 {entry} 仍在網路上（{address}）"
#       en: "{entry} was written off and is still on the network ({address})"
#       fix_zh: 停用並移除，或更正帳務
#       fix_en: "take it off the network, or correct the books"
#     seen_unlisted:
#       zh: "網路上的監視設備 {address} 未列帳"
#       en: "the CCTV device {address} on the network is not on the ledger"
#       fix_zh: 查明後列入清冊與財產帳
#       fix_en: "find out what it is, and enter it in inventory and ledger"
#     nobody_looked:
#       zh: 沒有看過網路上有哪些監視設備
#       en: nobody looked which CCTV devices are on the network
#       fix_zh: 執行收集
#       fix_en: collect
#     no_ledger:
#       zh: 紀錄中沒有財產列帳資料
#       en: there is no ledger among the records
#       fix_zh: 登錄設備之財產列帳（AST）
#       fix_en: enter the devices (AST records)
#     unreadable:
#       zh: "有 {count} 份列帳紀錄無法讀取"
#       en: "{count} ledger entries cannot be read"
#       fix_zh: 修正檔案
#       fix_en: mend the files
package cctv.rules["A7.2-asset-ledger"]

import data.cctv.lib.param

judged if {
	input.facts.ledger.told == true
	input.facts.ledger.unreadable == 0
}

fail contains {"code": "unlisted", "values": {"device": device}} if {
	judged
	some device in input.facts.ledger.unlisted
}

fail contains {"code": "disposed_in_use", "values": {"device": device}} if {
	some device in input.facts.ledger.disposed_in_use
}

fail contains {"code": "without_device", "values": {"entry": entry}} if {
	some entry in input.facts.ledger.without_device
}

fail contains {"code": "more_than_found", "values": {"entry": entry}} if {
	some entry in input.facts.ledger.more_than_found
}

fail contains {"code": "retired_online", "values": one} if some one in input.facts.ledger.retired_online

fail contains {"code": "seen_unlisted", "values": {"address": address}} if {
	judged
	some address in input.facts.ledger.seen_unlisted
}

fail contains {"code": "should_be_property", "values": values} if {
	some entry in input.facts.ledger.consumables
	entry.unit_twd >= param.limit("property_threshold_twd")
	entry.life_years >= param.limit("property_min_life_years")
	values := {"entry": entry.id, "twd": entry.unit_twd, "years": entry.life_years}
}

unknown contains {"code": "no_ledger", "values": {}} if input.facts.ledger.told != true

unknown contains {"code": "unreadable", "values": {"count": input.facts.ledger.unreadable}} if {
	input.facts.ledger.unreadable > 0
}

unknown contains {"code": "nobody_looked", "values": {}} if input.facts.ledger.looked != true
