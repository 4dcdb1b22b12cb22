# METADATA
# title: 個資外洩應通知當事人，資安事件應通報
# description: >-
#   After a leak the persons concerned are told the fact and the measures; a cyber incident is reported within the
#   hour of knowledge. The time for reporting a breach to the authority is the regulation's.
# custom:
#   number: 63
#   title_en: "Breaches are told to the persons, cyber incidents reported"
#   clause: 個人資料保護法 12、施行細則 22
#   basis: S
#   classes: [R, T]
#   severity: high
#   subjects: [incident]
#   needs: [incident]
#   params: [cyber_report_h, pdpa_report_h]
#   reasons:
#     not_assessed:
#       zh: 外洩事件已結案，沒有個資影響評估
#       en: a leak was closed without an assessment of the persons affected
#       fix_zh: 補行評估並通知當事人
#       fix_en: assess it and tell the persons
#     not_notified:
#       zh: "外洩事件已結案，未通知當事人（{affected} 人）"
#       en: "a leak was closed and {affected} persons were not told"
#       fix_zh: 以適當方式通知當事人
#       fix_en: tell them
#     cyber_late:
#       zh: "資安事件於知悉 {minutes} 分鐘後才通報（或尚未通報），期限 {hours} 小時"
#       en: >-
#         the cyber incident was reported, or not yet, {minutes} minutes after it became known; the limit is
#         {hours} h
#       fix_zh: 立即通報並檢討通報流程
#       fix_en: report it now and review the procedure
#     authority_late:
#       zh: "個資事故於知悉 {minutes} 分鐘後才通報主管機關（或尚未通報），期限 {hours} 小時"
#       en: >-
#         the authority was told, or not yet, {minutes} minutes after the breach became known; the limit is
#         {hours} h
#       fix_zh: 立即通報主管機關
#       fix_en: tell the authority now
#     open:
#       zh: 外洩事件處理中，尚未完成評估與通知
#       en: the leak is open; assessment and notice are not complete
#       fix_zh: 完成評估並通知當事人
#       fix_en: finish the assessment and tell the persons
#     other:
#       zh: "事件類型（{type}）不屬本條"
#       en: "an incident of this kind ({type}) is not this clause's"
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["P-breach-handled"]

import data.cctv.lib.param

leak if input.facts.incident.type in {"leak", "refilming", "unauthorised_access", "exposure", "pii_in_git"}

cyber if input.facts.incident.cyber == true

not_applicable contains {"code": "other", "values": {"type": kind}} if {
	kind := input.facts.incident.type
	not leak
	not cyber
}

closed if input.facts.incident.closed != false

told if {
	input.facts.incident.assessed == true
	input.facts.incident.affected == 0
}

told if {
	input.facts.incident.assessed == true
	input.facts.incident.notified == true
}

fail contains {"code": "not_assessed", "values": {}} if {
	leak
	closed
	input.facts.incident.assessed != true
}

fail contains {"code": "not_notified", "values": {"affected": input.facts.incident.affected}} if {
	leak
	closed
	input.facts.incident.assessed == true
	not told
}

fail contains {"code": "cyber_late", "values": {"minutes": minutes, "hours": hours}} if {
	cyber
	hours := param.value("cyber_report_h")
	is_number(hours)
	minutes := input.facts.incident.cyber_minutes
	minutes > 60 * hours
}

fail contains {"code": "authority_late", "values": {"minutes": minutes, "hours": hours}} if {
	leak
	not input.facts.incident.affected == 0
	hours := param.value("pdpa_report_h")
	is_number(hours)
	minutes := input.facts.incident.authority_minutes
	minutes > 60 * hours
}

unknown contains {"code": "open", "values": {}} if {
	leak
	not closed
	not told
}
