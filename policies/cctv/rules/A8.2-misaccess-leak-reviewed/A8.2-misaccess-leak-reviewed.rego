# METADATA
# title: 不當調閱、側錄、翻拍或外流致生嚴重後果者應檢討議處
# description: >-
#   Misaccess, re-filming and leaks with a serious consequence get a body, a regulation, a decision and a date
#   within three months.
# custom:
#   number: 56
#   title_en: Serious misaccess or leaks are reviewed
#   clause: 八(二)
#   basis: N
#   classes: [R, T]
#   severity: high
#   subjects: [incident]
#   needs: [incident]
#   params: [review_open_max_days]
#   reasons:
#     overdue:
#       zh: "嚴重事件已 {days} 日，尚未檢討議處，期限 {limit} 日"
#       en: "the serious incident is {days} days old and not reviewed; the limit is {limit}"
#       fix_zh: 由權責會議檢討議處並登錄決定與日期
#       fix_en: have the competent body decide and record decision and date
#     open:
#       zh: "嚴重事件檢討中，第 {days} 日（期限 {limit} 日）"
#       en: "the review of the serious incident is open, day {days} of {limit}"
#       fix_zh: 於期限內完成檢討
#       fix_en: conclude it in time
#     other:
#       zh: "事件類型（{type}）不屬本條"
#       en: "an incident of this kind ({type}) is not this clause's"
#       fix_zh: ""
#       fix_en: ""
#     not_serious:
#       zh: 未致生嚴重後果
#       en: without serious consequence
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["A8.2-misaccess-leak-reviewed"]

import data.cctv.lib.param

not_applicable contains {"code": "other", "values": {"type": kind}} if {
	kind := input.facts.incident.type
	not kind in {"misuse", "leak", "refilming", "unauthorised_access", "exposure"}
}

not_applicable contains {"code": "not_serious", "values": {}} if input.facts.incident.serious == false

values := {"days": input.facts.incident.age_days, "limit": param.limit("review_open_max_days")}

open if input.facts.incident.reviewed != true

fail contains {"code": "overdue", "values": values} if {
	open
	values.days > values.limit
}

unknown contains {"code": "open", "values": values} if {
	open
	values.days <= values.limit
}
