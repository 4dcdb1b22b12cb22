# METADATA
# title: 申請單至少保存一年
# description: >-
#   By what git says of every commit: a request, rejected ones too, is there with its content until a year after it was
#   closed; one that is not closed stays. Its number may not be missing.
# custom:
#   number: 44
#   title_en: Request forms are kept for a year
#   clause: 六
#   basis: N
#   classes: [H]
#   severity: critical
#   subjects: [school_records]
#   needs: [requests_kept]
#   params: [record_retention_min, record_anchor]
#   reasons:
#     lost:
#       zh: "{id} 於 {on} 遭刪除（提交 {commit}），應保存至 {until}"
#       en: "{id} was deleted on {on} (commit {commit}); it must be kept until {until}"
#       fix_zh: 自版本歷史還原該檔，查明刪除原因
#       fix_en: "restore the file from history, and find out why it was deleted"
#     lost_open:
#       zh: "{id} 尚未結案即於 {on} 遭刪除（提交 {commit}）"
#       en: "{id} was deleted on {on} (commit {commit}) before its case was closed"
#       fix_zh: 自版本歷史還原該檔，查明刪除原因
#       fix_en: "restore the file from history, and find out why it was deleted"
#     blanked:
#       zh: "{id} 的內容遭清空（提交 {commit}：{fields}）"
#       en: "{id} was emptied (commit {commit}: {fields})"
#       fix_zh: 自版本歷史還原內容
#       fix_en: restore the content from history
#     sequence_gap:
#       zh: "缺少 {id}：申請單應連號"
#       en: "{id} is missing: the numbers of request forms have no gap"
#       fix_zh: 找回該號並併入（駁回或作廢者亦應保存）
#       fix_en: "find it and merge it; rejected and void ones are kept too"
#     rewritten:
#       zh: "{id} 隨提交 {commit} 自版本歷史消失（歷史遭改寫）"
#       en: "{id} vanished from the history with commit {commit} (history was rewritten)"
#       fix_zh: 自其他複本取回歷史
#       fix_en: fetch the history from another copy
#     no_term:
#       zh: "{id} 已刪除，且無法得知其保存期限起算日"
#       en: "{id} was deleted, and when its term began cannot be told"
#       fix_zh: 自版本歷史還原該檔
#       fix_en: restore the file from history
#     none_yet:
#       zh: 尚無此類紀錄
#       en: there is no such record yet
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["A6-request-kept"]

import data.cctv.lib.kept

not_applicable contains {"code": "none_yet", "values": {}} if {
	input.facts.requests_kept.asked == false
	count(fail) == 0
}

fail contains cause if some cause in kept.causes(input.facts.requests_kept)

unknown contains cause if some cause in kept.no_terms(input.facts.requests_kept)
