package cctv.rules["W-waiver-valid_test"]

import data.cctv.rules["W-waiver-valid"] as rule

valid := {
	"readable": true,
	"rule_id": "A4.1-transport-hardening",
	"subjects": ["nvr-1"],
	"never_waived": false,
	"wildcard": false,
	"begun": true,
	"expired": false,
	"expires_on": "2026-12-31",
	"approved_late": false,
	"self_approved": false,
	"days": 90,
	"missing_approvals": [],
}

given(changes) := {
	"subject": {"kind": "waiver", "id": "WVR-115-0001"},
	"params": {"waiver_max_days": 180},
	"facts": {"waiver": object.union(valid, changes)},
}

fails(changes) := got if got := rule.fail with input as given(changes)

cause(code) := {"code": code, "values": {}}

test_valid if {
	fails({}) == set()
	notes := rule.note with input as given({})
	notes == set()
}

test_unreadable_names_its_faults_and_nothing_else if {
	waiver := {"readable": false, "faults": ["records/a.yaml:3 missing risk", "records/a.yaml:1 extra x"]}
	got := rule.fail with input as {"params": {"waiver_max_days": 180}, "facts": {"waiver": waiver}}
	got == {{"code": "unreadable", "values": {"faults": "records/a.yaml:1 extra x; records/a.yaml:3 missing risk"}}}
}

test_unreadable_without_faults if {
	got := rule.fail with input as {"params": {"waiver_max_days": 180}, "facts": {"waiver": {}}}
	got == {{"code": "unreadable", "values": {"faults": ""}}}
}

test_unreadable_is_not_judged_further if {
	fails({
		"readable": false,
		"expired": true,
		"days": 999,
		"wildcard": true,
		"never_waived": true,
		"missing_approvals": ["moda"],
	}) == {{"code": "unreadable", "values": {"faults": ""}}}
	fails({"readable": false, "days": -1}) == {{"code": "unreadable", "values": {"faults": ""}}}
}

test_no_waiver_is_for_the_gate_to_say if {
	got := rule.fail with input as {"params": {"waiver_max_days": 180}, "facts": {}}
	got == set()
}

test_t80_expired if {
	fails({"expired": true}) == {{"code": "expired", "values": {"expires_on": "2026-12-31"}}}
}

test_as_long_as_allowed if {
	fails({"days": 180}) == set()
}

test_a_day_too_long if {
	fails({"days": 181}) == {{"code": "too_long", "values": {"days": 181, "max_days": 180}}}
}

test_too_long_without_the_parameter if {
	got := rule.fail with input as object.remove(given({"days": 1}), ["params"])
	got == {{"code": "too_long", "values": {"days": 1, "max_days": 0}}}
}

test_one_day if {
	fails({"days": 0}) == set()
}

test_ends_before_it_starts if {
	fails({"days": -1}) == {cause("ends_before_start")}
}

test_a_rule_that_is_never_waived if {
	fails({"never_waived": true}) == {{"code": "never_waived", "values": {"rule": "A4.1-transport-hardening"}}}
}

test_wildcard if {
	fails({"wildcard": true}) == {cause("wildcard")}
}

test_self_approved if {
	fails({"self_approved": true}) == {cause("self_approved")}
}

test_approved_late if {
	fails({"approved_late": true}) == {cause("approved_late")}
}

test_an_answer_that_is_not_given_is_held_against_it if {
	fails({"expired": null, "never_waived": null, "wildcard": null, "self_approved": null, "approved_late": null}) == {
		{"code": "expired", "values": {"expires_on": "2026-12-31"}},
		{"code": "never_waived", "values": {"rule": "A4.1-transport-hardening"}},
		cause("wildcard"),
		cause("self_approved"),
		cause("approved_late"),
	}
}

test_missing_approvals if {
	fails({"missing_approvals": ["superior_ciso", "moda"]}) == {{
		"code": "missing_approvals",
		"values": {"missing": "superior_ciso, moda"},
	}}
}

test_one_missing_approval if {
	fails({"missing_approvals": ["moda"]}) == {{"code": "missing_approvals", "values": {"missing": "moda"}}}
}

test_every_fault_is_named if {
	fails({"days": 200, "self_approved": true}) == {
		{"code": "too_long", "values": {"days": 200, "max_days": 180}},
		cause("self_approved"),
	}
}

test_not_begun_is_noted if {
	fails({"begun": false}) == set()
	notes := rule.note with input as given({"begun": false})
	notes == {cause("not_begun")}
}
