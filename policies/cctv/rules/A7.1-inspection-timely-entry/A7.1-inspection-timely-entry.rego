# METADATA
# title: 保養紀錄應及時登錄
# description: >-
#   The day of the first commit is near the day of the inspection. Paper first and typed later is allowed with the
#   paper's number and an explanation.
# custom:
#   number: 50
#   title_en: "Inspections are entered in time, never back-filled"
#   clause: 七(一)
#   basis: V
#   classes: [H]
#   severity: medium
#   subjects: [inspection]
#   needs: [inspection, entered]
#   params: [entry_max_lag_days]
#   reasons:
#     back_filled:
#       zh: "檢查後 {days} 日（{on}）才登錄，期限 {limit} 日，且未說明"
#       en: "it was entered {days} days after the inspection ({on}); the limit is {limit}, and nothing explains it"
#       fix_zh: 註明紙本編號與補登原因（paper_ref）
#       fix_en: "give the paper's number and the reason (paper_ref)"
#   notes:
#     typed_later:
#       zh: "紙本先行，檢查後 {days} 日登錄，已說明"
#       en: "on paper first; it was typed {days} days later, with an explanation"
package cctv.rules["A7.1-inspection-timely-entry"]

import data.cctv.lib.param

late if input.facts.entered.lag_days > param.limit("entry_max_lag_days")

fail contains {"code": "back_filled", "values": values} if {
	late
	input.facts.entered.explained != true
	values := {
		"days": input.facts.entered.lag_days,
		"on": input.facts.entered.on,
		"limit": param.limit("entry_max_lag_days"),
	}
}

note contains {"code": "typed_later", "values": {"days": input.facts.entered.lag_days}} if {
	late
	input.facts.entered.explained == true
}
