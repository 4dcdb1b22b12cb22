# METADATA
# title: 接觸影音資料者應簽保密切結
# description: >-
#   Everyone of the roster who works with the system or escorts, contractors included, signed no later than the
#   day the function began.
# custom:
#   number: 11
#   title_en: Whoever has access signed an undertaking first
#   clause: 四(一)
#   basis: V
#   classes: [R, T]
#   severity: medium
#   subjects: [custodian_roster]
#   needs: [entry]
#   params: [undertaking_required, renew_months]
#   reasons:
#     signed_late:
#       zh: "{person} 於任職 {days} 日後才簽保密切結"
#       en: "{person} signed {days} days after the function began"
#       fix_zh: 到職當日或之前簽署；檢討流程
#       fix_en: have it signed on the first day at the latest
#     renewal_overdue:
#       zh: "{person} 的保密切結逾期 {days} 日未更新"
#       en: "the renewal of {person}'s undertaking is {days} days overdue"
#       fix_zh: 重新簽署
#       fix_en: have it signed again
#     no_access:
#       zh: 不接觸影音資料
#       en: the function gives no access to footage
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["A4.1-confidentiality-undertaking"]

import data.cctv.lib.param

not_applicable contains {"code": "no_access", "values": {}} if input.facts.entry.has_access == false

not_applicable contains {"code": "not_required", "values": {}} if param.value("undertaking_required") == false

fail contains {"code": "signed_late", "values": {"person": input.facts.entry.person, "days": days}} if {
	days := input.facts.entry.signed_late_days
	days > 0
}

fail contains {"code": "renewal_overdue", "values": {"person": input.facts.entry.person, "days": days}} if {
	input.facts.entry.active == true
	days := input.facts.entry.renewal_overdue_days
	days > 0
}
