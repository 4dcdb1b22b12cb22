package cctv.rules["P-breach-handled_test"]

import data.cctv.rules["P-breach-handled"] as rule

facts := {
	"incident": {
		"type": "leak",
		"serious": true,
		"age_days": 30,
		"reviewed": true,
		"review_begun": true,
		"closed": true,
		"assessed": true,
		"affected": 3,
		"notified": true,
		"authority_told": false,
		"authority_minutes": 4320,
		"cyber": true,
		"cyber_told": true,
		"cyber_minutes": 60,
	},
}

params := {"cyber_report_h": 1, "pdpa_report_h": 72}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts, "not_applicable": excuses} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
}

told(changes, other) := answers(given(changes, other))

test_handled if {
	told({}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_also_refilming if {
	told({"incident": {"type": "refilming"}}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_also_unauthorised_access if {
	got := told({"incident": {"type": "unauthorised_access"}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_also_exposure if {
	told({"incident": {"type": "exposure"}}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_also_pii_in_git if {
	told({"incident": {"type": "pii_in_git"}}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_not_assessed if {
	got := told({"incident": {"assessed": false, "notified": false, "affected": 0}}, {})
	got == {"fail": {{"code": "not_assessed", "values": {}}}, "unknown": set(), "not_applicable": set()}
}

test_not_notified if {
	got := told({"incident": {"notified": false}}, {})
	got == {
		"fail": {{"code": "not_notified", "values": {"affected": 3}}},
		"unknown": set(),
		"not_applicable": set(),
	}
}

test_nobody_affected if {
	got := told({"incident": {"notified": false, "affected": 0, "authority_minutes": 9999}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_open if {
	got := told({"incident": {"closed": false, "notified": false}}, {})
	got == {"fail": set(), "unknown": {{"code": "open", "values": {}}}, "not_applicable": set()}
}

test_open_and_told if {
	told({"incident": {"closed": false}}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_cyber_late if {
	got := told({"incident": {"cyber_minutes": 61}}, {})
	got == {
		"fail": {{"code": "cyber_late", "values": {"minutes": 61, "hours": 1}}},
		"unknown": set(),
		"not_applicable": set(),
	}
}

test_no_cyber_incident if {
	got := told({"incident": {"cyber": false, "cyber_minutes": 61}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_no_limit_for_cyber if {
	got := told({"incident": {"cyber_minutes": 61}}, {"cyber_report_h": null})
	got == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_authority_late if {
	got := told({"incident": {"authority_minutes": 4321}}, {})
	got == {
		"fail": {{"code": "authority_late", "values": {"minutes": 4321, "hours": 72}}},
		"unknown": set(),
		"not_applicable": set(),
	}
}

test_no_limit_for_the_authority if {
	got := told({"incident": {"authority_minutes": 4321}}, {"pdpa_report_h": null})
	got == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_a_cyber_incident_without_leak if {
	got := told(
		{
			"incident": {
				"type": "neglect",
				"notified": false,
				"assessed": false,
				"authority_minutes": 9999,
			},
		},
		{},
	)
	got == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_other if {
	got := told({"incident": {"type": "neglect", "cyber": false}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": {{"code": "other", "values": {"type": "neglect"}}},
	}
}

test_every_kind_of_leak_is_judged_without_being_cyber if {
	every kind in ["leak", "refilming", "unauthorised_access", "exposure", "pii_in_git"] {
		got := told({"incident": {"type": kind, "cyber": false}}, {})
		got.not_applicable == set()
	}
}

test_what_was_not_assessed_is_not_asked_for_its_notice if {
	got := told({"incident": {"assessed": false, "notified": false, "affected": 3}}, {})
	got.fail == {{"code": "not_assessed", "values": {}}}
}

other_kind := {"type": "power", "cyber": true, "affected": 3}

test_what_is_no_leak_is_not_owed_to_the_authority if {
	got := told({"incident": object.union(other_kind, {"authority_minutes": 100000})}, {})
	got.fail == set()
}

test_without_a_limit_no_report_is_late if {
	got := told({"incident": {"authority_minutes": 100000, "affected": 3}}, {"pdpa_report_h": null})
	got.fail == set()
}

test_what_is_no_leak_is_not_open if {
	got := told({"incident": object.union(other_kind, {"closed": false, "assessed": false})}, {})
	got.unknown == set()
}

test_a_notice_before_the_assessment_leaves_it_open if {
	got := told({"incident": {"closed": false, "assessed": false}}, {})
	got.unknown == {{"code": "open", "values": {}}}
}

test_what_is_no_leak_needs_no_notice if {
	got := told({"incident": object.union(other_kind, {"notified": false})}, {})
	got.fail == set()
}
