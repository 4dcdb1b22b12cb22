package cctv.rules["A4.4-export-destroy-within-max_test"]

import data.cctv.rules["A4.4-export-destroy-within-max"] as rule

facts := {
	"copy": {
		"destroyed": false,
		"destroyed_on": null,
		"encrypted": true,
		"custodian": "P-0001",
		"custodian_active": true,
		"holds": "",
		"unreadable_hold": false,
		"case_open": false,
		"case": "REQ-115-0001",
		"review_overdue_days": 0,
		"review_on": "2026-09-01",
		"review_ahead_days": 180,
		"limited": true,
		"last_day": "2027-03-01",
		"over_days": 0,
	},
}

params := {}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts, "not_applicable": excuses, "note": notes} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
	notes := rule.note with input as document
}

told(changes, other) := answers(given(changes, other))

test_in_time if {
	told({}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_a_day_late if {
	got := told({"copy": {"over_days": 1}}, {})
	got == {
		"fail": {{"code": "too_old", "values": {"last": "2027-03-01", "days": 1}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_held if {
	got := told({"copy": {"over_days": 1, "holds": "HLD-115-0001"}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_destroyed_late if {
	got := told({"copy": {"over_days": 1, "destroyed": true}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "went_late", "values": {"days": 1}}},
	}
}

test_destroyed_late_after_a_hold if {
	got := told({"copy": {"over_days": 1, "destroyed": true, "holds": "HLD-115-0001"}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_destroyed if {
	got := told({"copy": {"destroyed": true}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_hold_unreadable if {
	got := told({"copy": {"over_days": 1, "unreadable_hold": true}}, {})
	got == {
		"fail": set(),
		"unknown": {{"code": "hold_unreadable", "values": {}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_hold_unreadable_in_time if {
	got := told({"copy": {"unreadable_hold": true}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_no_maximum if {
	got := told({"copy": {"limited": false, "last_day": null}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": {{"code": "no_maximum", "values": {}}},
		"note": set(),
	}
}
