package cctv.rules["A5.3-kept-copy-secured_test"]

import data.cctv.rules["A5.3-kept-copy-secured"] as rule

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

params := {"encryption_required": true}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts, "not_applicable": excuses} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
}

told(changes, other) := answers(given(changes, other))

test_secured if {
	told({}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_plain if {
	got := told({"copy": {"encrypted": false}}, {})
	got == {"fail": {{"code": "not_encrypted", "values": {}}}, "unknown": set(), "not_applicable": set()}
}

test_plain_is_enough_elsewhere if {
	got := told({"copy": {"encrypted": false}}, {"encryption_required": false})
	got == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_custodian_gone if {
	got := told({"copy": {"custodian_active": false}}, {})
	got == {
		"fail": {{"code": "custodian_gone", "values": {"custodian": "P-0001"}}},
		"unknown": set(),
		"not_applicable": set(),
	}
}

test_no_roster if {
	got := told({"copy": {"custodian_active": null}}, {})
	got == {"fail": set(), "unknown": {{"code": "no_roster", "values": {}}}, "not_applicable": set()}
}

test_destroyed if {
	got := told({"copy": {"destroyed": true, "destroyed_on": "2026-09-02"}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": {{"code": "destroyed", "values": {"on": "2026-09-02"}}},
	}
}
