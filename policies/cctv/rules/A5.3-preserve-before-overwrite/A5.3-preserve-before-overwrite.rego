# METADATA
# title: 調閱影像應於覆寫前保全
# description: >-
#   What a request or an incident asks for is copied before the recorder overwrites it. When that is, is told by how
#   long the channel keeps its footage now. A refused request secures nothing.
# custom:
#   number: 39
#   title_en: Footage that is asked for is secured before it is overwritten
#   clause: 五(三)、四(三)
#   basis: V
#   classes: [R, D]
#   severity: critical
#   subjects: [access_request, agency_request, incident]
#   needs: [secured]
#   params: [overwrite_margin_h, retention_min]
#   reasons:
#     overwritten:
#       zh: "攝影機 {camera} 自 {from} 起的影像已於 {eta} 左右覆寫，未先保全"
#       en: "the footage of {camera} from {from} was overwritten about {eta}, and nobody secured it"
#       fix_zh: 確認主機是否仍有影像並立即複製；否則立案檢討
#       fix_en: "copy it at once if the recorder still has it; otherwise open an incident"
#     retention_unknown:
#       zh: "無法得知攝影機 {camera} 自 {from} 起的影像何時覆寫"
#       en: "when the footage of {camera} from {from} is overwritten is not known"
#       fix_zh: 立即複製留存，並重新收集
#       fix_en: "copy it at once, and collect again"
#     no_cameras:
#       zh: 清冊上沒有攝影機，無法判定何時覆寫
#       en: "the inventory lists no camera, so nothing tells when the footage is overwritten"
#       fix_zh: 在清冊補上攝影機
#       fix_en: list the cameras in the inventory
#     not_pending:
#       zh: 沒有應保全之影像
#       en: no footage is to be secured
#       fix_zh: ""
#       fix_en: ""
#   notes:
#     at_risk:
#       zh: "攝影機 {camera} 自 {from} 起的影像將於 {eta} 左右覆寫，請立即複製"
#       en: "the footage of {camera} from {from} will be overwritten about {eta}; copy it now"
#     asked_too_late:
#       zh: "攝影機 {camera} 自 {from} 起的影像在提出時已覆寫"
#       en: "the footage of {camera} from {from} was overwritten before anybody asked"
package cctv.rules["A5.3-preserve-before-overwrite"]

import data.cctv.lib.param

not_applicable contains {"code": "not_pending", "values": {}} if input.facts.secured.pending == false

values(piece, names) := {name: piece[name] | some name in names}

# Not in any copy, and how long the channel keeps footage is known.
timed contains piece if {
	some piece in input.facts.secured.rest
	piece.told == true
}

over(piece) if piece.left_s < 0

fail contains {"code": "overwritten", "values": values(piece, ["camera", "from", "eta"])} if {
	some piece in timed
	over(piece)
	not piece.received_late == true
}

unknown contains {"code": "retention_unknown", "values": values(piece, ["camera", "from"])} if {
	some piece in input.facts.secured.rest
	piece.told != true
}

unknown contains {"code": "no_cameras", "values": {}} if {
	input.facts.secured.preserved != true
	input.facts.secured.rest == []
}

note contains {"code": "at_risk", "values": values(piece, ["camera", "from", "eta"])} if {
	some piece in timed
	not over(piece)
	piece.left_s <= param.limit("overwrite_margin_h") * 3600
}

note contains {"code": "asked_too_late", "values": values(piece, ["camera", "from"])} if {
	some piece in timed
	over(piece)
	piece.received_late == true
}
