# METADATA
# title: 經學校同意後函覆
# description: >-
#   The decision comes before the footage, and the reply letter goes out in time. A court's or prosecutor's order
#   needs no consent.
# custom:
#   number: 34
#   title_en: "The school consents, then replies"
#   clause: 五(二)
#   basis: N
#   classes: [R]
#   severity: high
#   subjects: [agency_request]
#   needs: [agency]
#   params: [reply_max_days]
#   reasons:
#     not_decided:
#       zh: 未經學校同意即提供影像
#       en: "footage was given without the school's decision"
#       fix_zh: 補辦簽准並檢討；此後先同意再提供
#       fix_en: have it decided and reviewed; from now on consent first
#     though_refused:
#       zh: 學校不同意，仍提供影像
#       en: "the school refused, and footage was given"
#       fix_zh: 立案檢討
#       fix_en: open an incident
#     decided_late:
#       zh: 提供影像之後才作成決定
#       en: the decision was made after the footage was given
#       fix_zh: 先同意再提供
#       fix_en: consent first
#     reply_overdue:
#       zh: "提供影像後 {days} 日仍未（或逾期）函覆，期限 {limit} 日"
#       en: "no reply, or a late one, {days} days after the footage was given; the limit is {limit}"
#       fix_zh: 立即函覆
#       fix_en: reply now
#     reply_open:
#       zh: "提供影像後第 {days} 日，尚未函覆（期限 {limit} 日）"
#       en: "day {days} of {limit}, not replied yet"
#       fix_zh: 於期限內函覆
#       fix_en: reply in time
#     compulsory:
#       zh: 法院或檢察官之命令，不待同意
#       en: an order of a court or prosecutor needs no consent
#       fix_zh: ""
#       fix_en: ""
#     not_served:
#       zh: 未提供影像
#       en: no footage was given
#       fix_zh: ""
#       fix_en: ""
#   notes:
#     refusal_reply_due:
#       zh: 已拒絕，仍應函覆
#       en: refused; a reply is still due
package cctv.rules["A5.2-consent-and-reply"]

import data.cctv.lib.param

not_applicable contains {"code": "compulsory", "values": {}} if input.facts.agency.compulsory == true

not_applicable contains {"code": "not_served", "values": {}} if input.facts.agency.served == false

served if input.facts.agency.served == true

values := {"days": input.facts.agency.reply_days, "limit": param.limit("reply_max_days")}

fail contains {"code": "not_decided", "values": {}} if {
	served
	input.facts.agency.consented != true
	input.facts.agency.refused != true
}

fail contains {"code": "though_refused", "values": {}} if {
	served
	input.facts.agency.refused == true
}

fail contains {"code": "decided_late", "values": {}} if input.facts.agency.decided_late == true

fail contains {"code": "reply_overdue", "values": values} if {
	served
	values.days > values.limit
}

unknown contains {"code": "reply_open", "values": values} if {
	served
	input.facts.agency.replied != true
	values.days <= values.limit
}

note contains {"code": "refusal_reply_due", "values": {}} if {
	not served
	input.facts.agency.refused == true
	input.facts.agency.replied == false
}
