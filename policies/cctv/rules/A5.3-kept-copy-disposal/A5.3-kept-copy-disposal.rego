# METADATA
# title: 留存複本無保存必要時始得銷毀
# description: >-
#   Reviewed at its times while it is kept; destroyed with reason, approver, method, witness and date, and not
#   while a hold or an open case refers to it.
# custom:
#   number: 38
#   title_en: A kept copy goes only when nobody needs it
#   clause: 五(三)
#   basis: N
#   classes: [R]
#   severity: medium
#   subjects: [kept_copy]
#   needs: [copy]
#   params: [review_kept_copy_days]
#   reasons:
#     held:
#       zh: "銷毀時仍在保全中：{holds}"
#       en: "it was destroyed while a hold was in force: {holds}"
#       fix_zh: 立案檢討；依法恐涉湮滅證據
#       fix_en: open an incident; this may be destruction of evidence
#     case_open:
#       zh: "銷毀時案件 {case} 尚未結案"
#       en: "it was destroyed while {case} was open"
#       fix_zh: 立案檢討；結案後始得銷毀
#       fix_en: open an incident; destroy after the case is closed
#     review_overdue:
#       zh: "應於 {on} 檢討是否續存，已逾 {days} 日"
#       en: "the review was due on {on}, {days} days ago"
#       fix_zh: 檢討後更新檢討日期，或依程序銷毀
#       fix_en: "review it and set the next day, or destroy it by the procedure"
#     review_too_far:
#       zh: "下次檢討訂在 {days} 日後，超過 {limit} 日"
#       en: "the next review is set {days} days ahead; the limit is {limit}"
#       fix_zh: 提前檢討日期
#       fix_en: set an earlier day
#     hold_unreadable:
#       zh: 相關保全紀錄無法讀取，無法確認能否銷毀
#       en: "the hold it names cannot be read, so whether it might go is unknown"
#       fix_zh: 修正保全紀錄檔
#       fix_en: "mend the hold's file"
package cctv.rules["A5.3-kept-copy-disposal"]

import data.cctv.lib.param

gone if input.facts.copy.destroyed == true

fail contains {"code": "held", "values": {"holds": input.facts.copy.holds}} if {
	gone
	input.facts.copy.holds != ""
}

fail contains {"code": "case_open", "values": {"case": input.facts.copy.case}} if {
	gone
	input.facts.copy.case_open != false
}

fail contains {"code": "review_overdue", "values": values} if {
	not gone
	input.facts.copy.review_overdue_days > 0
	values := {"on": input.facts.copy.review_on, "days": input.facts.copy.review_overdue_days}
}

fail contains {"code": "review_too_far", "values": {"days": input.facts.copy.review_ahead_days, "limit": limit}} if {
	not gone
	limit := param.limit("review_kept_copy_days")
	input.facts.copy.review_ahead_days > limit
}

unknown contains {"code": "hold_unreadable", "values": {}} if input.facts.copy.unreadable_hold == true
