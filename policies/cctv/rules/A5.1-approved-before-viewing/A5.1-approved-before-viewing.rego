# METADATA
# title: 核准後始得調閱
# description: >-
#   A viewing starts after the last approval. Where the regulation allows viewing in an emergency, an incident
#   opened on the same day must say why.
# custom:
#   number: 30
#   title_en: Nothing is viewed before the last approval
#   clause: 五(一)
#   basis: V
#   classes: [R]
#   severity: high
#   subjects: [access_request]
#   needs: [approvals, sessions]
#   params: [emergency_viewing]
#   reasons:
#     too_early:
#       zh: "第 {n} 次調閱（{start}）早於最後一個核准"
#       en: "viewing {n} ({start}) began before the last approval"
#       fix_zh: 未核准前不得調閱；緊急情形應於當日立案
#       fix_en: view nothing before approval; open an incident the same day in an emergency
#     never_approved:
#       zh: "第 {n} 次調閱（{start}）沒有任何核准"
#       en: "viewing {n} ({start}) was approved by nobody"
#       fix_zh: 停止調閱並檢討
#       fix_en: stop and review what happened
#   notes:
#     emergency:
#       zh: 緊急調閱，已於當日立案
#       en: an emergency; an incident was opened that day
package cctv.rules["A5.1-approved-before-viewing"]

import data.cctv.lib.param

not_applicable contains {"code": "not_viewed", "values": {}} if count(input.facts.sessions.held) == 0

excused if {
	param.value("emergency_viewing") == true
	input.facts.approvals.emergency_incident == true
}

fail contains {"code": "too_early", "values": {"n": session.n, "start": session.start}} if {
	not excused
	is_number(input.facts.approvals.last_s)
	some session in input.facts.sessions.held
	session.start_s < input.facts.approvals.last_s
}

fail contains {"code": "never_approved", "values": {"n": session.n, "start": session.start}} if {
	not excused
	input.facts.approvals.last_s == null
	some session in input.facts.sessions.held
}

note contains {"code": "emergency", "values": {}} if excused
