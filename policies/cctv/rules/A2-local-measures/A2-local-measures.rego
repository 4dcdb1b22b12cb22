# METADATA
# title: 學校應擬訂因地制宜之相關作為
# description: >-
#   The policy in force names at least one measure. What it is worth is the school's judgement.
# custom:
#   number: 2
#   title_en: Local measures are drawn up
#   clause: 二
#   basis: N
#   classes: [R, T]
#   severity: info
#   subjects: [school_records]
#   needs: [policy]
#   params: []
#   reasons:
#     none:
#       zh: 作法沒有列出任何相關作為
#       en: the policy names no local measure
#       fix_zh: 於作法登錄相關作為
#       fix_en: "enter the measures in the policy's record"
#     no_policy:
#       zh: 沒有生效中的校內作法
#       en: no written policy is in force
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["A2-local-measures"]

not_applicable contains {"code": "no_policy", "values": {}} if input.facts.policy.in_force == false

fail contains {"code": "none", "values": {}} if input.facts.policy.measures <= 0
