package cctv.rules["P-notice-given_test"]

import data.cctv.rules["P-notice-given"] as rule

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

test_given if {
	told({}, {}) == {"fail": set(), "not_applicable": set()}
}

test_not_given if {
	got := told({"request": {"notice_accepted": false}}, {})
	got == {"fail": {{"code": "not_given", "values": {}}}, "not_applicable": set()}
}

test_late if {
	got := told({"request": {"notice_late": true}}, {})
	got == {"fail": {{"code": "late", "values": {}}}, "not_applicable": set()}
}

test_a_request_that_came_to_nothing if {
	got := told({"request": {"stage": "withdrawn", "served": false}}, {})
	got == {"fail": set(), "not_applicable": {{"code": "not_pursued", "values": {"stage": "withdrawn"}}}}
}
