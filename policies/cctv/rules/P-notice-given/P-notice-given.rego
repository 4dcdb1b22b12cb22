# METADATA
# title: 蒐集個人資料應踐行告知
# description: >-
#   The applicant took note of both notes of Appendix 1 and of the purpose of collection before anything was
#   viewed. That the school publishes its personal-data file is attested elsewhere.
# custom:
#   number: 62
#   title_en: The applicant was given notice
#   clause: 個人資料保護法 8、17
#   basis: S
#   classes: [R, T]
#   severity: medium
#   subjects: [access_request]
#   needs: [request]
#   params: []
#   reasons:
#     not_given:
#       zh: 申請人未確認附註與個資告知事項
#       en: the applicant did not take note of the notice
#       fix_zh: 請申請人閱讀並簽認後再續辦
#       fix_en: have the applicant read and sign it first
#     late:
#       zh: 告知晚於第一次調閱
#       en: the notice was given after the first viewing
#       fix_zh: 於申請時告知
#       fix_en: give notice when they apply
package cctv.rules["P-notice-given"]

import data.cctv.lib.request

not_applicable contains request.unpursued

fail contains {"code": "not_given", "values": {}} if input.facts.request.notice_accepted != true

fail contains {"code": "late", "values": {}} if input.facts.request.notice_late == true
