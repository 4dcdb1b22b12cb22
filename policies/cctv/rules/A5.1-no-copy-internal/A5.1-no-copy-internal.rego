# METADATA
# title: 校內人員僅得調閱，不得複製
# description: >-
#   No file, screenshot or film of the screen goes with the applicant. The right to a copy under PDPA art. 10
#   cannot be limited: a masked copy that was decided and approved is the exception. An export that the recorder
#   logged during the viewing must be the school's own kept copy.
# custom:
#   number: 31
#   title_en: Internal applicants view; no copy leaves with them
#   clause: 五(一)
#   basis: N
#   classes: [R, D, T]
#   severity: critical
#   subjects: [access_request]
#   needs: [copies_out, art10]
#   params: [internal_copy, pdpa_art10_exception]
#   reasons:
#     copies:
#       zh: "交付申請人 {count} 份複本"
#       en: "{count} copies were given to the applicant"
#       fix_zh: 追回並銷毀，立案檢討；自下次起僅得調閱
#       fix_en: "take them back and destroy them, open an incident; from now on viewing only"
#     screenshots:
#       zh: "有 {count} 張截圖或列印交付申請人"
#       en: "{count} screenshots or prints were given to the applicant"
#       fix_zh: 追回並銷毀，立案檢討
#       fix_en: "take them back and destroy them, open an incident"
#     filmed:
#       zh: "調閱時遭側錄或翻拍（{incident}）"
#       en: "the screen was filmed or footage leaked ({incident})"
#       fix_zh: 依 八(二) 檢討；陪同人應制止翻拍
#       fix_en: review under 八(二); the escort stops filming
#     exported:
#       zh: "調閱時段內主機於 {at} 有匯出紀錄，非本校留存複本"
#       en: "the recorder logged an export at {at} during the viewing, and it is no kept copy"
#       fix_zh: 收回並銷毀該複本，登錄事件
#       fix_en: "take the copy back and destroy it, and open an incident"
#     not_told:
#       zh: 已調閱，但沒有記載結果，無法確認未複製
#       en: "footage was viewed and no outcome is recorded, so nobody says that nothing was copied"
#       fix_zh: 補填調閱結果與複製份數
#       fix_en: record the outcome and the number of copies
#   notes:
#     pdpa_art10:
#       zh: 依個資法第10條提供經遮蔽之複本，已核准
#       en: "a masked copy was given under PDPA art. 10, with approval"
#     log_not_compared:
#       zh: 以調閱結果紀錄為據，未比對設備匯出紀錄
#       en: "by the recorded outcome; the recorder's export log was not compared"
package cctv.rules["A5.1-no-copy-internal"]

import data.cctv.lib.param

not_applicable contains {"code": "not_viewed", "values": {}} if {
	input.facts.copies_out.viewed == false
	input.facts.copies_out.released == 0
	input.facts.copies_out.screenshots == 0
}

fail contains {"code": "copies", "values": {"count": input.facts.copies_out.released}} if {
	input.facts.copies_out.released > 0
	not allowed
	not excepted
}

fail contains {"code": "screenshots", "values": {"count": input.facts.copies_out.screenshots}} if {
	input.facts.copies_out.screenshots > 0
	not allowed
}

fail contains {"code": "filmed", "values": {"incident": incident}} if some incident in input.facts.copies_out.filmed

fail contains {"code": "exported", "values": {"at": at}} if {
	not allowed
	not excepted
	some at in input.facts.copies_out.exports
}

unknown contains {"code": "not_told", "values": {}} if input.facts.copies_out.told != true

note contains {"code": "pdpa_art10", "values": {}} if {
	input.facts.copies_out.released > 0
	excepted
}

note contains {"code": "log_not_compared", "values": {}} if {
	input.facts.copies_out.told == true
	not input.facts.copies_out.log_compared == true
}

allowed if param.value("internal_copy") == "allowed"

excepted if {
	param.value("pdpa_art10_exception") == "allowed"
	input.facts.art10.claimed == true
	input.facts.art10.decided == true
	input.facts.copies_out.art10_masked == true
	input.facts.copies_out.art10_approved == true
	input.facts.copies_out.art10_by_principal != false
}
