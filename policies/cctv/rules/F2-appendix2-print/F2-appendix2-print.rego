# METADATA
# title: 附錄2 列印與官方表單相符
# description: >-
#   A test of the product itself: every line of the appendix stands in the book that it prints, 15 rows a
#   sheet; the days of retention in its heading are those in force.
# custom:
#   number: 58
#   title_en: Appendix 2 is printed as the official form
#   clause: 附錄2
#   basis: N
#   classes: []
#   severity: low
#   subjects: [repository]
#   needs: [form_inspection]
#   params: [retention_min]
#   reasons:
#     line_missing:
#       zh: "本版本列印的表單缺少「{text}」"
#       en: "the form that this version prints lacks \"{text}\""
#       fix_zh: 回報此問題；列印前以官方表單核對
#       fix_en: "report it; compare with the official form before printing"
#     rows:
#       zh: "每頁 {count} 列，應為 15 列"
#       en: "a sheet has {count} rows; it must have 15"
#       fix_zh: 回報此問題
#       fix_en: report it
#     no_text:
#       zh: 適用之規定沒有此表單的全文
#       en: the regulation in force has no text of this form
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["F2-appendix2-print"]

not_applicable contains {"code": "no_text", "values": {}} if input.facts.form_inspection.text == false

fail contains {"code": "line_missing", "values": {"text": text}} if some text in input.facts.form_inspection.missing

fail contains {"code": "rows", "values": {"count": count_}} if {
	count_ := input.facts.form_inspection.rows
	count_ != 15
}
