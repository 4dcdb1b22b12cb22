package cctv.rules["A4.1-misuse-followed-up_test"]

import data.cctv.rules["A4.1-misuse-followed-up"] as rule

facts := {
	"incident": {
		"type": "misuse",
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

answers(document) := {"fail": fails, "not_applicable": excuses, "note": notes} if {
	fails := rule.fail with input as document
	excuses := rule.not_applicable with input as document
	notes := rule.note with input as document
}

told(changes, other) := answers(given(changes, other))

test_concluded if {
	told({"incident": {"age_days": 900}}, {}) == {"fail": set(), "not_applicable": set(), "note": set()}
}

test_also_leak if {
	told({"incident": {"type": "leak"}}, {}) == {"fail": set(), "not_applicable": set(), "note": set()}
}

test_also_refilming if {
	told({"incident": {"type": "refilming"}}, {}) == {"fail": set(), "not_applicable": set(), "note": set()}
}

test_also_unauthorised_access if {
	got := told({"incident": {"type": "unauthorised_access"}}, {})
	got == {"fail": set(), "not_applicable": set(), "note": set()}
}

test_open if {
	got := told({"incident": {"reviewed": false, "age_days": 90}}, {})
	got == {
		"fail": set(),
		"not_applicable": set(),
		"note": {{"code": "open", "values": {"days": 90, "limit": 90}}},
	}
}

test_overdue if {
	got := told({"incident": {"reviewed": false, "age_days": 91}}, {})
	got == {
		"fail": {{"code": "overdue", "values": {"days": 91, "limit": 90}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_other if {
	got := told({"incident": {"type": "neglect"}}, {})
	got == {"fail": set(), "not_applicable": {{"code": "other", "values": {"type": "neglect"}}}, "note": set()}
}
