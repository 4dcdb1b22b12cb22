# METADATA
# title: 留存複本與匯出檔至遲應於一年內銷毀
# description: >-
#   What holds for the recorder holds for every copy: nothing older than the maximum without a hold. An agency's
#   own copy is outside.
# custom:
#   number: 20
#   title_en: Exported footage goes within the maximum
#   clause: 四(四)
#   basis: N
#   classes: [R, T]
#   severity: high
#   subjects: [kept_copy]
#   needs: [copy]
#   params: [retention_max, max_anchor]
#   reasons:
#     too_old:
#       zh: "留存複本應於 {last} 前銷毀，已逾 {days} 日，且無保全"
#       en: "the copy should have gone by {last}, {days} days ago, and no hold protects it"
#       fix_zh: 依程序銷毀並登錄；須續存者先建立保全
#       fix_en: "destroy it by the procedure; if it must stay, open a hold first"
#     hold_unreadable:
#       zh: 相關保全紀錄無法讀取
#       en: the hold it names cannot be read
#       fix_zh: 修正保全紀錄檔
#       fix_en: "mend the hold's file"
#     no_maximum:
#       zh: 本校適用之規定未訂最長期間
#       en: the regulation in force here sets no maximum
#       fix_zh: ""
#       fix_en: ""
#   notes:
#     went_late:
#       zh: "複本逾期 {days} 日後才銷毀"
#       en: "the copy went {days} days late"
package cctv.rules["A4.4-export-destroy-within-max"]

not_applicable contains {"code": "no_maximum", "values": {}} if input.facts.copy.limited == false

free if input.facts.copy.holds == ""

fail contains {"code": "too_old", "values": values} if {
	input.facts.copy.destroyed != true
	free
	input.facts.copy.unreadable_hold != true
	input.facts.copy.over_days > 0
	values := {"last": input.facts.copy.last_day, "days": input.facts.copy.over_days}
}

unknown contains {"code": "hold_unreadable", "values": {}} if {
	input.facts.copy.unreadable_hold == true
	input.facts.copy.over_days > 0
}

note contains {"code": "went_late", "values": {"days": input.facts.copy.over_days}} if {
	input.facts.copy.destroyed == true
	free
	input.facts.copy.over_days > 0
}
