# METADATA
# title: 豁免紀錄有效
# description: >-
#   Each waiver can be read, is in force, names its subjects, was approved by somebody else beforehand, and
#   is for a rule that may be waived. One that is not covers nothing.
# custom:
#   number: 65
#   title_en: Waivers are valid
#   clause: "–"
#   basis: V
#   classes: [R]
#   severity: high
#   subjects: [waiver]
#   needs: [waiver]
#   params: [waiver_max_days]
#   reasons:
#     unreadable:
#       zh: 豁免紀錄無法解讀：{faults}
#       en: "the waiver cannot be read: {faults}"
#       fix_zh: 依格式更正所列欄位
#       fix_en: correct the fields named
#     expired:
#       zh: 豁免已於 {expires_on} 到期
#       en: the waiver expired on {expires_on}
#       fix_zh: 完成改善；仍有必要者重新核准，另立一筆新的豁免
#       fix_en: remedy the violation, or have a new waiver approved
#     too_long:
#       zh: 豁免期間 {days} 日，超過上限 {max_days} 日
#       en: the waiver lasts {days} days, more than the {max_days} allowed
#       fix_zh: 縮短期限並重新核准
#       fix_en: shorten it and have it approved again
#     ends_before_start:
#       zh: 豁免的到期日早於起始日
#       en: the waiver ends before it starts
#       fix_zh: 更正起訖日期
#       fix_en: correct the dates
#     never_waived:
#       zh: 規則 {rule} 不得豁免
#       en: rule {rule} may never be waived
#       fix_zh: 撤銷此豁免並完成改善
#       fix_en: withdraw the waiver and remedy the violation
#     wildcard:
#       zh: 豁免對象使用萬用字元，未逐一列出設備
#       en: the waiver uses a wildcard instead of naming its subjects
#       fix_zh: 逐一列出設備或紀錄編號
#       fix_en: name each device or record
#     self_approved:
#       zh: 申請人與核准人為同一人
#       en: the person who asked also approved
#       fix_zh: 由校長或教育局處核准
#       fix_en: have the principal or the district approve it
#     approved_late:
#       zh: 核准日晚於豁免起始日
#       en: the waiver was approved after it had begun
#       fix_zh: 起始日改為核准日當日或之後
#       fix_en: let it begin on the day of approval or later
#     missing_approvals:
#       zh: 限制廠牌之例外使用缺少核准：{missing}（unit_ciso 本機關資安長、superior_ciso 上級機關資安長、moda 數位發展部）
#       en: "the exception for a banned brand lacks approvals: {missing}"
#       fix_zh: 補齊核准文號後登錄於 external_approval
#       fix_en: obtain them and enter them under external_approval
#   notes:
#     not_begun:
#       zh: 豁免尚未開始，目前不生效
#       en: the waiver has not begun and covers nothing yet
package cctv.rules["W-waiver-valid"]

waiver := input.facts.waiver

readable if waiver.readable == true

max_days := object.get(input, ["params", "waiver_max_days"], 0)

fail contains {"code": "unreadable", "values": {"faults": concat("; ", sort(faults))}} if {
	not readable
	faults := object.get(waiver, "faults", [])
}

fail contains {"code": "expired", "values": {"expires_on": waiver.expires_on}} if {
	readable
	not waiver.expired == false
}

fail contains {"code": "too_long", "values": {"days": waiver.days, "max_days": max_days}} if {
	readable
	waiver.days > max_days
}

fail contains {"code": "ends_before_start", "values": {}} if {
	readable
	waiver.days < 0
}

fail contains {"code": "never_waived", "values": {"rule": waiver.rule_id}} if {
	readable
	not waiver.never_waived == false
}

fail contains {"code": code, "values": {}} if {
	readable
	some code in ["wildcard", "self_approved", "approved_late"]
	not waiver[code] == false
}

fail contains {"code": "missing_approvals", "values": {"missing": concat(", ", waiver.missing_approvals)}} if {
	readable
	count(waiver.missing_approvals) > 0
}

note contains {"code": "not_begun", "values": {}} if waiver.begun == false
