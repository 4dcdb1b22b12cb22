# METADATA
# title: 續存之例外須有法令依據、範圍與檢討期限
# description: >-
#   A statute, a criminal investigation or another violation; channels and times, owner and review date. Without a
#   readable scope it protects nothing. After release what is past its maximum goes within the grace period.
# custom:
#   number: 21
#   title_en: "Every exception is a hold with basis, scope and review"
#   clause: 四(四)
#   basis: V
#   classes: [R]
#   severity: high
#   subjects: [legal_hold]
#   needs: [form, hold]
#   params: [hold_review_days, release_grace_days]
#   reasons:
#     faulty:
#       zh: "保全紀錄檔案第 {said}"
#       en: "the hold's record has a fault, line {said}"
#       fix_zh: 補齊依據、範圍（頻道與時段）與檢討日
#       fix_en: "complete basis, scope (channels and times) and review date"
#     basis_not_listed:
#       zh: "續存依據「{basis}」不在四(四)所列之例外"
#       en: "{basis} is none of the exceptions of the clause"
#       fix_zh: 改列所依法律或調查案號；無依據者解除
#       fix_en: name the statute or investigation; release it if there is none
#     review_overdue:
#       zh: "應於 {on} 檢討，已逾 {days} 日"
#       en: "its review was due on {on}, {days} days ago"
#       fix_zh: 檢討後續存或解除
#       fix_en: "review it: keep on or release"
#     review_too_far:
#       zh: "下次檢討訂在 {days} 日後，超過 {limit} 日"
#       en: "the next review is set {days} days ahead; the limit is {limit}"
#       fix_zh: 提前檢討日期
#       fix_en: set an earlier day
#     left_after_release:
#       zh: "解除後 {days} 日仍有逾期複本未銷毀：{copies}（期限 {limit} 日）"
#       en: "{days} days after release, copies past their maximum still exist: {copies} (limit {limit})"
#       fix_zh: 依程序銷毀
#       fix_en: destroy them by the procedure
#   notes:
#     self_approved:
#       zh: 開立與核准為同一人
#       en: opened and approved by one person
package cctv.rules["A4.4-legal-hold-valid"]

import data.cctv.lib.param

fail contains {"code": "faulty", "values": {"said": fault.said}} if some fault in input.facts.form.faults

fail contains {"code": "basis_not_listed", "values": {"basis": basis}} if {
	basis := input.facts.hold.basis
	not basis in {"statute", "criminal_investigation", "other_violation"}
}

fail contains {"code": "review_overdue", "values": values} if {
	input.facts.hold.active == true
	input.facts.hold.review_overdue_days > 0
	values := {"on": input.facts.hold.review_on, "days": input.facts.hold.review_overdue_days}
}

fail contains {"code": "review_too_far", "values": {"days": input.facts.hold.review_ahead_days, "limit": limit}} if {
	input.facts.hold.active == true
	limit := param.limit("hold_review_days")
	input.facts.hold.review_ahead_days > limit
}

fail contains {"code": "left_after_release", "values": values} if {
	input.facts.hold.left != ""
	input.facts.hold.released_days > param.limit("release_grace_days")
	values := {
		"days": input.facts.hold.released_days,
		"copies": input.facts.hold.left,
		"limit": param.limit("release_grace_days"),
	}
}

note contains {"code": "self_approved", "values": {}} if input.facts.hold.self_approved == true
