# METADATA
# title: 主機操作紀錄應與調閱登記簿相符
# description: >-
#   Of this quarter and the one before: every playback and export that a recorder logged has a line of the register
#   at that time for that camera; an export a line that says copy, or a kept copy. An inspection or an open repair
#   answers for playback. What no log covers is unknown.
# custom:
#   number: 42
#   title_en: Every playback and export has its line in the register
#   clause: 五(四)
#   basis: V
#   classes: [D, R]
#   severity: high
#   subjects: [school_records]
#   needs: [playback]
#   params: [match_tolerance_min, exempt]
#   reasons:
#     unmatched_export:
#       zh: "【重大】主機 {recorder} 頻道 {ch} 於 {at} 有匯出紀錄（帳號 {account}），登記簿無此筆"
#       en: "CRITICAL: {recorder} logged an export of channel {ch} at {at} (account {account}) without a line"
#       fix_zh: 查明何人匯出，登錄事件
#       fix_en: find out who took it away, and open an incident
#     unmatched_playback:
#       zh: "主機 {recorder} 頻道 {ch} 於 {at} 有回放紀錄（帳號 {account}），登記簿無此筆"
#       en: "{recorder} logged a playback of channel {ch} at {at} (account {account}) without a line"
#       fix_zh: 查明何人調閱並補登；屬檢查或維修者補登紀錄
#       fix_en: "find out who viewed and enter it; enter the inspection or the repair if it was one"
#     no_log:
#       zh: "主機 {recorder} 沒有可用的操作紀錄（{why}），無法核對"
#       en: "{recorder} has no log that can be compared ({why})"
#       fix_zh: 定期收集；主機無此功能者以人工核對並登錄
#       fix_en: "collect often; where the recorder keeps no log, compare by hand and record it"
#     log_gap:
#       zh: "主機 {recorder} 的操作紀錄缺 {from} 至 {to}"
#       en: "the log of {recorder} lacks {from} to {to}"
#       fix_zh: 每週至少收集一次，紀錄被覆寫前即留存
#       fix_en: "collect at least weekly, before the recorder forgets"
#     log_broken:
#       zh: "主機 {recorder} 留存的操作紀錄有 {count} 行無法讀取"
#       en: "{count} lines of what was kept of the log of {recorder} cannot be read"
#       fix_zh: 自備份還原該檔（state/）
#       fix_en: restore the file from a backup (state/)
#     register_unreadable:
#       zh: "登記簿有 {count} 筆無法讀取"
#       en: "{count} lines of the register cannot be read"
#       fix_zh: 修正該檔
#       fix_en: mend the files
#     no_recorders:
#       zh: 清冊上沒有使用中的主機
#       en: the inventory has no recorder in use
#       fix_zh: 在清冊補上主機
#       fix_en: list the recorders in the inventory
#   notes:
#     no_log_trace:
#       zh: "登記簿 {line} 在主機操作紀錄中找不到對應操作"
#       en: "no recorder logged anything for line {line} of the register"
package cctv.rules["A5.4-log-reconciliation"]

fail contains {"code": code, "values": object.remove(act, {"type"})} if {
	some act in input.facts.playback.unmatched
	code := object.get({"playback": "unmatched_playback"}, act.type, "unmatched_export")
}

unknown contains {"code": "no_log", "values": {"recorder": one.recorder, "why": one.why}} if {
	some one in input.facts.playback.recorders
	one.logs != true
}

unknown contains {"code": "log_gap", "values": object.union(gap, {"recorder": one.recorder})} if {
	some one in input.facts.playback.recorders
	is_array(one.gaps)
	some gap in one.gaps
}

unknown contains {"code": "log_broken", "values": {"recorder": one.recorder, "count": one.broken}} if {
	some one in input.facts.playback.recorders
	one.broken > 0
}

unknown contains {"code": "register_unreadable", "values": {"count": input.facts.playback.unreadable}} if {
	input.facts.playback.unreadable > 0
}

unknown contains {"code": "no_recorders", "values": {}} if input.facts.playback.recorders == []

note contains {"code": "no_log_trace", "values": {"line": line}} if some line in input.facts.playback.untraced
