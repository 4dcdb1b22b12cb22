package cctv.rules["A4.4-held-footage-preserved_test"]

import data.cctv.rules["A4.4-held-footage-preserved"] as rule

piece := {
	"n": 1,
	"device": "nvr",
	"ch": "1",
	"from": "2026-03-01 10:00",
	"copied": true,
	"told": true,
	"on_device": false,
}

facts := {
	"active": true,
	"pieces": [piece],
	"destroyed": "",
	"unreadable": "",
	"lost": "",
	"copies": 1,
	"copy_due": true,
}

told(change, changes) := {"fail": fails, "unknown": unknowns, "not_applicable": excuses, "note": notes} if {
	held := object.union_n([facts, {"pieces": [object.union(piece, change)]}, changes])
	document := {"facts": {"held": held}}
	fails := rule.fail with input as document
	unknowns := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
	notes := rule.note with input as document
}

silent := {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}

test_in_a_copy if told({}, {}) == silent

test_on_the_recorder_only if {
	got := told({"copied": false, "on_device": true}, {})
	got == object.union(silent, {"note": {{"code": "no_copy", "values": {"n": 1}}}})
	told({"copied": false, "on_device": true}, {"copy_due": false}) == silent
}

test_gone if {
	values := {"n": 1, "device": "nvr", "ch": "1", "from": "2026-03-01 10:00"}
	told({"copied": false}, {}) == object.union(silent, {"fail": {{"code": "gone", "values": values}}})
}

test_t71_the_only_copy_was_destroyed if {
	got := told({"copied": false, "told": false}, {"destroyed": "KEP-115-0001"})
	got.fail == {{"code": "copy_destroyed", "values": {"n": 1, "copies": "KEP-115-0001"}}}
}

test_one_of_two_copies_was_destroyed if told({}, {"destroyed": "KEP-115-0001"}) == silent

test_not_told if {
	got := told({"copied": false, "told": false}, {})
	values := {"n": 1, "device": "nvr", "ch": "1"}
	got == object.union(silent, {"unknown": {{"code": "not_told", "values": values}}})
}

test_a_copy_that_cannot_be_read if {
	cause := {"code": "copy_unreadable", "values": {"copies": "KEP-115-0002"}}
	told({}, {"unreadable": "KEP-115-0002"}) == object.union(silent, {"unknown": {cause}})
	told({}, {"lost": "KEP-115-0002"}) == object.union(silent, {"unknown": {cause}})
}

test_released if {
	told({}, {"active": false}).not_applicable == {{"code": "released", "values": {}}}
}
