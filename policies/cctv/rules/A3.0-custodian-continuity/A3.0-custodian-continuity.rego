# METADATA
# title: 管理人員不得中斷，異動應辦理交接
# description: >-
#   From the adoption of the school's rules (or the first roster entry) on, somebody manages on every day, and
#   everyone whose time ended handed over.
# custom:
#   number: 4
#   title_en: "No day without a custodian, no change without a handover"
#   clause: 三
#   basis: V
#   classes: [R]
#   severity: medium
#   subjects: [school_records]
#   needs: [custodians]
#   params: [max_gap_days, deputy_required]
#   reasons:
#     gap:
#       zh: "有連續 {days} 日無人管理，上限 {limit} 日"
#       en: "nobody managed the system for {days} days; the limit is {limit}"
#       fix_zh: 補登實際管理人；檢討空窗原因
#       fix_en: enter who really did; review the gap
#     no_handover:
#       zh: "{person} 職務結束，沒有交接紀錄"
#       en: "{person} left the function and no handover was recorded"
#       fix_zh: 補辦交接並登錄
#       fix_en: hand over now and record it
#     no_deputy:
#       zh: "{person} 請假，沒有代理人"
#       en: "{person} is on leave without a deputy"
#       fix_zh: 於名冊登錄代理人
#       fix_en: name a deputy in the roster
#     unreadable:
#       zh: "有 {count} 份名冊無法讀取"
#       en: "{count} roster entries cannot be read"
#       fix_zh: 修正檔案
#       fix_en: mend the files
package cctv.rules["A3.0-custodian-continuity"]

import data.cctv.lib.param

fail contains {"code": "gap", "values": {"days": input.facts.custodians.gap_days, "limit": limit}} if {
	input.facts.custodians.told == true
	input.facts.custodians.unreadable == 0
	limit := param.limit("max_gap_days")
	input.facts.custodians.gap_days > limit
}

fail contains {"code": "no_handover", "values": {"person": person}} if {
	some person in input.facts.custodians.without_handover
}

fail contains {"code": "no_deputy", "values": {"person": person}} if {
	param.value("deputy_required") == true
	some person in input.facts.custodians.without_deputy
}

unknown contains {"code": "no_roster", "values": {}} if input.facts.custodians.told != true

unknown contains {"code": "unreadable", "values": {"count": input.facts.custodians.unreadable}} if {
	input.facts.custodians.unreadable > 0
}
