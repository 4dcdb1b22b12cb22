# METADATA
# title: 保養紀錄應與設備狀態相符
# description: >-
#   What was ticked agrees with what the recorder itself told on that day, judged by the rules on continuity and
#   retention as of then.
# custom:
#   number: 51
#   title_en: What was ticked is what the recorder showed
#   clause: 附錄2
#   basis: V
#   classes: [D, R]
#   severity: high
#   subjects: [inspection]
#   needs: [that_day]
#   params: [match_window_days]
#   reasons:
#     retention_short:
#       zh: "勾選影像保存足夠，惟 {on} 前後主機 {recorder} 的影像不足"
#       en: "retention was ticked as in order, but about {on} the recorder {recorder} had too little footage"
#       fix_zh: 更正紀錄並報修
#       fix_en: correct the record and report the fault
#     not_recording:
#       zh: "勾選錄影正常，惟 {on} 前後主機 {recorder} 有中斷或未錄影"
#       en: "recording was ticked as in order, but about {on} the recorder {recorder} had gaps or did not record"
#       fix_zh: 更正紀錄並報修
#       fix_en: correct the record and report the fault
#     not_told:
#       zh: "沒有主機 {recorder} 在 {on} 前後的佐證"
#       en: "nothing is known of the recorder {recorder} about {on}"
#       fix_zh: 檢查當日執行收集
#       fix_en: collect on the day of the inspection
#     not_judged:
#       zh: "主機 {recorder} 在 {on} 前後的佐證無法判定"
#       en: "what is known of the recorder {recorder} about {on} does not decide it"
#       fix_zh: 檢查當日重新收集，並排除時鐘誤差等問題
#       fix_en: "collect again on the day, and mend what keeps it from being judged (for example the clock)"
#   notes:
#     better_than_ticked:
#       zh: "勾選「否」，惟主機 {recorder} 的佐證未見異常"
#       en: "\"no\" was ticked, and the recorder {recorder} shows nothing wrong"
package cctv.rules["A7.1-inspection-consistent"]

told contains one if {
	some one in input.facts.that_day.recorders
	one.told == true
}

where(one, on) := {"recorder": one.recorder, "on": on}

on := input.facts.that_day.on

fail contains {"code": "retention_short", "values": where(one, on)} if {
	input.facts.that_day.retention_ok == true
	some one in told
	one.retention == "fail"
}

fail contains {"code": "not_recording", "values": where(one, on)} if {
	input.facts.that_day.recording_ok == true
	some one in told
	one.continuity == "fail"
}

unknown contains {"code": "not_told", "values": where(one, on)} if {
	some one in input.facts.that_day.recorders
	one.told != true
}

unknown contains {"code": "not_judged", "values": where(one, on)} if {
	some one in told
	some outcome in [one.retention, one.continuity]
	not outcome in {"pass", "fail"}
}

note contains {"code": "better_than_ticked", "values": {"recorder": one.recorder}} if {
	input.facts.that_day.retention_ok == false
	some one in told
	one.retention == "pass"
}

note contains {"code": "better_than_ticked", "values": {"recorder": one.recorder}} if {
	input.facts.that_day.recording_ok == false
	some one in told
	one.continuity == "pass"
}
