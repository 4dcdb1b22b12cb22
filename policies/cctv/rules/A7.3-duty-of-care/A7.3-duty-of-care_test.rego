package cctv.rules["A7.3-duty-of-care_test"]

import data.cctv.rules["A7.3-duty-of-care"] as rule

told(kind, begun) := {"unknown": unknowns, "not_applicable": excuses} if {
	document := {"facts": {"incident": {"type": kind, "review_begun": begun}}}
	unknowns := {cause.code | some cause in rule.unknown with input as document}
	excuses := {cause.code | some cause in rule.not_applicable with input as document}
}

test_dealt_with if told("property_loss", true) == {"unknown": set(), "not_applicable": set()}

test_not_yet if told("property_loss", false) == {"unknown": {"no_regulation"}, "not_applicable": set()}

test_another_type if told("leak", true) == {"unknown": set(), "not_applicable": {"other_type"}}

test_its_sentences_need_no_values if {
	document := {"facts": {"incident": {"type": "leak", "review_begun": false}}}
	unknowns := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
	unknowns == {{"code": "no_regulation", "values": {}}}
	excuses == {{"code": "other_type", "values": {}}}
}
