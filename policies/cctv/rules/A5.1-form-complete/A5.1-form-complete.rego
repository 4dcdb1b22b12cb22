# METADATA
# title: 調閱申請單（附錄1）須填寫完整且正確
# description: >-
#   Every field of Appendix 1 is there and of the right form. Personal data are sealed, so their presence and the
#   stored result of the identity number's check are judged, not the values.
# custom:
#   number: 27
#   title_en: The request form (Appendix 1) is complete and valid
#   clause: 五(一)
#   basis: N
#   classes: [R]
#   severity: high
#   subjects: [access_request]
#   needs: [form, request]
#   params: [request_required_fields]
#   reasons:
#     faulty:
#       zh: "申請單檔案第 {said}"
#       en: "the form has a fault, line {said}"
#       fix_zh: 依訊息更正欄位；個人資料須放入 sealed 區塊，電話等須加引號
#       fix_en: "correct the field; personal data belong into the sealed block, telephone numbers in quotes"
#     field_missing:
#       zh: "申請單缺少欄位「{field}」"
#       en: "the form lacks {field}"
#       fix_zh: 請申請人補填
#       fix_en: have the applicant complete it
#     id_wrong:
#       zh: 身分證號檢查碼不符
#       en: "the identity number's check digit is wrong"
#       fix_zh: 核對證件後更正並重新檢核
#       fix_en: "compare with the document, correct and check again"
#     id_expired:
#       zh: 舊式統一證號已於 2030-12-31 停止使用
#       en: old resident numbers ended on 2030-12-31
#       fix_zh: 改用新式統一證號
#       fix_en: use the new resident number
#     draft:
#       zh: 申請單尚為草稿
#       en: the form is a draft
#       fix_zh: ""
#       fix_en: ""
#   notes:
#     no_checksum:
#       zh: "證號種類（{kind}）沒有檢查碼，無法檢核"
#       en: "a number of this kind ({kind}) has no check digit"
package cctv.rules["A5.1-form-complete"]

import data.cctv.lib.param

not_applicable contains {"code": "draft", "values": {}} if input.facts.request.stage == "draft"

fail contains {"code": "faulty", "values": {"said": fault.said}} if some fault in input.facts.form.faults

fail contains {"code": "field_missing", "values": {"field": field}} if {
	some field in param.words("request_required_fields")
	input.facts.request.present
	not field in input.facts.request.present
}

fail contains {"code": "id_wrong", "values": {}} if input.facts.request.id_ok == false

fail contains {"code": "id_expired", "values": {}} if input.facts.request.id_expired == true

note contains {"code": "no_checksum", "values": {"kind": kind}} if {
	kind := input.facts.request.id_kind
	kind in {"passport", "other"}
}
