# METADATA
# title: 申請調閱者須為校內人員
# description: >-
#   Footage is for teachers, staff, workers, students and those who represent a student. A contract guard, a
#   volunteer or a neighbour has no route here, whoever approved.
# custom:
#   number: 24
#   title_en: "Only the school's own people may apply"
#   clause: 五(一)
#   basis: N
#   classes: [R]
#   severity: high
#   subjects: [access_request]
#   needs: [request]
#   params: [internal_categories, formal_staff_only, minor_applicant_verdict]
#   reasons:
#     not_eligible:
#       zh: "申請人身分（{category}）不在得申請之列"
#       en: "the applicant's category ({category}) may not apply"
#       fix_zh: 駁回並保存申請單；校外人士請其報警由警察機關行文調閱
#       fix_en: reject and keep the form; a private outsider goes through the police
#     post_unknown:
#       zh: 規定限編制內人員，紀錄沒有記載申請人是否為編制內
#       en: "only established posts may apply, and the record does not say whether this is one"
#       fix_zh: 由人事確認後註記於申請單
#       fix_en: have personnel confirm it on the form
#     minor_alone:
#       zh: 學生自行申請，未滿 18 歲須由法定代理人提出
#       en: a student applied alone; under 18 the representative applies
#       fix_zh: 確認年齡；未成年者補法定代理人申請
#       fix_en: check the age; for a minor the representative applies
#   notes:
#     minor_applicant:
#       zh: 學生自行申請：未滿 7 歲須由法定代理人提出，7 至 17 歲宜告知法定代理人
#       en: "a student applied alone: under 7 the representative must apply, from 7 to 17 should be told"
package cctv.rules["A5.1-applicant-eligible"]

import data.cctv.lib.param
import data.cctv.lib.request

not_applicable contains request.unpursued

fail contains {"code": "not_eligible", "values": {"category": category}} if {
	category := input.facts.request.category
	not category in param.words("internal_categories")
}

fail contains minor if {
	alone
	param.grade("minor_applicant_verdict") == "fail"
}

unknown contains minor if {
	alone
	param.grade("minor_applicant_verdict") == "unknown"
}

unknown contains {"code": "post_unknown", "values": {}} if {
	param.value("formal_staff_only") == true
	input.facts.request.category in {"teacher", "staff", "worker"}
}

note contains {"code": "minor_applicant", "values": {}} if {
	alone
	param.grade("minor_applicant_verdict") == "pass"
}

alone if input.facts.request.student_alone == true

minor := {"code": "minor_alone", "values": {}}
