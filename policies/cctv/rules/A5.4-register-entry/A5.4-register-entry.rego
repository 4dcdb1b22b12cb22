# METADATA
# title: 調閱應登記於專簿
# description: >-
#   Asked of the request (has each viewing its own line?), of the line (entered in time, about a case that
#   exists?) and of the school (no number is skipped).
# custom:
#   number: 41
#   title_en: "One register line per viewing, numbered without gaps"
#   clause: 五(四)
#   basis: N
#   classes: [R]
#   severity: high
#   subjects: [access_request, agency_request, register_entry, school_records]
#   needs: [register]
#   params: [entry_within_days]
#   reasons:
#     no_line:
#       zh: "第 {n} 次調閱的登記 {line} 不存在"
#       en: "register line {line} of viewing {n} does not exist"
#       fix_zh: 補登記並註明補登原因
#       fix_en: write the line and say why it is late
#     void_line:
#       zh: "第 {n} 次調閱的登記 {line} 已作廢"
#       en: "register line {line} of viewing {n} is void"
#       fix_zh: 另立有效登記
#       fix_en: write a valid line
#     other_case:
#       zh: "第 {n} 次調閱的登記 {line} 屬於另一案件"
#       en: "register line {line} of viewing {n} is about another case"
#       fix_zh: 更正登記編號
#       fix_en: correct the number
#     shared_line:
#       zh: "多次調閱共用登記 {line}"
#       en: "several viewings share register line {line}"
#       fix_zh: 每次調閱各立一筆
#       fix_en: one line a viewing
#     copy_without_line:
#       zh: 交付機關複本，但沒有登記
#       en: a copy was handed to the agency without a register line
#       fix_zh: 補登記
#       fix_en: write the line
#     entered_late:
#       zh: "調閱後 {days} 日才登記，期限 {limit} 日"
#       en: "entered {days} days after the session; the limit is {limit}"
#       fix_zh: 調閱當日登記
#       fix_en: enter it on the day
#     case_missing:
#       zh: 登記所依據的案件不存在
#       en: the case that the line names does not exist
#       fix_zh: 補齊案件紀錄或更正編號
#       fix_en: "write the case's record or correct the number"
#     skipped:
#       zh: "登記簿跳號：缺 {number}"
#       en: "the register skips {number}"
#       fix_zh: 補回該筆；作廢者保留編號並註明作廢
#       fix_en: bring the line back; a cancelled line keeps its number as void
#     not_accessed:
#       zh: 沒有調閱
#       en: nothing was accessed
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["A5.4-register-entry"]

import data.cctv.lib.param

not_applicable contains {"code": "not_accessed", "values": {}} if input.facts.register.accessed == false

fail contains {"code": "no_line", "values": {"n": session.n, "line": session.line}} if {
	some session in input.facts.register.sessions
	not session.exists == true
}

fail contains {"code": "void_line", "values": {"n": session.n, "line": session.line}} if {
	some session in input.facts.register.sessions
	session.void == true
}

fail contains {"code": "other_case", "values": {"n": session.n, "line": session.line}} if {
	some session in input.facts.register.sessions
	session.of_other_case == true
}

fail contains {"code": "shared_line", "values": {"line": session.line}} if {
	some session in input.facts.register.sessions
	session.shared == true
}

fail contains {"code": "copy_without_line", "values": {}} if input.facts.register.copy_without_line == true

fail contains {"code": "entered_late", "values": {"days": input.facts.register.late_days, "limit": limit}} if {
	limit := param.limit("entry_within_days")
	input.facts.register.late_days > limit
}

fail contains {"code": "case_missing", "values": {}} if input.facts.register.case_missing == true

fail contains {"code": "skipped", "values": {"number": number}} if some number in input.facts.register.skipped
