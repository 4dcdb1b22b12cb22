package cctv.rules["A3.0-custodian-continuity_test"]

import data.cctv.rules["A3.0-custodian-continuity"] as rule

facts := {
	"custodians": {
		"told": true,
		"unreadable": 0,
		"functions": {
			"manage": {
				"holders": 1,
				"school": 1,
			},
			"operate": {
				"holders": 1,
				"school": 1,
			},
			"repair": {
				"holders": 1,
				"school": 0,
			},
		},
		"gap_days": 0,
		"without_handover": [],
		"without_deputy": [],
	},
}

params := {"max_gap_days": 0, "deputy_required": false}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
}

told(changes, other) := answers(given(changes, other))

test_without_a_gap if {
	told({}, {}) == {"fail": set(), "unknown": set()}
}

test_a_day if {
	got := told({"custodians": {"gap_days": 1}}, {})
	got == {"fail": {{"code": "gap", "values": {"days": 1, "limit": 0}}}, "unknown": set()}
}

test_a_day_is_allowed_elsewhere if {
	told({"custodians": {"gap_days": 1}}, {"max_gap_days": 1}) == {"fail": set(), "unknown": set()}
}

test_no_handover if {
	got := told({"custodians": {"without_handover": ["P-0001"]}}, {})
	got == {"fail": {{"code": "no_handover", "values": {"person": "P-0001"}}}, "unknown": set()}
}

test_no_deputy if {
	told({"custodians": {"without_deputy": ["P-0001"]}}, {}) == {"fail": set(), "unknown": set()}
}

test_no_deputy_where_required if {
	got := told({"custodians": {"without_deputy": ["P-0001"]}}, {"deputy_required": true})
	got == {"fail": {{"code": "no_deputy", "values": {"person": "P-0001"}}}, "unknown": set()}
}

test_no_roster if {
	got := told({"custodians": {"told": false, "gap_days": 9}}, {})
	got == {"fail": set(), "unknown": {{"code": "no_roster", "values": {}}}}
}

test_unreadable if {
	got := told({"custodians": {"unreadable": 1, "gap_days": 9}}, {})
	got == {"fail": set(), "unknown": {{"code": "unreadable", "values": {"count": 1}}}}
}
