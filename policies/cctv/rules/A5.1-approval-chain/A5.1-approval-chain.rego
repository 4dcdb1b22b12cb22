# METADATA
# title: 須經承辦人、處室主管、校(園)長依序核准
# description: >-
#   Each of the three says yes, after the applicant signed, in order, in an office that the roster gives on that
#   day, not about a request of their own, and to the text as it stands. Each is signed with a key that the roster
#   gives that person (or, for paper, the custodian who attests it) on that day.
# custom:
#   number: 29
#   title_en: "Officer, unit head and principal approved, in this order"
#   clause: 五(一)
#   basis: N
#   classes: [R, H]
#   severity: high
#   subjects: [access_request]
#   needs: [approvals]
#   params: [approval_chain, order_required, same_person_two_roles]
#   reasons:
#     missing:
#       zh: "缺少「{role}」的核准"
#       en: "the approval of the {role} is missing"
#       fix_zh: 補行核准前不得調閱
#       fix_en: nothing may be viewed before it is given
#     rejected:
#       zh: "「{role}」不同意，仍予調閱"
#       en: "the {role} said no, and the request went on"
#       fix_zh: 停止調閱並檢討
#       fix_en: stop and review what happened
#     out_of_order:
#       zh: "「{role}」在「{before}」之前核准"
#       en: "the {role} approved before the {before}"
#       fix_zh: 依承辦人、主管、校長順序簽核
#       fix_en: approve in the order of the form
#     before_signature:
#       zh: "「{role}」在申請人簽章之前核准"
#       en: "the {role} approved before the applicant signed"
#       fix_zh: 由申請人簽章後再簽核
#       fix_en: approve after the applicant signed
#     wrong_role:
#       zh: "{person} 在核准當日不具「{role}」職務"
#       en: "{person} did not hold the office of {role} on that day"
#       fix_zh: 由具該職務者或經名冊登錄的代理人核准
#       fix_en: have the holder or a deputy named in the roster approve
#     self_approval:
#       zh: "{person} 核准自己的申請（{role}）"
#       en: "{person} approved a request of their own ({role})"
#       fix_zh: 改由代理人核准
#       fix_en: have a deputy approve
#     void:
#       zh: "「{role}」核准之後申請內容已變更，核准失效"
#       en: "the request was changed after the {role} approved; the approval is void"
#       fix_zh: 就變更後內容重新簽核
#       fix_en: approve the changed request anew
#     one_person:
#       zh: "{count} 個核准由同一人簽核"
#       en: "{count} approvals are by one and the same person"
#       fix_zh: 由不同人簽核
#       fix_en: have different persons approve
#     bad_signature:
#       zh: "「{role}」{person} 的簽章不成立（{why}）"
#       en: "the signature of {person} ({role}) does not count ({why})"
#       fix_zh: 查明後由本人以登錄之金鑰重新簽核
#       fix_en: "find out why, and have them sign with the key in the roster"
#     unverified:
#       zh: "名冊未登錄 {person} 的金鑰，無法驗證「{role}」的簽章"
#       en: "the roster has no key of {person}, so the signature of the {role} cannot be verified"
#       fix_zh: 在名冊登錄其金鑰（git_identity）
#       fix_en: enter the key in the roster (git_identity)
#     unreadable:
#       zh: "有 {count} 份核准檔無法讀取"
#       en: "{count} approval files cannot be read"
#       fix_zh: 修正核准檔
#       fix_en: mend the files
#     not_asked:
#       zh: "申請未送出或已撤回（{stage}）"
#       en: "the request was not handed in, or withdrawn ({stage})"
#       fix_zh: ""
#       fix_en: ""
#     was_rejected:
#       zh: 申請已駁回，沒有調閱
#       en: the request was rejected and nothing was viewed
#       fix_zh: ""
#       fix_en: ""
#     pending:
#       zh: 申請簽核中
#       en: approval is under way
#       fix_zh: ""
#       fix_en: ""
#   notes:
#     deputy:
#       zh: "「{role}」由代理人 {person} 核准"
#       en: "{person} approved as deputy of the {role}"
#     same_person:
#       zh: 有一人兼任二職簽核
#       en: one person approved in two offices
package cctv.rules["A5.1-approval-chain"]

import data.cctv.lib.param

not_applicable contains {"code": "not_asked", "values": {"stage": stage}} if {
	stage := input.facts.approvals.stage
	stage in {"draft", "withdrawn"}
}

not_applicable contains {"code": "was_rejected", "values": {}} if input.facts.approvals.stage == "rejected"

not_applicable contains {"code": "pending", "values": {}} if {
	input.facts.approvals.stage == "pending"
	count(fail) == 0
}

chain := param.words("approval_chain")

given contains approval if some approval in input.facts.approvals.given

granted if input.facts.approvals.stage == "granted"

fail contains {"code": "missing", "values": {"role": role}} if {
	granted
	input.facts.approvals.unreadable == 0
	some role in chain
	not input.facts.approvals.given[role]
}

fail contains {"code": "rejected", "values": {"role": approval.role}} if {
	granted
	some approval in given
	not approval.approves == true
}

fail contains {"code": "out_of_order", "values": {"role": role, "before": before}} if {
	not param.value("order_required") == false
	some sooner, before in chain
	some later, role in chain
	sooner < later
	input.facts.approvals.given[role].at_s < input.facts.approvals.given[before].at_s
}

fail contains {"code": "before_signature", "values": {"role": approval.role}} if {
	some approval in given
	approval.at_s < input.facts.approvals.signed_s
}

fail contains {"code": "wrong_role", "values": {"role": approval.role, "person": approval.person}} if {
	some approval in given
	approval.role_held == false
}

fail contains {"code": "self_approval", "values": {"role": approval.role, "person": approval.person}} if {
	some approval in given
	not approval.by_applicant == false
}

fail contains {"code": "void", "values": {"role": approval.role}} if {
	some approval in given
	not approval.of_this_text == true
}

fail contains {"code": "bad_signature", "values": object.union(who(approval), {"why": why})} if {
	some approval in given
	approval.key_known == true
	some why in approval.signature_faults
}

fail contains {"code": "one_person", "values": {"count": count(given)}} if {
	not param.value("same_person_two_roles") == true
	repeated
}

unknown contains {"code": "no_roster", "values": {}} if input.facts.approvals.roster_told != true

unknown contains {"code": "unreadable", "values": {"count": input.facts.approvals.unreadable}} if {
	input.facts.approvals.unreadable > 0
}

unknown contains {"code": "unverified", "values": who(approval)} if {
	some approval in given
	not approval.key_known == true
}

note contains {"code": "deputy", "values": {"role": approval.role, "person": approval.person}} if {
	some approval in given
	approval.deputy == true
}

note contains {"code": "same_person", "values": {}} if repeated

repeated if count({approval.person | some approval in given}) < count(given)

who(approval) := {"role": approval.role, "person": approval.person}
