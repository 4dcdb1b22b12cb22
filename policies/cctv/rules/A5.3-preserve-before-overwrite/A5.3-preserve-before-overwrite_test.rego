package cctv.rules["A5.3-preserve-before-overwrite_test"]

import data.cctv.rules["A5.3-preserve-before-overwrite"] as rule

piece := {
	"camera": "cam-1",
	"from": "2026-03-01 10:00",
	"told": true,
	"eta": "2026-03-15 10:00",
	"left_s": 172801,
	"received_late": false,
}

told(rest, changes) := {"fail": fails, "unknown": unknowns, "not_applicable": excuses, "note": notes} if {
	secured := object.union({"pending": true, "preserved": false, "rest": rest}, changes)
	document := {"facts": {"secured": secured}, "params": {"overwrite_margin_h": 48}}
	fails := rule.fail with input as document
	unknowns := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
	notes := rule.note with input as document
}

but(change) := told([object.union(piece, change)], {})

silent := {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}

at := {"camera": "cam-1", "from": "2026-03-01 10:00", "eta": "2026-03-15 10:00"}

place := {"camera": "cam-1", "from": "2026-03-01 10:00"}

test_copied if told([], {"preserved": true}) == silent

test_time_enough if but({}) == silent

test_t72_at_risk_inside_the_margin if {
	risk := object.union(silent, {"note": {{"code": "at_risk", "values": at}}})
	but({"left_s": 172800}) == risk
	but({"left_s": 0}) == risk
}

test_t72_overwritten if {
	but({"left_s": -1}) == object.union(silent, {"fail": {{"code": "overwritten", "values": at}}})
}

test_overwritten_before_anybody_asked if {
	got := but({"left_s": -1, "received_late": true})
	got == object.union(silent, {"note": {{"code": "asked_too_late", "values": place}}})
}

test_nothing_known_of_the_recorder if {
	got := but({"told": false, "left_s": 0})
	got == object.union(silent, {"unknown": {{"code": "retention_unknown", "values": place}}})
}

test_no_cameras if {
	told([], {}) == object.union(silent, {"unknown": {{"code": "no_cameras", "values": {}}}})
}

test_refused if {
	got := told([], {"pending": false, "preserved": true})
	got == object.union(silent, {"not_applicable": {{"code": "not_pending", "values": {}}}})
}

test_time_enough_though_asked_late if but({"received_late": true}) == silent
