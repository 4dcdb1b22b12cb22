# METADATA
# title: 複製以必要且在公文範圍內為限
# description: >-
#   A copy needs a stated necessity (sealed) and holds nothing but the cameras and times that the letter names.
# custom:
#   number: 35
#   title_en: "Copies only where necessary and inside the letter's scope"
#   clause: 五(二)
#   basis: N
#   classes: [R]
#   severity: high
#   subjects: [agency_request]
#   needs: [agency]
#   params: []
#   reasons:
#     no_necessity:
#       zh: 複製未說明必要理由
#       en: no need for a copy was stated
#       fix_zh: 補填複製必要理由；僅需觀看者不複製
#       fix_en: state it; do not copy what only needs viewing
#     beyond_scope:
#       zh: "複製內容超出公文範圍：{cameras}"
#       en: "the copy goes beyond the letter's scope: {cameras}"
#       fix_zh: 通知機關並收回超出部分；立案檢討
#       fix_en: tell the agency and take the rest back; open an incident
#     content_unknown:
#       zh: 未記載複本的攝影機與時段，無法與公文範圍比對
#       en: cameras and times of the copy are not recorded
#       fix_zh: 補填複本內容
#       fix_en: record what the copy holds
#     before_camera:
#       zh: "複本時段早於攝影機 {camera} 的主機啟用日 {since}：複本紀錄與清冊不符"
#       en: "the copy is of a time before {since}, when the recorder of camera {camera} came into service"
#       fix_zh: 更正複本的時段或攝影機；是清冊啟用日有誤時，更正清冊
#       fix_en: correct the time or the camera of the copy; the inventory, if its day is wrong
#     no_copy:
#       zh: 未提供複本
#       en: no copy was given
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["A5.2-copy-within-scope"]

not_applicable contains {"code": "no_copy", "values": {}} if input.facts.agency.copy.made == false

fail contains {"code": "no_necessity", "values": {}} if input.facts.agency.copy.necessity != true

fail contains {"code": "beyond_scope", "values": {"cameras": beyond}} if {
	beyond := input.facts.agency.copy.beyond
	beyond != ""
}

unknown contains {"code": "content_unknown", "values": {}} if input.facts.agency.copy.told != true

unknown contains {"code": "before_camera", "values": camera} if some camera in input.facts.agency.copy.before
