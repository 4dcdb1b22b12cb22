# METADATA
# title: 離職或調職人員應確認續負保密義務
# description: >-
#   Signed within a week of leaving; who refuses gets a written notice within the same time. Leave of absence is
#   no departure.
# custom:
#   number: 14
#   title_en: Leavers acknowledge that the duty of secrecy goes on
#   clause: 四(二)
#   basis: N
#   classes: [R, T]
#   severity: medium
#   subjects: [handover]
#   needs: [handover]
#   params: [ack_grace_days]
#   reasons:
#     late:
#       zh: "{person} 於離職 {days} 日後才確認保密義務，期限 {limit} 日"
#       en: "{person} acknowledged the duty {days} days after leaving; the limit is {limit}"
#       fix_zh: 於離職前簽署
#       fix_en: have it signed before they leave
#     notice_late:
#       zh: "{person} 拒簽，{days} 日後才書面通知，期限 {limit} 日"
#       en: "{person} refused, and the notice went out after {days} days; the limit is {limit}"
#       fix_zh: 於期限內發出書面通知
#       fix_en: send the notice in time
#     nothing:
#       zh: "{person} 沒有確認保密義務，也沒有書面通知"
#       en: "{person} did not acknowledge the duty, and no notice was sent"
#       fix_zh: 請其簽署，或寄發書面通知
#       fix_en: "have it signed, or send a notice"
#     temporary:
#       zh: 請假，非離職或調職
#       en: "a leave of absence, no departure"
#       fix_zh: ""
#       fix_en: ""
#   notes:
#     refused:
#       zh: "{person} 拒簽，已書面通知"
#       en: "{person} refused to sign; a written notice was sent"
package cctv.rules["A4.2-leaver-duty"]

import data.cctv.lib.param

not_applicable contains {"code": "temporary", "values": {}} if input.facts.handover.temporary == true

values(days) := {
	"person": input.facts.handover.person,
	"days": days,
	"limit": param.limit("ack_grace_days"),
}

who := {"person": input.facts.handover.person}

fail contains {"code": "late", "values": values(days)} if {
	input.facts.handover.signed == true
	days := input.facts.handover.signed_after_days
	days > param.limit("ack_grace_days")
}

fail contains {"code": "notice_late", "values": values(days)} if {
	input.facts.handover.refused == true
	days := input.facts.handover.notice_after_days
	days > param.limit("ack_grace_days")
}

fail contains {"code": "nothing", "values": who} if {
	input.facts.handover.signed != true
	input.facts.handover.refused != true
	input.facts.handover.person
}

note contains {"code": "refused", "values": who} if input.facts.handover.refused == true
