# METADATA
# title: 應設置專人負責管理、操作及維修
# description: >-
#   The roster names a holder of each function today. One person may hold all; a contractor may repair, but not
#   manage.
# custom:
#   number: 3
#   title_en: "Somebody is designated to manage, operate and repair"
#   clause: 三
#   basis: N
#   classes: [R]
#   severity: high
#   subjects: [school_records]
#   needs: [custodians]
#   params: [required_functions]
#   reasons:
#     nobody:
#       zh: "沒有人負責「{function}」"
#       en: "nobody is designated to {function}"
#       fix_zh: 於名冊指定專人（處室須寫明承辦人）
#       fix_en: designate somebody in the roster
#     contractor_manages:
#       zh: "「{function}」僅由廠商人員擔任"
#       en: "only contractors {function}"
#       fix_zh: 指定校內人員
#       fix_en: designate staff of the school
#     unreadable:
#       zh: "有 {count} 份名冊無法讀取"
#       en: "{count} roster entries cannot be read"
#       fix_zh: 修正檔案
#       fix_en: mend the files
package cctv.rules["A3.0-custodian-designated"]

import data.cctv.lib.param

fail contains {"code": "nobody", "values": {"function": name}} if {
	judged
	some name in param.words("required_functions")
	not held(name)
}

fail contains {"code": "contractor_manages", "values": {"function": "manage"}} if {
	judged
	held("manage")
	input.facts.custodians.functions.manage.school == 0
}

held(name) if input.facts.custodians.functions[name].holders > 0

judged if {
	input.facts.custodians.told == true
	input.facts.custodians.unreadable == 0
}

unknown contains {"code": "no_roster", "values": {}} if input.facts.custodians.told != true

unknown contains {"code": "unreadable", "values": {"count": input.facts.custodians.unreadable}} if {
	input.facts.custodians.unreadable > 0
}
