# METADATA
# title: 紀錄之銷毀應依程序核准
# description: >-
#   What was deleted is listed by a destruction record that was approved before, and its day had come. Where the
#   Archives Act does not apply the principal approves alone.
# custom:
#   number: 47
#   title_en: Records are deleted by an approved destruction only
#   clause: 檔案法 12、24
#   basis: S
#   classes: [H, R]
#   severity: high
#   subjects: [school_records]
#   needs: [deletions]
#   params: [archives_act]
#   reasons:
#     no_record:
#       zh: "{id} 於 {on} 遭刪除（提交 {commit}），沒有銷毀紀錄"
#       en: "{id} was deleted on {on} (commit {commit}) and no destruction record lists it"
#       fix_zh: 自版本歷史還原，依程序銷毀
#       fix_en: "restore it from history, and destroy it by the procedure"
#     not_approved:
#       zh: "{id} 依 {destruction} 銷毀，惟該紀錄未經核准或簽章不符"
#       en: "{id} was destroyed under {destruction}, which was not approved, or not by a signature that counts"
#       fix_zh: 自版本歷史還原，補行核准後再銷毀
#       fix_en: "restore it from history, have the destruction approved, then destroy it"
#     early:
#       zh: "{id} 於 {on} 銷毀，早於核准或可銷毀之日 {eligible_from}"
#       en: "{id} was destroyed on {on}, before it was approved or before {eligible_from}, the first day it might be"
#       fix_zh: 自版本歷史還原，屆期後再銷毀
#       fix_en: "restore it from history, and destroy it when its time has come"
#     unreadable:
#       zh: "{id} 所依的銷毀紀錄 {destruction} 無法讀取"
#       en: "the destruction record {destruction} that lists {id} cannot be read"
#       fix_zh: 修正該銷毀紀錄檔
#       fix_en: mend the file of the destruction record
#     nothing_deleted:
#       zh: 沒有紀錄遭刪除
#       en: no record was deleted
#       fix_zh: ""
#       fix_en: ""
#   notes:
#     not_certified:
#       zh: "{destruction} 尚未註記銷毀完成日"
#       en: "{destruction} does not say yet on which day it was done"
package cctv.rules["A6-destruction-procedure"]

import data.cctv.lib.param

not_applicable contains {"code": "nothing_deleted", "values": {}} if input.facts.deletions == []

listed contains deletion if {
	some deletion in input.facts.deletions
	deletion.destruction != ""
}

values(deletion, names) := {name: deletion[name] | some name in names}

fail contains {"code": "no_record", "values": values(deletion, ["id", "on", "commit"])} if {
	some deletion in input.facts.deletions
	deletion.destruction == ""
}

fail contains {"code": "not_approved", "values": values(deletion, ["id", "destruction"])} if {
	some deletion in listed
	deletion.readable == true
	not approved(deletion)
}

fail contains {"code": "early", "values": values(deletion, ["id", "on", "eligible_from"])} if {
	some deletion in listed
	deletion.early == true
}

approved(deletion) if deletion.approved == true

approved(deletion) if {
	param.value("archives_act") == false
	deletion.by_principal == true
}

unknown contains {"code": "unreadable", "values": values(deletion, ["id", "destruction"])} if {
	some deletion in listed
	deletion.readable != true
}

note contains {"code": "not_certified", "values": values(deletion, ["destruction"])} if {
	some deletion in listed
	deletion.readable == true
	deletion.certified != true
}
