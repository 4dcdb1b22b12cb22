package cctv.rules["A5.3-kept-copy-disposal_test"]

import data.cctv.rules["A5.3-kept-copy-disposal"] as rule

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

params := {"review_kept_copy_days": 183}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
}

told(changes, other) := answers(given(changes, other))

test_kept_and_reviewed if {
	told({"copy": {"review_ahead_days": 183}}, {}) == {"fail": set(), "unknown": set()}
}

test_too_far if {
	got := told({"copy": {"review_ahead_days": 184}}, {})
	got == {"fail": {{"code": "review_too_far", "values": {"days": 184, "limit": 183}}}, "unknown": set()}
}

test_overdue if {
	got := told({"copy": {"review_overdue_days": 1}}, {})
	got == {"fail": {{"code": "review_overdue", "values": {"on": "2026-09-01", "days": 1}}}, "unknown": set()}
}

test_kept_while_held if {
	told({"copy": {"holds": "HLD-115-0001", "case_open": true}}, {}) == {"fail": set(), "unknown": set()}
}

test_destroyed if {
	got := told(
		{
			"copy": {
				"destroyed": true,
				"review_overdue_days": 50,
				"review_ahead_days": 900,
			},
		},
		{},
	)
	got == {"fail": set(), "unknown": set()}
}

test_t71_held if {
	got := told({"copy": {"destroyed": true, "holds": "HLD-115-0001"}}, {})
	got == {"fail": {{"code": "held", "values": {"holds": "HLD-115-0001"}}}, "unknown": set()}
}

test_open_case if {
	got := told({"copy": {"destroyed": true, "case_open": true}}, {})
	got == {"fail": {{"code": "case_open", "values": {"case": "REQ-115-0001"}}}, "unknown": set()}
}

test_unreadable_hold if {
	got := told({"copy": {"unreadable_hold": true}}, {})
	got == {"fail": set(), "unknown": {{"code": "hold_unreadable", "values": {}}}}
}

test_without_the_parameter if {
	got := answers({
		"facts": {
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
		},
	})
	got == {"fail": {{"code": "review_too_far", "values": {"days": 180, "limit": 0}}}, "unknown": set()}
}
