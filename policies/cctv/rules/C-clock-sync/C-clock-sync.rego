# METADATA
# title: 主機時間應準確
# description: >-
#   The recorder's clock is right and in the right time zone, without summer time; else the minute that a
#   request names cannot be found. NTP is advice: what counts is the measured offset.
# custom:
#   number: 23
#   title_en: The recorder's clock and time zone are right
#   clause: 附錄1
#   basis: V
#   classes: [D]
#   severity: medium
#   subjects: [recorder]
#   needs: [time.offset_s, time.tz]
#   params: [clock_max_offset_s, timezone]
#   reasons:
#     clock_wrong:
#       zh: 主機時間誤差 {offset_s} 秒，超過 {limit_s} 秒
#       en: the clock is off by {offset_s} s; {limit_s} s are allowed
#       fix_zh: 校正主機時間並啟用網路校時（NTP）
#       fix_en: set the clock and switch NTP on
#     wrong_timezone:
#       zh: 主機時區為 {tz}，應為 {timezone}
#       en: the time zone is {tz}; it must be {timezone}
#       fix_zh: 將主機時區改為 {timezone}
#       fix_en: set the time zone to {timezone}
#     dst_on:
#       zh: 主機時區 {tz} 啟用日光節約時間
#       en: the time zone {tz} has summer time
#       fix_zh: 關閉日光節約時間
#       fix_en: switch summer time off
#     timezone_unreadable:
#       zh: 無法判讀主機時區「{tz}」
#       en: the time zone "{tz}" cannot be read
#       fix_zh: 到主機上確認；人工填報請寫 Asia/Taipei 或 +08:00
#       fix_en: look at the recorder; in an answer sheet write Asia/Taipei or +08:00
#     decommissioned:
#       zh: 設備已停用（{status}）
#       en: the device is out of service ({status})
#       fix_zh: ""
#       fix_en: ""
#   notes:
#     ntp_off: {zh: 未啟用網路校時（NTP），時間會逐漸偏移, en: NTP is off; the clock will drift}
#     ntp_not_told: {zh: 無法得知是否啟用網路校時（NTP）, en: whether NTP is on is not known}
package cctv.rules["C-clock-sync"]

import data.cctv.lib.device

not_applicable contains device.retired

fail contains {"code": "clock_wrong", "values": values} if {
	abs(input.facts["time.offset_s"]) > input.params.clock_max_offset_s
	values := {"offset_s": input.facts["time.offset_s"], "limit_s": input.params.clock_max_offset_s}
}

fail contains {"code": "wrong_timezone", "values": values} if {
	input.facts.clock.zone == "other"
	values := {"tz": input.facts["time.tz"], "timezone": input.params.timezone}
}

fail contains {"code": "dst_on", "values": {"tz": input.facts["time.tz"]}} if {
	input.facts.clock.dst == true
}

unknown contains {"code": "timezone_unreadable", "values": {"tz": tz}} if {
	tz := input.facts["time.tz"]
	not object.get(input.facts, ["clock", "zone"], null) in {"same", "other"}
}

note contains {"code": "ntp_off", "values": {}} if input.facts["time.ntp_enabled"] == false

note contains {"code": "ntp_not_told", "values": {}} if {
	not is_boolean(object.get(input.facts, "time.ntp_enabled", null))
}
