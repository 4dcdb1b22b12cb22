# METADATA
# title: 調閱之影像應複製一份保管
# description: >-
#   For every access, copies of the same case cover each camera and time that was seen, complete within a day.
# custom:
#   number: 36
#   title_en: The school keeps a copy of what was accessed
#   clause: 五(三)
#   basis: N
#   classes: [R]
#   severity: high
#   subjects: [access_request, agency_request]
#   needs: [kept]
#   params: [kept_copy_for, make_within_days]
#   reasons:
#     no_copy:
#       zh: "{on} 之調閱未留存複本，或未涵蓋全部：{cameras}"
#       en: "what was accessed on {on} was not kept, or not all of it: {cameras}"
#       fix_zh: 影像仍在者立即補製複本；不在者立案檢討
#       fix_en: copy it now while it exists; else open an incident
#     late:
#       zh: "{on} 之調閱於 {days} 日後才完成留存，期限 {limit} 日"
#       en: "the copy of {on} was complete after {days} days; the limit is {limit}"
#       fix_zh: 調閱當日或翌日完成複製
#       fix_en: copy on the day or the next
#     due:
#       zh: "{on} 之調閱尚在留存期限內，尚未留存：{cameras}"
#       en: "what was accessed on {on} is not kept yet, in time: {cameras}"
#       fix_zh: 於期限內完成複製
#       fix_en: copy it in time
#     not_accessed:
#       zh: 沒有調閱到影像
#       en: no footage was seen or handed over
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["A5.3-kept-copy-made"]

import data.cctv.lib.param

not_applicable contains {"code": "not_accessed", "values": {}} if count(input.facts.kept.accesses) == 0

not_applicable contains {"code": "not_required", "values": {}} if {
	input.params.kept_copy_for
	group := input.facts.kept.group
	not group in param.words("kept_copy_for")
}

limit := param.limit("make_within_days")

fail contains {"code": "no_copy", "values": {"on": access.on, "cameras": access.uncovered}} if {
	some access in input.facts.kept.accesses
	access.uncovered != ""
	access.age_days > limit
}

fail contains {"code": "late", "values": {"on": access.on, "days": access.made_after_days, "limit": limit}} if {
	some access in input.facts.kept.accesses
	access.made_after_days > limit
}

unknown contains {"code": "due", "values": {"on": access.on, "cameras": access.uncovered}} if {
	some access in input.facts.kept.accesses
	access.uncovered != ""
	access.age_days <= limit
}
