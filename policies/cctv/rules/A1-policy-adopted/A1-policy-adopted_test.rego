package cctv.rules["A1-policy-adopted_test"]

import data.cctv.rules["A1-policy-adopted"] as rule

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

params := {"policy_review_months": null}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
}

told(changes, other) := answers(given(changes, other))

test_adopted if {
	told({}, {}) == {"fail": set(), "unknown": set()}
}

test_none if {
	got := told({"policy": {"in_force": false, "pack": ""}}, {})
	got == {"fail": {{"code": "none", "values": {}}}, "unknown": set()}
}

test_none_that_can_be_read if {
	got := told({"policy": {"in_force": false, "pack": "", "unreadable": 1}}, {})
	got == {"fail": set(), "unknown": {{"code": "unreadable", "values": {"count": 1}}}}
}

test_another_pack if {
	got := told({"policy": {"pack": "tw-txg-school"}}, {})
	got == {
		"fail": set(),
		"unknown": {{
			"code": "pack_mismatch",
			"values": {
				"pack": "tw-txg-school",
				"used": "tw-ntpc-school",
			},
		}},
	}
}

test_reviewed if {
	told({"policy": {"age_months": 11}}, {"policy_review_months": 12}) == {"fail": set(), "unknown": set()}
}

test_review_due if {
	got := told({"policy": {"age_months": 12}}, {"policy_review_months": 12})
	got == {"fail": {{"code": "review_overdue", "values": {"months": 12, "limit": 12}}}, "unknown": set()}
}

test_nothing_to_review if {
	got := told({"policy": {"in_force": false, "pack": "", "age_months": 12}}, {"policy_review_months": 12})
	got == {"fail": {{"code": "none", "values": {}}}, "unknown": set()}
}
