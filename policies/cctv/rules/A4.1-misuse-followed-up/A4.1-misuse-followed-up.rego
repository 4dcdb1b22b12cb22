# METADATA
# title: 不當使用或洩密應依法追究
# description: >-
#   Each discovered misuse or leak has an accountability outcome, or is younger than the time for the review. That
#   no incident is recorded proves nothing.
# custom:
#   number: 12
#   title_en: Misuse and leaks are followed up
#   clause: 四(一)
#   basis: N
#   classes: [R, T]
#   severity: high
#   subjects: [incident]
#   needs: [incident]
#   params: [review_open_max_days]
#   reasons:
#     overdue:
#       zh: "事件已 {days} 日，尚無追究結果，期限 {limit} 日"
#       en: "the incident is {days} days old and nobody was held to account; the limit is {limit}"
#       fix_zh: 完成行政、民事或刑事責任之處置並登錄
#       fix_en: "conclude the administrative, civil or criminal follow-up and record it"
#     other:
#       zh: "事件類型（{type}）不屬本條"
#       en: "an incident of this kind ({type}) is not this clause's"
#       fix_zh: ""
#       fix_en: ""
#   notes:
#     open:
#       zh: "追究中，第 {days} 日"
#       en: "under review, day {days}"
package cctv.rules["A4.1-misuse-followed-up"]

import data.cctv.lib.param

not_applicable contains {"code": "other", "values": {"type": kind}} if {
	kind := input.facts.incident.type
	not kind in {"misuse", "leak", "refilming", "unauthorised_access"}
}

values := {"days": input.facts.incident.age_days, "limit": param.limit("review_open_max_days")}

open if input.facts.incident.reviewed != true

fail contains {"code": "overdue", "values": values} if {
	open
	values.days > values.limit
}

note contains {"code": "open", "values": values} if {
	open
	values.days <= values.limit
}
