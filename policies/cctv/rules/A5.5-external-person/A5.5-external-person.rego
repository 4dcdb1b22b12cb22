# METADATA
# title: 校外人士申請應予拒絕或轉請警察機關
# description: >-
#   The document gives outsiders no route. Their request is written down and rejected; if it was granted or
#   served, that is the violation.
# custom:
#   number: 43
#   title_en: Private outsiders are refused or sent to the police
#   clause: 五
#   basis: V
#   classes: [R]
#   severity: medium
#   subjects: [access_request]
#   needs: [request]
#   params: [external_person]
#   reasons:
#     served:
#       zh: 校外人士已調閱影像
#       en: an outsider was shown footage
#       fix_zh: 停止提供；由警察機關行文調閱
#       fix_en: stop; the police ask by letter
#     granted:
#       zh: 校外人士的申請已核准
#       en: "an outsider's request was granted"
#       fix_zh: 撤銷核准，請其報警
#       fix_en: take it back and send them to the police
#     open:
#       zh: 校外人士的申請尚未處理
#       en: "an outsider's request is still open"
#       fix_zh: 駁回並告知報警途徑
#       fix_en: reject it and name the way through the police
#     internal:
#       zh: 申請人為校內人員
#       en: the applicant is of the school
#       fix_zh: ""
#       fix_en: ""
#     draft:
#       zh: 申請單尚為草稿
#       en: the form is a draft
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["A5.5-external-person"]

import data.cctv.lib.param

not_applicable contains {"code": "internal", "values": {}} if input.facts.request.category != "external"

not_applicable contains {"code": "not_required", "values": {}} if param.value("external_person") == "view"

not_applicable contains {"code": "draft", "values": {}} if {
	input.facts.request.stage == "draft"
	input.facts.request.served == false
}

fail contains {"code": "served", "values": {}} if input.facts.request.served != false

fail contains {"code": "granted", "values": {}} if {
	input.facts.request.stage == "granted"
	input.facts.request.served == false
}

unknown contains {"code": "open", "values": {}} if input.facts.request.stage == "pending"
