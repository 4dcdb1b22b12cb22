# METADATA
# title: 未善盡管理養護之責，依財產管理自治條例辦理
# description: >-
#   A consequence, no duty of its own: a case of loss of or damage to the equipment names the regulation that it was
#   dealt with by. What it came to is for people to judge.
# custom:
#   number: 54
#   title_en: Loss of equipment is dealt with by the property ordinance
#   clause: 七(三)
#   basis: N
#   classes: [T]
#   severity: info
#   subjects: [incident]
#   needs: [incident]
#   params: []
#   reasons:
#     no_regulation:
#       zh: 財產毀損或遺失之事件尚未註明依何規定檢討
#       en: "the incident of lost or damaged property does not say yet by which regulation it is dealt with"
#       fix_zh: 依新北市市有財產管理自治條例檢討並登錄（accountability）
#       fix_en: "deal with it by the property ordinance, and write that down (accountability)"
#     other_type:
#       zh: 非財產毀損或遺失之事件
#       en: no property was lost or damaged
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["A7.3-duty-of-care"]

not_applicable contains {"code": "other_type", "values": {}} if {
	kind := input.facts.incident.type
	kind != "property_loss"
}

unknown contains {"code": "no_regulation", "values": {}} if input.facts.incident.review_begun != true
