# METADATA
# title: 核准或結案後之紀錄不得更改
# description: >-
#   A record is written once; what may come later is its life (status, viewings, outcome) and amendments that say
#   what was wrong. Git is asked about every commit. History that was rewritten since the last audit is a change of
#   everything in it, unless an incident of type pii_in_git names the commit that was given up.
# custom:
#   number: 46
#   title_en: Approved and closed records only take amendments
#   clause: 六
#   basis: V
#   classes: [H]
#   severity: high
#   subjects: [school_records, repository]
#   needs: [changes]
#   params: []
#   reasons:
#     record_changed:
#       zh: "{id} 成立後內容遭更改（{on}，提交 {commit}：{fields}）"
#       en: "{id} was changed after it was made ({on}, commit {commit}: {fields})"
#       fix_zh: 還原原內容，更正事項改寫入 amendments
#       fix_en: "restore it, and write the correction as an amendment"
#     record_emptied:
#       zh: "{id} 遭清空或毀損（{on}，提交 {commit}）"
#       en: "{id} was emptied or damaged ({on}, commit {commit})"
#       fix_zh: 自版本歷史還原
#       fix_en: restore it from history
#     bad_status:
#       zh: "{id} 的狀態不合程序地改變（{on}，提交 {commit}）"
#       en: "the status of {id} went where it may not go ({on}, commit {commit})"
#       fix_zh: 還原狀態，依程序辦理
#       fix_en: restore the status and follow the procedure
#     approval_changed:
#       zh: "{id} 的核准檔遭更改或刪除（{on}，提交 {commit}：{fields}）"
#       en: "an approval of {id} was changed or deleted ({on}, commit {commit}: {fields})"
#       fix_zh: 自版本歷史還原核准檔
#       fix_en: restore the approval from history
#     number_reused:
#       zh: "{id} 的編號於 {on} 重複使用（提交 {commit}）"
#       en: "the number of {id} was used again on {on} (commit {commit})"
#       fix_zh: 新案另取新號
#       fix_en: give the new case a new number
#     rewritten:
#       zh: "提交 {commit} 及其 {records} 筆紀錄已不在版本歷史中（歷史遭改寫）"
#       en: "commit {commit}, and {records} records with it, are no longer in the history: it was rewritten"
#       fix_zh: 查明何人強制推送，並與其他複本核對
#       fix_en: "find out who pushed by force, and compare with another clone"
#   notes:
#     rewritten_with_record:
#       zh: "提交 {commit} 已依 {record} 自版本歷史移除"
#       en: "commit {commit} was given up, as {record} says"
#     clock_wrong:
#       zh: "{where} 的提交時間早於前一版本一天以上"
#       en: "{where} is dated a day or more before its parent"
package cctv.rules["A6-record-immutable"]

# What git may be said to show of a record; whatever else it is, is a change.
codes := {"record_emptied", "bad_status", "approval_changed", "number_reused"}

code_of(change) := change.code if {
	change.code in codes
} else := "record_changed"

fail contains {"code": code_of(change), "values": values} if {
	some change in input.facts.changes.done
	values := object.remove(change, {"code"})
}

fail contains {"code": "rewritten", "values": values} if {
	some rewrite in input.facts.changes.rewritten
	rewrite.record == ""
	values := object.remove(rewrite, {"record"})
}

note contains {"code": "rewritten_with_record", "values": rewrite} if {
	some rewrite in input.facts.changes.rewritten
	rewrite.record != ""
}

note contains {"code": "clock_wrong", "values": {"where": where}} if some where in input.facts.changes.clocks
