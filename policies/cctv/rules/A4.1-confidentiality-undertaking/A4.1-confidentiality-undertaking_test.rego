package cctv.rules["A4.1-confidentiality-undertaking_test"]

import data.cctv.rules["A4.1-confidentiality-undertaking"] as rule

facts := {
	"entry": {
		"person": "P-0001",
		"has_access": true,
		"active": true,
		"signed_late_days": 0,
		"renewal_overdue_days": 0,
	},
}

params := {"undertaking_required": true}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "not_applicable": excuses} if {
	fails := rule.fail with input as document
	excuses := rule.not_applicable with input as document
}

told(changes, other) := answers(given(changes, other))

test_signed if {
	told({}, {}) == {"fail": set(), "not_applicable": set()}
}

test_a_day_late if {
	got := told({"entry": {"signed_late_days": 1}}, {})
	got == {
		"fail": {{"code": "signed_late", "values": {"person": "P-0001", "days": 1}}},
		"not_applicable": set(),
	}
}

test_renewal if {
	got := told({"entry": {"renewal_overdue_days": 1}}, {})
	got == {
		"fail": {{"code": "renewal_overdue", "values": {"person": "P-0001", "days": 1}}},
		"not_applicable": set(),
	}
}

test_gone_before_renewal if {
	told({"entry": {"renewal_overdue_days": 1, "active": false}}, {}) == {"fail": set(), "not_applicable": set()}
}

test_no_access if {
	got := told({"entry": {"has_access": false}}, {})
	got == {"fail": set(), "not_applicable": {{"code": "no_access", "values": {}}}}
}

test_not_required if {
	got := told({}, {"undertaking_required": false})
	got == {"fail": set(), "not_applicable": {{"code": "not_required", "values": {}}}}
}
