# METADATA
# title: 留存複本應妥善保管
# description: >-
#   Place, custodian and hash are fields that no record goes without; here: encryption, and a custodian who is
#   still in office. That the cupboard is locked is attested at the inspection.
# custom:
#   number: 37
#   title_en: Kept copies are secured
#   clause: 五(三)
#   basis: N
#   classes: [R, T]
#   severity: medium
#   subjects: [kept_copy]
#   needs: [copy]
#   params: [encryption_required]
#   reasons:
#     not_encrypted:
#       zh: 留存複本未加密
#       en: the kept copy is not encrypted
#       fix_zh: 加密後重新登錄，銷毀未加密者
#       fix_en: "encrypt it, record it anew, destroy the plain one"
#     custodian_gone:
#       zh: "保管人 {custodian} 已不在名冊"
#       en: "its custodian {custodian} is no longer in the roster"
#       fix_zh: 移交現任管理人保管並更新紀錄
#       fix_en: hand it to the present custodian and update the record
#     destroyed:
#       zh: "複本已於 {on} 銷毀"
#       en: "the copy was destroyed on {on}"
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["A5.3-kept-copy-secured"]

import data.cctv.lib.param

not_applicable contains {"code": "destroyed", "values": {"on": input.facts.copy.destroyed_on}} if {
	input.facts.copy.destroyed == true
}

fail contains {"code": "not_encrypted", "values": {}} if {
	input.facts.copy.encrypted != true
	not param.value("encryption_required") == false
}

fail contains {"code": "custodian_gone", "values": {"custodian": input.facts.copy.custodian}} if {
	input.facts.copy.custodian_active == false
}

unknown contains {"code": "no_roster", "values": {}} if input.facts.copy.custodian_active == null
