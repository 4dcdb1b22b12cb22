package cctv.rules["A5.1-approved-before-viewing_test"]

import data.cctv.rules["A5.1-approved-before-viewing"] as rule

facts := {
	"approvals": {
		"stage": "granted",
		"signed_s": 50,
		"emergency_incident": false,
		"roster_told": true,
		"unreadable": 0,
		"last_s": 300,
		"given": {
			"officer": {
				"role": "officer",
				"person": "P-0001",
				"deputy": false,
				"approves": true,
				"at": "2026-03-02 09:00",
				"at_s": 100,
				"by_applicant": false,
				"role_held": true,
				"of_this_text": true,
			},
			"unit_head": {
				"role": "unit_head",
				"person": "P-0002",
				"deputy": false,
				"approves": true,
				"at": "2026-03-02 09:00",
				"at_s": 200,
				"by_applicant": false,
				"role_held": true,
				"of_this_text": true,
			},
			"principal": {
				"role": "principal",
				"person": "P-0003",
				"deputy": false,
				"approves": true,
				"at": "2026-03-02 09:00",
				"at_s": 300,
				"by_applicant": false,
				"role_held": true,
				"of_this_text": true,
			},
		},
	},
	"sessions": {
		"group": "internal",
		"roster_told": true,
		"held": [
			{
				"n": 1,
				"start": "2026-03-03 09:00",
				"start_s": 400,
				"escort": "P-0002",
				"escort_is_applicant": false,
				"escort_roles": [
					"school_staff",
				],
				"line": "REG-115-0001",
				"line_escort_differs": false,
				"outlasts_escort": false,
			},
		],
	},
}

params := {"emergency_viewing": false}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "not_applicable": excuses, "note": notes} if {
	fails := rule.fail with input as document
	excuses := rule.not_applicable with input as document
	notes := rule.note with input as document
}

told(changes, other) := answers(given(changes, other))

test_afterwards if {
	told({}, {}) == {"fail": set(), "not_applicable": set(), "note": set()}
}

test_in_the_same_minute if {
	told({"approvals": {"last_s": 400}}, {}) == {"fail": set(), "not_applicable": set(), "note": set()}
}

test_t61_too_early if {
	got := told({"approvals": {"last_s": 401}}, {})
	got == {
		"fail": {{"code": "too_early", "values": {"n": 1, "start": "2026-03-03 09:00"}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_by_nobody if {
	got := told({"approvals": {"last_s": null}}, {})
	got == {
		"fail": {{"code": "never_approved", "values": {"n": 1, "start": "2026-03-03 09:00"}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_not_viewed if {
	got := told({"sessions": {"held": []}}, {})
	got == {"fail": set(), "not_applicable": {{"code": "not_viewed", "values": {}}}, "note": set()}
}

test_an_emergency if {
	got := told({"approvals": {"last_s": 401, "emergency_incident": true}}, {"emergency_viewing": true})
	got == {"fail": set(), "not_applicable": set(), "note": {{"code": "emergency", "values": {}}}}
}

test_an_emergency_with_nobodys_approval if {
	got := told({"approvals": {"last_s": null, "emergency_incident": true}}, {"emergency_viewing": true})
	got == {"fail": set(), "not_applicable": set(), "note": {{"code": "emergency", "values": {}}}}
}

test_an_emergency_without_incident if {
	got := told({"approvals": {"last_s": 401}}, {"emergency_viewing": true})
	got == {
		"fail": {{"code": "too_early", "values": {"n": 1, "start": "2026-03-03 09:00"}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_emergencies_are_not_allowed if {
	got := told({"approvals": {"last_s": 401, "emergency_incident": true}}, {})
	got == {
		"fail": {{"code": "too_early", "values": {"n": 1, "start": "2026-03-03 09:00"}}},
		"not_applicable": set(),
		"note": set(),
	}
}
