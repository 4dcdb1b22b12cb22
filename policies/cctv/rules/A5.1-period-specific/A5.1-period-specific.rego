# METADATA
# title: 須指明特定調閱時段
# description: >-
#   From and to, to the minute, in the past, and no longer than a day unless a reason is given; no time when
#   the camera's recorder was not in service yet; where the regulation sets one, within the time to apply.
# custom:
#   number: 28
#   title_en: The period asked for is specific
#   clause: 五(一)
#   basis: N
#   classes: [R]
#   severity: high
#   subjects: [access_request]
#   needs: [form, request]
#   params: [max_window_hours, apply_within_days]
#   reasons:
#     window_unreadable:
#       zh: "調閱時段無法讀取（第 {said}）：須寫明年月日時分"
#       en: "the period cannot be read (line {said}); it needs year, month, day, hour and minute"
#       fix_zh: 補上起訖的時與分
#       fix_en: give hour and minute of both ends
#     not_ordered:
#       zh: "時段 {n}（{from} 至 {to}）迄早於起"
#       en: "period {n} ({from} to {to}) ends before it starts"
#       fix_zh: 更正起訖時間
#       fix_en: correct the times
#     in_future:
#       zh: "時段 {n} 至 {to}，尚未發生"
#       en: "period {n} ends at {to}, which is still to come"
#       fix_zh: 更正時段；未來的影像不得預先申請
#       fix_en: correct it; nothing can be asked of the future
#     before_camera:
#       zh: "時段 {n}（至 {to}）早於攝影機 {camera} 的主機啟用日 {since}，不可能有影像"
#       en: "period {n} (to {to}) is before {since}, when the recorder of camera {camera} came into service"
#       fix_zh: 更正時段（年份是否有誤？）或攝影機；日期無誤而是清冊啟用日有誤時，更正清冊；確無影像時，以查無影像結案
#       fix_en: correct the period or the camera (the inventory, if its day is wrong); else answer with nothing found
#     too_long:
#       zh: "時段 {n}（{from} 至 {to}）超過 {hours} 小時且未說明理由"
#       en: "period {n} ({from} to {to}) is longer than {hours} hours, and no reason is given"
#       fix_zh: 縮短時段，或說明需較長時段的理由
#       fix_en: "shorten it, or say why so much is needed"
#     applied_late:
#       zh: "事件後 {days} 日才申請，超過 {limit} 日期限"
#       en: "applied {days} days after the event; the limit is {limit}"
#       fix_zh: 駁回，或記載受理理由
#       fix_en: "reject it, or record why it was taken"
#     incident_day_unknown:
#       zh: "規定須於 {limit} 日內申請，但沒有記載事件（知悉）日期"
#       en: "requests are due within {limit} days, and the day of the event is not recorded"
#       fix_zh: 補填事件發生或知悉日
#       fix_en: record when it happened or became known
#   notes:
#     nothing_then:
#       zh: "時段 {n} 早於攝影機 {camera} 的主機啟用日 {since}；已答覆查無影像"
#       en: "period {n} is before {since}, when camera {camera} had no recorder yet; nothing was found, as answered"
#     earlier_device:
#       zh: "清冊中的攝影機 {camera}（或其主機）{since} 才啟用；時段 {n} 只可能有其前身設備的影像"
#       en: "camera {camera} or its recorder is there since {since}; of period {n} only an earlier device has pictures"
#     camera_unlisted:
#       zh: "攝影機 {camera} 不在現行清冊"
#       en: "camera {camera} is not in the inventory now"
package cctv.rules["A5.1-period-specific"]

import data.cctv.lib.param
import data.cctv.lib.request

not_applicable contains request.unpursued

fail contains {"code": "window_unreadable", "values": {"said": fault.said}} if {
	some fault in input.facts.form.faults
	fault.part == "windows"
}

fail contains {"code": "not_ordered", "values": {"n": window.n, "from": window.from, "to": window.to}} if {
	some window in input.facts.request.windows
	window.minutes <= 0
}

fail contains {"code": "in_future", "values": {"n": window.n, "to": window.to}} if {
	some window in input.facts.request.windows
	window.future == true
}

fail contains {"code": "before_camera", "values": values} if {
	input.facts.request.found_nothing == false
	some window in input.facts.request.windows
	some camera in window.before
	values := {"n": window.n, "to": window.to, "camera": camera.camera, "since": camera.since}
}

fail contains {"code": "too_long", "values": values} if {
	some window in input.facts.request.windows
	window.minutes > 60 * param.limit("max_window_hours")
	not window.justified == true
	values := {
		"n": window.n,
		"from": window.from,
		"to": window.to,
		"hours": param.limit("max_window_hours"),
	}
}

fail contains {"code": "applied_late", "values": {"days": days, "limit": limit}} if {
	limit := param.value("apply_within_days")
	is_number(limit)
	days := input.facts.request.apply_days
	days > limit
}

unknown contains {"code": "incident_day_unknown", "values": {"limit": limit}} if {
	limit := param.value("apply_within_days")
	is_number(limit)
	input.facts.request.apply_days == null
}

note contains {"code": "camera_unlisted", "values": {"camera": camera}} if some camera in input.facts.request.unlisted

note contains {"code": "nothing_then", "values": values} if {
	input.facts.request.found_nothing == true
	some window in input.facts.request.windows
	some camera in window.before
	values := {"n": window.n, "camera": camera.camera, "since": camera.since}
}

note contains {"code": "earlier_device", "values": values} if {
	some window in input.facts.request.windows
	some camera in window.earlier
	values := {"n": window.n, "camera": camera.camera, "since": camera.since}
}
