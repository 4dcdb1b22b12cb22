package cctv.rules["P-encrypted-fields_test"]

import data.cctv.rules["P-encrypted-fields"] as rule

holder := {"holder": "principal", "person": "P-0003", "known": true, "active": true, "gone_days": 0}

facts := {
	"plain": [],
	"unreadable": [],
	"sealed": true,
	"keystore": true,
	"roster_told": true,
	"holders": [holder],
}

told(changes) := {"fail": fails, "unknown": unknowns, "not_applicable": excuses} if {
	document := {
		"facts": {"sealing": object.union(facts, changes)},
		"params": {"disable_within_days": 1},
	}
	fails := rule.fail with input as document
	unknowns := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
}

but(change) := told({"holders": [object.union(holder, change)]})

silent := {"fail": set(), "unknown": set(), "not_applicable": set()}

who := {"holder": "principal", "person": "P-0003"}

test_sealed_for_those_in_office if told({}) == silent

test_in_clear if {
	plain := {"id": "REQ-115-0001", "field": "phone", "line": 7}
	told({"plain": [plain]}) == object.union(silent, {"fail": {{"code": "in_clear", "values": plain}}})
}

test_a_leaver_after_the_limit if {
	but({"active": false, "gone_days": 1}) == silent
	values := object.union(who, {"days": 2})
	got := but({"active": false, "gone_days": 2})
	got == object.union(silent, {"fail": {{"code": "leaver", "values": values}}})
}

test_a_stranger if {
	got := but({"active": false, "known": false})
	got == object.union(silent, {"fail": {{"code": "stranger", "values": who}}})
}

test_no_roster if {
	got := told({"roster_told": false, "holders": [object.union(holder, {"active": false, "known": false})]})
	got == object.union(silent, {"unknown": {{"code": "no_roster", "values": {}}}})
}

test_no_keystore if {
	got := told({"keystore": false, "holders": []})
	got == object.union(silent, {"unknown": {{"code": "no_keystore", "values": {}}}})
}

test_unreadable if {
	got := told({"unreadable": ["REQ-115-0001"], "sealed": false})
	got == object.union(silent, {"unknown": {{"code": "unreadable", "values": {"id": "REQ-115-0001"}}}})
}

test_nothing_sealed if {
	got := told({"sealed": false})
	got == object.union(silent, {"not_applicable": {{"code": "nothing_sealed", "values": {}}}})
	plain := {"id": "REQ-115-0001", "field": "phone", "line": 7}
	told({"sealed": false, "plain": [plain]}).not_applicable == set()
}

test_who_is_in_office_again_is_neither_leaver_nor_stranger if {
	but({"gone_days": 9}) == silent
	but({"known": false}) == silent
}

test_a_stranger_has_not_left if {
	got := but({"active": false, "known": false, "gone_days": 9})
	got.fail == {{"code": "stranger", "values": who}}
}
