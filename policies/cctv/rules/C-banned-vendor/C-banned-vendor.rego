# METADATA
# title: 不得使用危害國家資通安全之廠牌
# description: >-
#   The brand on the device, or the maker that its owner names, is none of those that public bodies may not
#   use. Approval of an exception is a waiver (W-waiver-valid) and is laid on after this rule has answered.
# custom:
#   number: 64
#   title_en: No device of a banned brand
#   clause: 限制使用危害國家資通安全產品
#   basis: S
#   classes: [D, R]
#   severity: critical
#   subjects: [recorder, camera]
#   needs: [device.brand]
#   params: [banned_brands, suspect_brands, banned_ouis]
#   reasons:
#     brand_banned:
#       zh: 廠牌「{brand}」屬限制使用之廠牌（{listed}）
#       en: the brand {brand} is one that public bodies may not use ({listed})
#       fix_zh: 列冊並編列預算汰換；汰換前須專案核准、與公務網路隔離、不得遠端維護，並登錄豁免紀錄
#       fix_en: list it for replacement; until then isolate it, allow no remote work, and record the approvals
#     oem_banned:
#       zh: 設備貼牌銷售，實際製造商「{oem}」屬限制使用之廠牌（{listed}）
#       en: the maker behind the label, {oem}, is one that public bodies may not use ({listed})
#       fix_zh: 列冊並編列預算汰換；汰換前須專案核准、與公務網路隔離、不得遠端維護，並登錄豁免紀錄
#       fix_en: list it for replacement; until then isolate it, allow no remote work, and record the approvals
#     brand_unknown:
#       zh: 清冊的廠牌「{brand}」不是廠牌名稱，無法判定
#       en: '"{brand}" names no brand'
#       fix_zh: 依設備機身標籤或採購文件填寫廠牌
#       fix_en: enter the brand from the device's label or the purchase papers
#     no_list:
#       zh: 適用規定沒有列出任何限制使用之廠牌，無法判定
#       en: the regulation in force lists no banned brand, so nothing can be compared
#       fix_zh: 在規範檔 banned_brands 填入限制廠牌清單，或停用本規則
#       fix_en: fill in banned_brands in the regulation pack, or switch this rule off
#     decommissioned:
#       zh: 設備已停用（{status}）
#       en: the device is out of service ({status})
#       fix_zh: ""
#       fix_en: ""
#   notes:
#     oem_suspect:
#       zh: "{source}「{text}」指向限制使用之廠牌（{listed}），與標示的廠牌不同；請向廠商查明實際製造商"
#       en: "the {source} {text} points to {listed}, the label does not; ask the supplier who made the device"
#     brand_undecided:
#       zh: 廠牌「{brand}」（{listed}）未在已公布清單內，是否限制使用請由主管機關認定
#       en: the brand {brand} ({listed}) is not on the published lists; the authority has to decide on it
package cctv.rules["C-banned-vendor"]

import data.cctv.lib.device

not_applicable contains device.retired

# What each source says of the listed makers; vendors.py compares the names.
makers := object.get(input, ["facts", "makers"], {})

# What people write where they do not know.
no_brand := {"", "-", "?", "n/a", "na", "none", "null", "unknown", "generic", "oem", "no name", "無", "不明", "未知", "其他"}

fail contains {"code": "brand_banned", "values": {"brand": makers.brand.text, "listed": listed}} if {
	some listed in makers.brand.banned
}

fail contains {"code": "oem_banned", "values": {"oem": makers.oem.text, "listed": listed}} if {
	some listed in makers.oem.banned
}

unknown contains {"code": "brand_unknown", "values": {"brand": brand}} if {
	brand := input.facts["device.brand"]
	brand in no_brand
}

unknown contains {"code": "no_list", "values": {}} if {
	count(object.get(input, ["params", "banned_brands"], [])) == 0
}

note contains {"code": "oem_suspect", "values": {"source": source, "text": maker.text, "listed": listed}} if {
	count(fail) == 0
	some source in ["firmware", "model", "mac"]
	maker := makers[source]
	some listed in maker.banned
}

note contains {"code": "brand_undecided", "values": {"brand": makers.brand.text, "listed": listed}} if {
	some listed in makers.brand.suspect
}
