"""Commands a clerk can use: questions in zh-TW, and the records that follow from the answers.

answers (one) → question (all) → action (what records follow) → run (numbers, sealing, checks,
files) → share (branch, commit, push). One module a subject: requests, agencies, …
"""
