package cctv.rules["A5.1-representative-proof_test"]

import data.cctv.rules["A5.1-representative-proof"] as rule

facts := {
	"request": {
		"stage": "granted",
		"served": true,
		"category": "guardian",
		"student_alone": false,
		"represented": true,
		"proof": true,
		"custody_checked": true,
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

params := {"proof_required": true}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "not_applicable": excuses} if {
	fails := rule.fail with input as document
	excuses := rule.not_applicable with input as document
}

told(changes, other) := answers(given(changes, other))

test_proven if {
	told({}, {}) == {"fail": set(), "not_applicable": set()}
}

test_t50_no_proof if {
	got := told({"request": {"proof": false, "custody_checked": false}}, {})
	got == {"fail": {{"code": "no_proof", "values": {}}}, "not_applicable": set()}
}

test_custody if {
	got := told({"request": {"custody_checked": false}}, {})
	got == {"fail": {{"code": "custody_unchecked", "values": {}}}, "not_applicable": set()}
}

test_late if {
	got := told({"request": {"proof_late": true}}, {})
	got == {"fail": {{"code": "proof_late", "values": {}}}, "not_applicable": set()}
}

test_a_request_that_came_to_nothing if {
	got := told({"request": {"stage": "rejected", "served": false}}, {})
	got == {"fail": set(), "not_applicable": {{"code": "not_pursued", "values": {"stage": "rejected"}}}}
}

test_nobody_is_represented if {
	got := told({"request": {"represented": false}}, {})
	got == {"fail": set(), "not_applicable": {{"code": "not_represented", "values": {}}}}
}

test_not_asked_for if {
	got := told({}, {"proof_required": false})
	got == {"fail": set(), "not_applicable": {{"code": "not_required", "values": {}}}}
}

test_without_the_parameter_it_is_asked_for if {
	got := answers({
		"facts": {
			"request": {
				"stage": "granted",
				"served": true,
				"category": "teacher",
				"student_alone": false,
				"represented": true,
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
		},
	})
	got == {"fail": {{"code": "no_proof", "values": {}}}, "not_applicable": set()}
}
