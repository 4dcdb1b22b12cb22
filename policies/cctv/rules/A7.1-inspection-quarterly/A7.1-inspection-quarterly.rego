# METADATA
# title: 每季檢查保養一次以上
# description: >-
#   For each recorder in use and each quarter that is over, one inspection dated inside it; two in one quarter do
#   not cover another. Quarters whose records may be gone by now are not asked for.
# custom:
#   number: 48
#   title_en: Every recorder is inspected every quarter
#   clause: 七(一)
#   basis: N
#   classes: [R]
#   severity: high
#   subjects: [school_records]
#   needs: [inspections]
#   params: [inspection_interval, quarter_scheme, inspection_max_gap_days]
#   reasons:
#     missed:
#       zh: "主機 {recorder} 於 {quarter} 沒有檢查紀錄"
#       en: "recorder {recorder} was not inspected in {quarter}"
#       fix_zh: 有紙本者補登並註明；確未檢查者立即檢查並檢討
#       fix_en: enter it if it is on paper; else inspect now and review why
#     gap:
#       zh: "兩次檢查間隔 {days} 日，超過 {limit} 日"
#       en: "{days} days lie between inspections; the limit is {limit}"
#       fix_zh: 立即檢查
#       fix_en: inspect now
#     none:
#       zh: 沒有任何可讀的檢查紀錄，無法確認是否每季檢查
#       en: "there is no readable inspection, so whether there were any is unknown"
#       fix_zh: 登錄各季檢查紀錄（有紙本者補登）
#       fix_en: "enter each quarter's inspection"
#     unreadable:
#       zh: "有 {count} 份檢查紀錄無法讀取"
#       en: "{count} inspections cannot be read"
#       fix_zh: 修正檔案
#       fix_en: mend the files
#     other_interval:
#       zh: "檢查週期「{interval}」目前無法判定"
#       en: "the interval {interval} cannot be judged yet"
#       fix_zh: 以人工查核
#       fix_en: check it by hand
#     no_recorder:
#       zh: 清冊中沒有應檢查的主機
#       en: the inventory has no recorder that owes an inspection
#       fix_zh: ""
#       fix_en: ""
#   notes:
#     due:
#       zh: "{quarter} 尚未檢查主機 {recorder}"
#       en: "recorder {recorder} is due in {quarter}"
package cctv.rules["A7.1-inspection-quarterly"]

import data.cctv.lib.param

interval := param.value("inspection_interval")

not_applicable contains {"code": "not_required", "values": {}} if interval == "none"

not_applicable contains {"code": "no_recorder", "values": {}} if count(input.facts.inspections.quarters) == 0

fail contains {"code": "missed", "values": values(term)} if {
	interval == "quarter"
	input.facts.inspections.any == true
	input.facts.inspections.unreadable == 0
	some term in input.facts.inspections.quarters
	not term.done == true
	not term.running == true
}

fail contains {"code": "gap", "values": {"days": input.facts.inspections.gap_days, "limit": limit}} if {
	limit := param.value("inspection_max_gap_days")
	is_number(limit)
	input.facts.inspections.gap_days > limit
}

unknown contains {"code": "none", "values": {}} if input.facts.inspections.any != true

unknown contains {"code": "unreadable", "values": {"count": input.facts.inspections.unreadable}} if {
	input.facts.inspections.unreadable > 0
}

unknown contains {"code": "other_interval", "values": {"interval": interval}} if not interval in {"quarter", "none"}

note contains {"code": "due", "values": values(term)} if {
	some term in input.facts.inspections.quarters
	term.running == true
	not term.done == true
}

values(term) := {"recorder": term.recorder, "quarter": term.quarter}
