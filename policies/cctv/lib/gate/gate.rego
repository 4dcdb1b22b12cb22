# METADATA
# title: The gate
# description: >-
#   What stands between a rule and a pass: a needed fact that is missing, or that carries a reason why it
#   could not be used. The reasons below are every rule's; the codes are those of evidence.py and state.py.
# custom:
#   reasons:
#     missing: {zh: "沒有「{fact}」的證據", en: "there is no evidence for {fact}", fix_zh: "執行收集，或由人工填報佐證", fix_en: "collect again, or hand in a signed answer sheet"}
#     stale: {zh: "「{fact}」的證據已過期（{detail}）", en: "the evidence for {fact} is stale ({detail})", fix_zh: "重新收集", fix_en: "collect again"}
#     future: {zh: "「{fact}」的證據時間在判定時間之後（{detail}）", en: "the evidence for {fact} is from later than this run's as-of time ({detail})", fix_zh: "檢查收集主機的時鐘，或以較晚的 --as-of 判定", fix_en: "check the collector's clock, or judge with a later --as-of"}
#     malformed: {zh: "「{fact}」的證據格式不符（{detail}）", en: "the evidence for {fact} has the wrong shape ({detail})", fix_zh: "重新收集；人工填報者請更正該欄位", fix_en: "collect again; correct the field if it was written by hand"}
#     contradictory: {zh: "「{fact}」的不同來源互相矛盾（{detail}）", en: "the sources of {fact} contradict each other ({detail})", fix_zh: "到設備前查明後重新收集", fix_en: "look at the device itself, then collect again"}
#     partial: {zh: "「{fact}」只讀到一部分（{detail}）", en: "only part of {fact} could be read ({detail})", fix_zh: "排除讀取障礙後重新收集", fix_en: "remove the obstacle and collect again"}
#     empty: {zh: "「{fact}」是空的，空白不能證明合格", en: "{fact} is empty, and emptiness proves nothing", fix_zh: "確認設備與帳號權限後重新收集", fix_en: "check the device and the account's permissions, then collect again"}
#     no_route: {zh: "到不了設備，讀不到「{fact}」（無路由）", en: "no route to the device, so {fact} was not read", fix_zh: "檢查網路線、設備電源與路由", fix_en: "check cable, power and routing"}
#     refused: {zh: "設備拒絕連線，讀不到「{fact}」", en: "the device refused the connection, so {fact} was not read", fix_zh: "檢查服務是否啟動、連接埠是否正確", fix_en: "check that the service runs and the port is right"}
#     filtered: {zh: "連線被過濾、沒有回應，讀不到「{fact}」", en: "the connection is filtered, so {fact} was not read", fix_zh: "檢查防火牆規則", fix_en: "check the firewall"}
#     auth_refused: {zh: "設備拒絕登入，讀不到「{fact}」", en: "the device refused the login, so {fact} was not read", fix_zh: "檢查帳號與密碼名稱；不會重試以免鎖住帳號", fix_en: "check account and secret name; there is no second try, so that nothing is locked"}
#     host_key_changed: {zh: "主機金鑰與清冊不符，未送出密碼，讀不到「{fact}」", en: "the host key differs from the inventory; no secret was sent and {fact} was not read", fix_zh: "查明是否換機或遭冒充，再更新清冊的金鑰", fix_en: "find out whether the device was replaced or impersonated, then update the pin"}
#     host_key_unpinned: {zh: "清冊沒有主機金鑰，未連線，讀不到「{fact}」", en: "the inventory pins no host key, so {fact} was not read", fix_zh: "核對後把主機金鑰寫入清冊", fix_en: "check the host key and write it into the inventory"}
#     no_answer: {zh: "設備未在時限內回答「{fact}」", en: "the device did not answer {fact} in time", fix_zh: "稍後重新收集；持續發生請檢查設備", fix_en: "collect again later; check the device if it stays so"}
#     odd_output: {zh: "設備對「{fact}」的回答無法解讀（{detail}）", en: "the device's answer for {fact} could not be understood ({detail})", fix_zh: "回報此型號與版本", fix_en: "report the model and version"}
#     no_secret: {zh: "找不到登入所需的密碼名稱，讀不到「{fact}」", en: "the named secret was not found, so {fact} was not read", fix_zh: "在密碼庫放入該名稱的密碼", fix_en: "put the secret under that name"}
#     not_permitted: {zh: "帳號權限不足，讀不到「{fact}」（{detail}）", en: "the account may not read {fact} ({detail})", fix_zh: "安裝隨附的 sudoers 設定", fix_en: "install the sudoers file that ships with the driver"}
#     not_supported: {zh: "此設備或驅動無法提供「{fact}」", en: "this device or driver cannot tell {fact}", fix_zh: "由人工填報佐證，或改用其他方式", fix_en: "hand in a signed answer sheet, or use another door"}
#     not_configured: {zh: "清冊沒有設定讀取「{fact}」的方式", en: "the inventory configures no way to read {fact}", fix_zh: "在清冊補上連線或探測設定", fix_en: "add a connection or probe to the inventory"}
#     not_found: {zh: "設備上找不到「{fact}」（{detail}）", en: "{fact} was not found on the device ({detail})", fix_zh: "檢查錄影路徑與設定", fix_en: "check recording path and settings"}
#     locked: {zh: "帳號已被鎖定，讀不到「{fact}」", en: "the account is locked, so {fact} was not read", fix_zh: "等候解鎖；不會再試", fix_en: "wait until it unlocks; there is no further try"}
#     budget: {zh: "超過單一設備時限，未讀「{fact}」", en: "the device's time budget was used up before {fact}", fix_zh: "提高 device_budget_s 或檢查設備", fix_en: "raise device_budget_s or check the device"}
#     internal: {zh: "工具讀取「{fact}」時發生錯誤（{detail}）", en: "the tool failed while reading {fact} ({detail})", fix_zh: "回報此問題", fix_en: "report this"}
#     no_git: {zh: "紀錄不在 git 版本庫中，無法判定「{fact}」", en: "the records are not in a git repository, so {fact} cannot be judged", fix_zh: "以 git 管理紀錄", fix_en: "keep the records in git"}
#     no_commits: {zh: "紀錄尚未提交，無法判定「{fact}」", en: "nothing was committed yet, so {fact} cannot be judged", fix_zh: "提交紀錄", fix_en: "commit the records"}
#     shallow: {zh: "只取得部分版本歷史，無法判定「{fact}」", en: "this clone has only part of the history, so {fact} cannot be judged", fix_zh: "執行 git fetch --unshallow；CI 請設定完整取得（fetch-depth 0）", fix_en: "run git fetch --unshallow; in CI fetch the whole history (fetch-depth 0)"}
#     corrupt: {zh: "版本庫有物件遺失或損毀，無法判定「{fact}」", en: "objects of the repository are missing or damaged, so {fact} cannot be judged", fix_zh: "執行 git fsck，自其他複本重新取得", fix_en: "run git fsck; fetch again from another copy"}
#     not_pursued: {zh: "申請未成立或未獲准（{stage}），沒有調閱影像", en: "the request was not pursued or not granted ({stage}); no footage was viewed", fix_zh: "", fix_en: ""}
#     not_viewed: {zh: "沒有調閱影像", en: "no footage was viewed", fix_zh: "", fix_en: ""}
#     not_required: {zh: "本校適用之規定不要求此項", en: "the regulation in force here does not ask for it", fix_zh: "", fix_en: ""}
#     no_roster: {zh: "紀錄中沒有管理人員名冊，無法確認人員身分", en: "there is no roster among the records, so nobody's office could be checked", fix_zh: "建立管理人員名冊（CUS）", fix_en: "write the roster (CUS records)"}
#     no_verdict: {zh: "規則沒有回答", en: "the rule gave no answer", fix_zh: "檢查政策目錄是否完整", fix_en: "check that the policy folder is complete"}
package cctv.lib.gate

blocked(needs) := {cause |
	some fact in needs
	cause := object.get(input.gaps, fact, {"code": "missing", "values": {"fact": fact}})
	not whole(fact)
}

# A fact is whole when it has a value and nothing is known to be wrong with it.
whole(fact) if {
	_ = input.facts[fact]
	not input.gaps[fact]
}
