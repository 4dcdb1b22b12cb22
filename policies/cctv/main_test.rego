package cctv_test

# Rules to grade, in place of the real ones.
rules := {
	"clean": {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()},
	"bare": {"helper": 1},
	"failing": {"fail": {{"code": "f", "values": {}}}, "unknown": {{"code": "u", "values": {}}}},
	"unsure": {"fail": set(), "unknown": {{"code": "u", "values": {}}}, "note": {{"code": "n", "values": {}}}},
	"excused": {
		"fail": {{"code": "f", "values": {}}},
		"unknown": {{"code": "u", "values": {}}},
		"not_applicable": {{"code": "x", "values": {}}},
		"note": {{"code": "n", "values": {}}},
	},
}

stand_in(id) := rules[id]

ask(needs) := answer if {
	answer := data.cctv.verdicts with input as {"rules": needs, "facts": {"told": true}, "gaps": {}}
		with data.cctv.router.rule as stand_in
		with data.cctv_revision as "r1"
}

missing := {"code": "missing", "values": {"fact": "untold"}}

test_the_revision_is_answered if {
	got := ask({})
	got == {"revision": "r1", "rules": {}}
}

test_only_what_was_asked_is_answered if {
	got := ask({"clean": [], "unsure": []})
	object.keys(got.rules) == {"clean", "unsure"}
}

test_a_rule_that_is_not_there_stays_undefined if {
	got := ask({"clean": [], "no such rule": []})
	object.keys(got.rules) == {"clean"}
}

test_pass_when_nothing_is_missing if {
	got := ask({"clean": ["told"]})
	got.rules.clean == {"outcome": "pass", "causes": set(), "notes": set()}
}

test_a_rule_may_leave_its_sets_out if {
	got := ask({"bare": ["told"]})
	got.rules.bare == {"outcome": "pass", "causes": set(), "notes": set()}
}

test_a_missing_fact_makes_it_unknown if {
	got := ask({"clean": ["told", "untold"]})
	got.rules.clean == {"outcome": "unknown", "causes": {missing}, "notes": set()}
}

test_the_rules_own_doubts_and_the_gates_add_up if {
	got := ask({"unsure": ["untold"]})
	got.rules.unsure == {
		"outcome": "unknown",
		"causes": {missing, {"code": "u", "values": {}}},
		"notes": {{"code": "n", "values": {}}},
	}
}

test_the_rules_own_doubt_is_enough if {
	got := ask({"unsure": ["told"]})
	got.rules.unsure.outcome == "unknown"
}

test_a_violation_that_was_seen_stands if {
	got := ask({"failing": ["untold"]})
	got.rules.failing == {"outcome": "fail", "causes": {{"code": "f", "values": {}}}, "notes": set()}
}

test_not_applicable_goes_first_and_keeps_its_notes if {
	got := ask({"excused": ["untold"]})
	got.rules.excused == {
		"outcome": "not_applicable",
		"causes": {{"code": "x", "values": {}}},
		"notes": {{"code": "n", "values": {}}},
	}
}

test_every_rule_folder_is_routed if {
	every id in {id | some id, _ in data.cctv.rules; not endswith(id, "_test")} {
		got := data.cctv.verdicts with input as {"rules": {id: []}, "facts": {}, "gaps": {}, "params": {}, "subject": {}}
			with data.cctv_revision as "r1"
		object.keys(got.rules) == {id}
	}
}
