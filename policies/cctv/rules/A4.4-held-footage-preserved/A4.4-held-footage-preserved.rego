# METADATA
# title: 保全中之影像應確實保存
# description: >-
#   Every piece that a hold names is in a kept copy that was not destroyed, or still on the recorder. A recorder's
#   lock may be lost with its disk, so a copy is expected within a day.
# custom:
#   number: 22
#   title_en: Held footage is still there
#   clause: 四(四)
#   basis: V
#   classes: [D, R]
#   severity: critical
#   subjects: [legal_hold]
#   needs: [held]
#   params: []
#   reasons:
#     gone:
#       zh: "保全範圍 {n}：設備 {device} 頻道 {ch} 自 {from} 起的影像已不在主機上，也沒有留存複本"
#       en: "part {n}: footage of {device} channel {ch} from {from} is neither on the recorder nor in a copy"
#       fix_zh: 立案檢討；依法恐涉湮滅證據
#       fix_en: open an incident; this may be destruction of evidence
#     copy_destroyed:
#       zh: "保全期間銷毀留存複本 {copies}，保全範圍 {n} 已無複本"
#       en: "{copies} was destroyed during the hold, and no copy has part {n} of it"
#       fix_zh: 立案檢討；依法恐涉湮滅證據
#       fix_en: open an incident; this may be destruction of evidence
#     not_told:
#       zh: "保全範圍 {n}：沒有複本，也沒有設備 {device} 頻道 {ch} 的佐證"
#       en: "part {n} of the hold: no copy has it, and nothing is known of {device} channel {ch}"
#       fix_zh: 立即複製留存，並重新收集
#       fix_en: "make a copy at once, and collect again"
#     copy_unreadable:
#       zh: "保全所列複本 {copies} 的紀錄不存在或無法讀取"
#       en: "the records of the copies {copies} that the hold names are missing or cannot be read"
#       fix_zh: 修正留存複本紀錄檔
#       fix_en: mend the files of the copies
#     released:
#       zh: 已解除保全或尚未開始
#       en: "the hold was released, or has not begun"
#       fix_zh: ""
#       fix_en: ""
#   notes:
#     no_copy:
#       zh: "保全範圍 {n} 僅存於主機，尚無留存複本"
#       en: "part {n} is on the recorder only; there is no copy yet"
package cctv.rules["A4.4-held-footage-preserved"]

not_applicable contains {"code": "released", "values": {}} if input.facts.held.active == false

open contains piece if {
	some piece in input.facts.held.pieces
	not piece.copied == true
}

place(piece, names) := {name: piece[name] | some name in names}

fail contains {"code": "gone", "values": place(piece, ["n", "device", "ch", "from"])} if {
	some piece in open
	piece.told == true
	not piece.on_device == true
}

fail contains {"code": "copy_destroyed", "values": {"n": piece.n, "copies": input.facts.held.destroyed}} if {
	input.facts.held.destroyed != ""
	some piece in open
}

unknown contains {"code": "not_told", "values": place(piece, ["n", "device", "ch"])} if {
	some piece in open
	piece.told != true
}

unknown contains {"code": "copy_unreadable", "values": {"copies": copies}} if {
	some copies in {input.facts.held.unreadable, input.facts.held.lost}
	copies != ""
}

note contains {"code": "no_copy", "values": {"n": piece.n}} if {
	input.facts.held.copy_due == true
	some piece in open
	piece.on_device == true
}
