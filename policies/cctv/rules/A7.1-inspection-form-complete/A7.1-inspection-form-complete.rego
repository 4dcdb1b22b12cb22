# METADATA
# title: 保養紀錄（附錄2）須填寫完整
# description: >-
#   Date, the yes/no answers, the recorders and the inspector, who is in the roster of that day. An answer is yes
#   or no; there is no third.
# custom:
#   number: 49
#   title_en: The inspection log (Appendix 2) is complete
#   clause: 七(一)
#   basis: N
#   classes: [R]
#   severity: medium
#   subjects: [inspection]
#   needs: [form, inspection]
#   params: [inspection_required_fields, rechecker_required]
#   reasons:
#     faulty:
#       zh: "保養紀錄檔案第 {said}"
#       en: "the log has a fault, line {said}"
#       fix_zh: 依訊息更正欄位
#       fix_en: correct the field
#     field_missing:
#       zh: "保養紀錄缺少「{field}」"
#       en: "the log lacks {field}"
#       fix_zh: 補填
#       fix_en: complete it
#     in_future:
#       zh: 檢查日期在未來
#       en: the date lies in the future
#       fix_zh: 更正日期
#       fix_en: correct the date
#     before_recorder:
#       zh: "檢查日期早於主機 {recorder} 的啟用日 {since}：紀錄與清冊不符"
#       en: "the date is before {since}, when recorder {recorder} came into service"
#       fix_zh: 更正檢查日期（年份是否有誤？）或主機；是清冊啟用日有誤時，更正清冊；汰換的新主機應另給代號
#       fix_en: correct the date or the recorder (or the inventory, if its day is wrong); a new recorder has its own id
#     inspector_unknown:
#       zh: "檢查人 {inspector} 當日不在名冊"
#       en: "the inspector {inspector} was not in the roster that day"
#       fix_zh: 由名冊上的人員（含維護廠商）檢查
#       fix_en: "have somebody of the roster inspect, a contractor included"
#     not_rechecked:
#       zh: 缺少複查人
#       en: nobody re-checked it
#       fix_zh: 由複查人確認
#       fix_en: have it re-checked
package cctv.rules["A7.1-inspection-form-complete"]

import data.cctv.lib.param

fail contains {"code": "faulty", "values": {"said": fault.said}} if some fault in input.facts.form.faults

fail contains {"code": "field_missing", "values": {"field": field}} if {
	some field in param.words("inspection_required_fields")
	input.facts.inspection.present
	not field in input.facts.inspection.present
}

fail contains {"code": "in_future", "values": {}} if input.facts.inspection.in_future == true

fail contains {"code": "inspector_unknown", "values": {"inspector": input.facts.inspection.inspector}} if {
	input.facts.inspection.inspector_known == false
}

fail contains {"code": "not_rechecked", "values": {}} if {
	input.facts.inspection.rechecked == false
	not param.value("rechecker_required") == false
}

unknown contains {"code": "no_roster", "values": {}} if input.facts.inspection.inspector_known == null

# The log and the inventory contradict each other, and neither is the loser for certain.
unknown contains {"code": "before_recorder", "values": recorder} if {
	some recorder in input.facts.inspection.not_yet_there
}
