package cctv.rules["A2-local-measures_test"]

import data.cctv.rules["A2-local-measures"] as rule

facts := {
	"policy": {
		"unreadable": 0,
		"in_force": true,
		"id": "POL-115-0001",
		"pack": "tw-ntpc-school",
		"pack_used": "tw-ntpc-school",
		"measures": 1,
		"age_months": 3,
	},
}

params := {}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "not_applicable": excuses} if {
	fails := rule.fail with input as document
	excuses := rule.not_applicable with input as document
}

told(changes, other) := answers(given(changes, other))

test_a_measure if {
	told({}, {}) == {"fail": set(), "not_applicable": set()}
}

test_none if {
	told({"policy": {"measures": 0}}, {}) == {"fail": {{"code": "none", "values": {}}}, "not_applicable": set()}
}

test_no_policy if {
	got := told({"policy": {"in_force": false}}, {})
	got == {"fail": set(), "not_applicable": {{"code": "no_policy", "values": {}}}}
}
