# METADATA
# title: 監護人或法定代理人須查驗代理證明
# description: >-
#   Who applies for a student shows a household register, a court order or the like, and somebody checked it,
#   custody included, before footage was viewed.
# custom:
#   number: 25
#   title_en: Representation is proven and checked
#   clause: 五(一)
#   basis: V
#   classes: [R, T]
#   severity: high
#   subjects: [access_request]
#   needs: [request]
#   params: [proof_required]
#   reasons:
#     no_proof:
#       zh: 申請人以監護人或法定代理人身分申請，但沒有查驗代理證明的紀錄
#       en: "applied as guardian or legal representative, and no proof was recorded"
#       fix_zh: 查驗戶口名簿、法院裁定等證明並登錄查驗人與日期
#       fix_en: check a household register or court order and record who did and when
#     custody_unchecked:
#       zh: 已查驗代理證明，但未確認親權（監護權）
#       en: "proof was seen, but custody was not checked"
#       fix_zh: 確認申請人有親權，離異家長尤須查驗
#       fix_en: "check custody, above all for divorced parents"
#     proof_late:
#       zh: 代理證明在調閱之後才查驗
#       en: the proof was checked only after the viewing
#       fix_zh: 先查驗再調閱；檢討作業流程
#       fix_en: "check first, view then; mend the procedure"
#     not_represented:
#       zh: 申請人不是以監護人或法定代理人身分申請
#       en: the applicant does not act as guardian or representative
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["A5.1-representative-proof"]

import data.cctv.lib.param
import data.cctv.lib.request

not_applicable contains request.unpursued

not_applicable contains {"code": "not_represented", "values": {}} if input.facts.request.represented == false

not_applicable contains {"code": "not_required", "values": {}} if param.value("proof_required") == false

fail contains {"code": "no_proof", "values": {}} if input.facts.request.proof == false

fail contains {"code": "custody_unchecked", "values": {}} if {
	input.facts.request.proof == true
	input.facts.request.custody_checked != true
}

fail contains {"code": "proof_late", "values": {}} if input.facts.request.proof_late == true
