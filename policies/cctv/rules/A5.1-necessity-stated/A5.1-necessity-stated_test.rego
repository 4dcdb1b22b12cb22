package cctv.rules["A5.1-necessity-stated_test"]

import data.cctv.rules["A5.1-necessity-stated"] as rule

facts := {
	"request": {
		"stage": "granted",
		"served": true,
		"category": "teacher",
		"student_alone": false,
		"represented": false,
		"proof": false,
		"custody_checked": false,
		"proof_late": false,
		"necessity_confirmed": true,
		"reason_given": true,
		"present": [
			"applicant_name",
			"applied_on",
			"approvals",
		],
		"id_ok": true,
		"id_kind": "national",
		"id_expired": false,
		"notice_accepted": true,
		"notice_late": false,
		"unlisted": [],
		"windows": [
			{
				"n": 1,
				"from": "2026-03-01 10:00",
				"to": "2026-03-01 10:30",
				"minutes": 30,
				"future": false,
				"justified": false,
			},
		],
		"apply_days": null,
	},
}

params := {}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "not_applicable": excuses} if {
	fails := rule.fail with input as document
	excuses := rule.not_applicable with input as document
}

told(changes, other) := answers(given(changes, other))

test_stated if {
	told({}, {}) == {"fail": set(), "not_applicable": set()}
}

test_no_reason if {
	got := told({"request": {"reason_given": false}}, {})
	got == {"fail": {{"code": "no_reason", "values": {}}}, "not_applicable": set()}
}

test_no_need if {
	got := told({"request": {"necessity_confirmed": false}}, {})
	got == {"fail": {{"code": "necessity_unconfirmed", "values": {}}}, "not_applicable": set()}
}

test_a_request_that_came_to_nothing if {
	got := told({"request": {"stage": "rejected", "served": false}}, {})
	got == {"fail": set(), "not_applicable": {{"code": "not_pursued", "values": {"stage": "rejected"}}}}
}

test_both if {
	got := told({"request": {"reason_given": null, "necessity_confirmed": null}}, {})
	got == {
		"fail": {{"code": "no_reason", "values": {}}, {"code": "necessity_unconfirmed", "values": {}}},
		"not_applicable": set(),
	}
}
