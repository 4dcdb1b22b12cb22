# METADATA
# title: 調閱應由學校派員陪同
# description: >-
#   Not the applicant, of the school's staff by the roster of that day, and there from the first minute to the
#   last.
# custom:
#   number: 40
#   title_en: Somebody sent by the school stands beside
#   clause: 五(四)
#   basis: N
#   classes: [R, T]
#   severity: high
#   subjects: [access_request, agency_request]
#   needs: [sessions]
#   params: [escort_roles, escort_required_for]
#   reasons:
#     applicant:
#       zh: "第 {n} 次調閱的陪同人即為申請人"
#       en: "at viewing {n} the escort was the applicant"
#       fix_zh: 由其他人員陪同
#       fix_en: have somebody else stand beside
#     not_staff:
#       zh: "第 {n} 次調閱的陪同人 {escort} 當日不是本校人員"
#       en: "{escort}, who escorted viewing {n}, was not of the school's staff that day"
#       fix_zh: 由名冊上的校內人員陪同；保全或廠商不得代替
#       fix_en: have staff of the roster escort; guards and vendors do not count
#     escort_differs:
#       zh: "第 {n} 次調閱的陪同人與登記簿 {line} 不一致"
#       en: "the escort of viewing {n} is another than in register line {line}"
#       fix_zh: 查明並更正
#       fix_en: find out and correct
#     outlasts_escort:
#       zh: "登記簿 {line} 的調閱時間超出陪同時間"
#       en: "the session in register line {line} is longer than the escort stayed"
#       fix_zh: 全程陪同；更正時間
#       fix_en: stay for the whole session; correct the times
package cctv.rules["A5.4-escorted"]

import data.cctv.lib.param

not_applicable contains {"code": "not_viewed", "values": {}} if count(input.facts.sessions.held) == 0

not_applicable contains {"code": "not_required", "values": {}} if {
	input.params.escort_required_for
	group := input.facts.sessions.group
	not group in param.words("escort_required_for")
}

fail contains {"code": "applicant", "values": {"n": session.n}} if {
	some session in input.facts.sessions.held
	not session.escort_is_applicant == false
}

fail contains {"code": "not_staff", "values": {"n": session.n, "escort": session.escort}} if {
	input.facts.sessions.roster_told == true
	some session in input.facts.sessions.held
	not admitted(session)
}

fail contains {"code": "escort_differs", "values": {"n": session.n, "line": session.line}} if {
	some session in input.facts.sessions.held
	session.line_escort_differs == true
}

fail contains {"code": "outlasts_escort", "values": {"line": session.line}} if {
	some session in input.facts.sessions.held
	session.outlasts_escort == true
}

unknown contains {"code": "no_roster", "values": {}} if input.facts.sessions.roster_told != true

admitted(session) if {
	some role in session.escort_roles
	role in param.words("escort_roles")
}
