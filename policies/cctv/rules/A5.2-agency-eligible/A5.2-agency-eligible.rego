# METADATA
# title: 校外調閱以公務機關執行職務為限
# description: >-
#   Insurers, lawyers, companies and parents' associations are no agency, whatever their letter says. Whether an
#   agency acts in its duties is the principal's judgement.
# custom:
#   number: 32
#   title_en: Only public agencies in their duties
#   clause: 五(二)
#   basis: N
#   classes: [R, T]
#   severity: high
#   subjects: [agency_request]
#   needs: [agency]
#   params: [agency_types]
#   reasons:
#     not_agency:
#       zh: "{type} 不是得調閱之公務機關"
#       en: "{type} is no agency that may ask"
#       fix_zh: 停止提供；請其循警察或法院途徑
#       fix_en: stop; they go through the police or a court
#     turned_away:
#       zh: 已拒絕或撤回，未提供影像
#       en: turned away; nothing was shown or handed over
#       fix_zh: ""
#       fix_en: ""
#     undecided:
#       zh: 非公務機關的請求尚未處理，未提供影像
#       en: "a request that is no agency's is not decided yet; nothing was shown"
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["A5.2-agency-eligible"]

import data.cctv.lib.param

agency if input.facts.agency.type in param.words("agency_types")

not_applicable contains {"code": "turned_away", "values": {}} if {
	not agency
	input.facts.agency.turned_away == true
}

not_applicable contains {"code": "undecided", "values": {}} if {
	not agency
	input.facts.agency.pending == true
}

fail contains {"code": "not_agency", "values": {"type": kind}} if {
	kind := input.facts.agency.type
	not agency
}
