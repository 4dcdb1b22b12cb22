# METADATA
# title: 公文應載明法令依據、目的、範圍及用途
# description: >-
#   Number, date, agency, legal basis, purpose, scope and use. Paper, electronic mail and fax are letters; a
#   badge, a call and a later letter are not.
# custom:
#   number: 33
#   title_en: "The letter states legal basis, purpose, scope and use"
#   clause: 五(二)
#   basis: N
#   classes: [R]
#   severity: high
#   subjects: [agency_request]
#   needs: [agency]
#   params: [letter_fields]
#   reasons:
#     no_letter:
#       zh: 沒有公文
#       en: there is no letter
#       fix_zh: 請機關補送公文；未收文前不得提供
#       fix_en: have the agency send one; hand over nothing before
#     not_stated:
#       zh: "公文未載明「{field}」"
#       en: "the letter does not state {field}"
#       fix_zh: 請機關補正
#       fix_en: have the agency complete it
#     letter_late:
#       zh: 公文日期晚於提供影像之日
#       en: the letter is dated after the footage was given
#       fix_zh: 先收文再提供；檢討作業流程
#       fix_en: letter first; mend the procedure
#     turned_away:
#       zh: 已拒絕或撤回，未提供影像
#       en: turned away; nothing was shown or handed over
#       fix_zh: ""
#       fix_en: ""
package cctv.rules["A5.2-official-letter"]

import data.cctv.lib.param

not_applicable contains {"code": "turned_away", "values": {}} if input.facts.agency.turned_away == true

fail contains {"code": "no_letter", "values": {}} if input.facts.agency.letter != true

fail contains {"code": "not_stated", "values": {"field": field}} if {
	lettered
	some field in param.words("letter_fields")
	not field in input.facts.agency.states
}

fail contains {"code": "letter_late", "values": {}} if input.facts.agency.letter_late == true

lettered if input.facts.agency.letter == true
