# METADATA
# title: 個人資料欄位應加密，僅現任管理人員得解密
# description: >-
#   No personal field stands in clear in a record, and whoever holds a key to open sealed data is in a roster today.
# custom:
#   number: 60
#   title_en: "Personal fields are ciphertext, for today's custodians only"
#   clause: 個人資料保護法 18、施行細則 12
#   basis: S
#   classes: [R, H]
#   severity: critical
#   subjects: [school_records]
#   needs: [sealing]
#   params: [disable_within_days]
#   reasons:
#     in_clear:
#       zh: "{id} 第 {line} 行的「{field}」為明文個人資料"
#       en: "{field} of {id} (line {line}) is personal data in clear"
#       fix_zh: 移入 sealed 加密；已推送者登錄事件（pii_in_git）
#       fix_en: "seal it; if it was pushed, open an incident (pii_in_git)"
#     leaver:
#       zh: "{person}（{holder}）已離職 {days} 日，仍持有解密金鑰"
#       en: "{person} ({holder}) left {days} days ago and still holds a key"
#       fix_zh: 執行金鑰移交（cctv-policy keys），移除其金鑰
#       fix_en: hand the keys on and remove theirs (cctv-policy keys)
#     stranger:
#       zh: "{person}（{holder}）不在任何名冊上，卻持有解密金鑰"
#       en: "{person} ({holder}) is in no roster and holds a key"
#       fix_zh: 登錄名冊，或移除其金鑰
#       fix_en: "enter them in the roster, or remove the key"
#     no_keystore:
#       zh: 沒有可用的 keystore.yaml，無法得知何人持有解密金鑰
#       en: "there is no keystore.yaml that can be read, so who holds keys is not known"
#       fix_zh: 建立或修正 keystore.yaml
#       fix_en: write or mend keystore.yaml
#     unreadable:
#       zh: "{id} 無法讀取，無法得知欄位是否加密"
#       en: "{id} cannot be read, so whether its fields are sealed is not known"
#       fix_zh: 修正該檔
#       fix_en: mend the file
#     nothing_sealed:
#       zh: 沒有含個人資料之紀錄
#       en: no record has personal data
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["P-encrypted-fields"]

import data.cctv.lib.param

not_applicable contains {"code": "nothing_sealed", "values": {}} if {
	input.facts.sealing.sealed == false
	input.facts.sealing.plain == []
	input.facts.sealing.unreadable == []
}

former contains holder if {
	some holder in input.facts.sealing.holders
	not holder.active == true
}

who(holder) := {"holder": holder.holder, "person": holder.person}

fail contains {"code": "in_clear", "values": plain} if some plain in input.facts.sealing.plain

fail contains {"code": "leaver", "values": object.union(who(holder), {"days": holder.gone_days})} if {
	some holder in former
	holder.known == true
	holder.gone_days > param.limit("disable_within_days")
}

fail contains {"code": "stranger", "values": who(holder)} if {
	input.facts.sealing.roster_told == true
	some holder in former
	not holder.known == true
}

unknown contains {"code": "no_roster", "values": {}} if input.facts.sealing.roster_told != true

unknown contains {"code": "no_keystore", "values": {}} if input.facts.sealing.keystore != true

unknown contains {"code": "unreadable", "values": {"id": id}} if some id in input.facts.sealing.unreadable
