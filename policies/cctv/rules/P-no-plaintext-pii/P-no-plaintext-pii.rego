# METADATA
# title: 版本歷史中不得有明文個人資料
# description: >-
#   No identity or telephone number and no personal field in clear, in any version of any file, file name, branch
#   name or commit message. What was found is never repeated.
# custom:
#   number: 59
#   title_en: No personal data in clear anywhere in the history
#   clause: 個人資料保護法 18、施行細則 12
#   basis: S
#   classes: [H]
#   severity: critical
#   subjects: [repository]
#   needs: [pii]
#   params: [scan_history]
#   reasons:
#     in_clear:
#       zh: "{where} 有明文個人資料：{what}"
#       en: "personal data in clear in {where}: {what}"
#       fix_zh: 登錄事件（pii_in_git），移除該段歷史並於事件註明被移除的提交
#       fix_en: "open an incident (pii_in_git), remove it from history, and name the commit that was given up there"
package cctv.rules["P-no-plaintext-pii"]

fail contains {"code": "in_clear", "values": hit} if some hit in input.facts.pii.hits
