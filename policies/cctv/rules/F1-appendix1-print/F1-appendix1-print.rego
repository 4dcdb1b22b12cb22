# METADATA
# title: 附錄1 列印與官方表單相符
# description: >-
#   A test of the product itself: every line of the appendix stands in the form that it prints.
# custom:
#   number: 57
#   title_en: Appendix 1 is printed as the official form
#   clause: 附錄1
#   basis: N
#   classes: []
#   severity: low
#   subjects: [repository]
#   needs: [form_request]
#   params: []
#   reasons:
#     line_missing:
#       zh: "本版本列印的表單缺少「{text}」"
#       en: "the form that this version prints lacks \"{text}\""
#       fix_zh: 回報此問題；列印前以官方表單核對
#       fix_en: "report it; compare with the official form before printing"
#     no_text:
#       zh: 適用之規定沒有此表單的全文
#       en: the regulation in force has no text of this form
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["F1-appendix1-print"]

not_applicable contains {"code": "no_text", "values": {}} if input.facts.form_request.text == false

fail contains {"code": "line_missing", "values": {"text": text}} if some text in input.facts.form_request.missing
