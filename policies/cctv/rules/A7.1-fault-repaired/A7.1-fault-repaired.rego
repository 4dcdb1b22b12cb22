# METADATA
# title: 發現異常或故障應立即修復
# description: >-
#   Each answer no of an inspection has a fault record; each fault was reported within a working day and repaired
#   within two weeks, or something stands in for it. Which weekdays are holidays nobody told, so a few days late
#   is not certain.
# custom:
#   number: 52
#   title_en: Every fault is reported and repaired
#   clause: 七(一)
#   basis: N
#   classes: [R]
#   severity: high
#   subjects: [inspection, fault_repair]
#   needs: [repair]
#   params: [report_within_workdays, repair_within_days]
#   reasons:
#     unreported:
#       zh: "檢查結果有「否」（{noes}），但沒有故障單"
#       en: "an answer is no ({noes}), and there is no fault record"
#       fix_zh: 立即報修並登錄故障單
#       fix_en: report it now and write the fault record
#     report_missing:
#       zh: "故障單 {fault} 不存在"
#       en: "the fault record {fault} does not exist"
#       fix_zh: 補齊故障單或更正編號
#       fix_en: write it or correct the number
#     reported_late:
#       zh: "發現後 {days} 個平日才報修，期限 {limit} 個工作日"
#       en: "reported after {days} weekdays; the limit is {limit} working days"
#       fix_zh: 當日或次一上班日報修
#       fix_en: report on the day or the next working day
#     maybe_late:
#       zh: "發現後 {days} 個平日才報修（期限 {limit} 個工作日），其間有無放假不明"
#       en: "reported after {days} weekdays (limit {limit} working days); how many were holidays is not known"
#       fix_zh: 註明其間放假日
#       fix_en: record the holidays in between
#     repair_overdue:
#       zh: "發現後 {days} 日仍未修復（或逾期修復），期限 {limit} 日，且無替代措施"
#       en: "not repaired, or late, after {days} days; the limit is {limit}, and nothing stood in for it"
#       fix_zh: 立即修復，或先採替代措施並記載
#       fix_en: "repair it now, or put something in its place and record it"
#     no_fault:
#       zh: 沒有故障
#       en: there is no fault
#       fix_zh: ""
#       fix_en: ""
#   notes:
#     interim:
#       zh: "已採替代措施，{days} 日"
#       en: "something stands in for it, {days} days"
#     open:
#       zh: "修復中，第 {days} 日"
#       en: "under repair, day {days}"
package cctv.rules["A7.1-fault-repaired"]

import data.cctv.lib.param

# The longest run of holidays that Taiwan's calendar takes out of weekdays.
holidays := 7

late := values("report_weekdays") if input.facts.repair.report_weekdays > limits.report_weekdays

not_applicable contains {"code": "no_fault", "values": {}} if count(input.facts.repair.noes) == 0

values(name) := {"days": input.facts.repair[name], "limit": limits[name]}

limits := {
	"report_weekdays": param.limit("report_within_workdays"),
	"open_days": param.limit("repair_within_days"),
}

fail contains {"code": "unreported", "values": {"noes": concat(", ", sort(input.facts.repair.noes))}} if {
	input.facts.repair.unreported == true
}

fail contains {"code": "report_missing", "values": {"fault": fault}} if some fault in input.facts.repair.lost_reports

fail contains {"code": "reported_late", "values": late} if late.days > late.limit + holidays

fail contains {"code": "repair_overdue", "values": values("open_days")} if {
	overdue
	input.facts.repair.interim != true
}

unknown contains {"code": "maybe_late", "values": late} if late.days <= late.limit + holidays

note contains {"code": "interim", "values": {"days": input.facts.repair.open_days}} if {
	overdue
	input.facts.repair.interim == true
}

note contains {"code": "open", "values": {"days": input.facts.repair.open_days}} if {
	input.facts.repair.repaired == false
	not overdue
}

overdue if input.facts.repair.open_days > limits.open_days
