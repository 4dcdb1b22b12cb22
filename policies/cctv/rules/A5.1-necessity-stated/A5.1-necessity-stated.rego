# METADATA
# title: 申請須敘明案由且確有維護權益之必要
# description: >-
#   The reason is on the form (sealed: whether it is good is the approvers' judgement) and the school confirmed
#   that a personal right makes the viewing necessary.
# custom:
#   number: 26
#   title_en: "The reason names the right at stake, and need was confirmed"
#   clause: 五(一)
#   basis: N
#   classes: [R, T]
#   severity: medium
#   subjects: [access_request]
#   needs: [request]
#   params: []
#   reasons:
#     no_reason:
#       zh: 申請單沒有申請事由
#       en: the form gives no reason
#       fix_zh: 請申請人補填案由
#       fix_en: have the applicant state the reason
#     necessity_unconfirmed:
#       zh: 未確認調閱確為維護個人權益所必要
#       en: that the viewing is necessary for a personal right was not confirmed
#       fix_zh: 由承辦人審核並註記；非必要者應駁回
#       fix_en: have the officer decide and record it; reject what is not necessary
package cctv.rules["A5.1-necessity-stated"]

import data.cctv.lib.request

not_applicable contains request.unpursued

fail contains {"code": "no_reason", "values": {}} if input.facts.request.reason_given != true

fail contains {"code": "necessity_unconfirmed", "values": {}} if input.facts.request.necessity_confirmed != true
