package cctv.rules["A8.1-neglect-reviewed_test"]

import data.cctv.rules["A8.1-neglect-reviewed"] as rule

facts := {
	"incident": {
		"type": "neglect",
		"serious": true,
		"age_days": 30,
		"reviewed": true,
		"review_begun": true,
		"closed": false,
		"assessed": true,
		"affected": 3,
		"notified": true,
		"authority_told": false,
		"authority_minutes": 0,
		"cyber": false,
		"cyber_told": false,
		"cyber_minutes": 0,
	},
}

params := {"review_open_max_days": 90}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts, "not_applicable": excuses} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
}

told(changes, other) := answers(given(changes, other))

test_reviewed if {
	told({"incident": {"age_days": 900}}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_also_property_loss if {
	got := told({"incident": {"type": "property_loss"}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_also_lost_footage if {
	got := told({"incident": {"type": "lost_footage"}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_open if {
	got := told({"incident": {"reviewed": false, "age_days": 90}}, {})
	got == {
		"fail": set(),
		"unknown": {{"code": "open", "values": {"days": 90, "limit": 90}}},
		"not_applicable": set(),
	}
}

test_overdue if {
	got := told({"incident": {"reviewed": false, "age_days": 91}}, {})
	got == {
		"fail": {{"code": "overdue", "values": {"days": 91, "limit": 90}}},
		"unknown": set(),
		"not_applicable": set(),
	}
}

test_not_serious if {
	got := told({"incident": {"serious": false}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": {{"code": "not_serious", "values": {}}}}
}

test_other if {
	got := told({"incident": {"type": "password_default"}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": {{"code": "other", "values": {"type": "password_default"}}},
	}
}
