# METADATA
# title: 學校應訂定監視錄影系統管理作法
# description: >-
#   A policy record in force today, for the regulation that this run judges by, and reviewed as often as the
#   regulation asks.
# custom:
#   number: 1
#   title_en: The school adopted its own rules
#   clause: 一
#   basis: N
#   classes: [R, T]
#   severity: low
#   subjects: [school_records]
#   needs: [policy]
#   params: [policy_review_months]
#   reasons:
#     none:
#       zh: 沒有生效中的校內作法
#       en: no written policy is in force
#       fix_zh: 由校務會議通過並登錄
#       fix_en: have it adopted and record it
#     pack_mismatch:
#       zh: "作法依據 {pack}，本次以 {used} 判定"
#       en: "the policy follows {pack}, this run judged by {used}"
#       fix_zh: 確認適用之規定並更新紀錄
#       fix_en: find out which applies and update the record
#     review_overdue:
#       zh: "作法已 {months} 個月未檢討，應每 {limit} 個月檢討"
#       en: "the policy is {months} months old; it is reviewed every {limit}"
#       fix_zh: 檢討後重新登錄
#       fix_en: review it and record it anew
#     unreadable:
#       zh: "有 {count} 份作法紀錄無法讀取"
#       en: "{count} policy records cannot be read"
#       fix_zh: 修正檔案
#       fix_en: mend the files
package cctv.rules["A1-policy-adopted"]

import data.cctv.lib.param

fail contains {"code": "none", "values": {}} if {
	input.facts.policy.in_force == false
	input.facts.policy.unreadable == 0
}

fail contains {"code": "review_overdue", "values": {"months": input.facts.policy.age_months, "limit": limit}} if {
	input.facts.policy.in_force == true
	limit := param.value("policy_review_months")
	is_number(limit)
	input.facts.policy.age_months >= limit
}

unknown contains {"code": "pack_mismatch", "values": values} if {
	input.facts.policy.in_force == true
	input.facts.policy.pack != input.facts.policy.pack_used
	values := {"pack": input.facts.policy.pack, "used": input.facts.policy.pack_used}
}

unknown contains {"code": "unreadable", "values": {"count": input.facts.policy.unreadable}} if {
	input.facts.policy.unreadable > 0
}
