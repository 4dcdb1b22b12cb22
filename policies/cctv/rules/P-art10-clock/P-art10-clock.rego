# METADATA
# title: 當事人請求應於期限內准駁
# description: >-
#   Fifteen days, and fifteen more if the applicant was told why in writing (PDPA art. 13).
# custom:
#   number: 61
#   title_en: "A data subject's request is decided in time"
#   clause: 個人資料保護法 3、10、13
#   basis: S
#   classes: [R]
#   severity: high
#   subjects: [access_request]
#   needs: [art10]
#   params: [art10_days, art10_extension_days]
#   reasons:
#     late:
#       zh: "當事人請求已 {days} 日，超過 {limit} 日"
#       en: "the data subject's request took {days} days; the limit is {limit}"
#       fix_zh: 立即准駁並以書面告知；檢討受理流程
#       fix_en: decide now and tell the person in writing; mend the procedure
#     not_claimed:
#       zh: 未依個資法第10條提出請求
#       en: no request under PDPA art. 10 was made
#       fix_zh: ""
#       fix_en: ""
#   notes:
#     running:
#       zh: "尚在 {limit} 日期限內，已 {days} 日"
#       en: "day {days} of {limit}"
package cctv.rules["P-art10-clock"]

import data.cctv.lib.param

not_applicable contains {"code": "not_claimed", "values": {}} if input.facts.art10.claimed == false

limit := param.limit("art10_days") + extension

default extension := 0

extension := param.limit("art10_extension_days") if input.facts.art10.extended == true

fail contains {"code": "late", "values": {"days": input.facts.art10.days, "limit": limit}} if {
	input.facts.art10.days > limit
}

note contains {"code": "running", "values": {"days": input.facts.art10.days, "limit": limit}} if {
	input.facts.art10.claimed == true
	input.facts.art10.decided == false
	input.facts.art10.days <= limit
}
