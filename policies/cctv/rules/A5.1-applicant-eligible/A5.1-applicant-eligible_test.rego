package cctv.rules["A5.1-applicant-eligible_test"]

import data.cctv.rules["A5.1-applicant-eligible"] as rule

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

params := {
	"internal_categories": [
		"teacher",
		"student",
	],
	"formal_staff_only": false,
	"minor_applicant_verdict": "pass",
}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts, "not_applicable": excuses, "note": notes} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
	notes := rule.note with input as document
}

told(changes, other) := answers(given(changes, other))

test_a_teacher if {
	told({}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_t51_a_neighbour if {
	got := told({"request": {"category": "external"}}, {})
	got == {
		"fail": {{"code": "not_eligible", "values": {"category": "external"}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_a_request_that_came_to_nothing if {
	got := told({"request": {"stage": "rejected", "served": false}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": {{"code": "not_pursued", "values": {"stage": "rejected"}}},
		"note": set(),
	}
}

test_the_pack_decides_who if {
	got := told({}, {"internal_categories": ["student"]})
	got == {
		"fail": {{"code": "not_eligible", "values": {"category": "teacher"}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_without_parameters_nobody if {
	got := answers({
		"facts": {
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
		},
	})
	got == {
		"fail": {{"code": "not_eligible", "values": {"category": "teacher"}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_a_student_alone_is_noted if {
	got := told({"request": {"category": "student", "student_alone": true}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "minor_applicant", "values": {}}},
	}
}

test_a_student_alone_may_fail if {
	got := told({"request": {"category": "student", "student_alone": true}}, {"minor_applicant_verdict": "fail"})
	got == {
		"fail": {{"code": "minor_alone", "values": {}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_a_student_alone_may_be_unknown if {
	got := told({"request": {"category": "student", "student_alone": true}}, {"minor_applicant_verdict": "unknown"})
	got == {
		"fail": set(),
		"unknown": {{"code": "minor_alone", "values": {}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_established_posts_only if {
	got := told({}, {"formal_staff_only": true})
	got == {
		"fail": set(),
		"unknown": {{"code": "post_unknown", "values": {}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_established_posts_do_not_concern_students if {
	got := told({"request": {"category": "student"}}, {"formal_staff_only": true})
	got == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_a_grown_up_is_no_minor_whatever_the_verdict_on_minors if {
	got := told({}, {"minor_applicant_verdict": "unknown"})
	got.unknown == set()
	strict := told({}, {"minor_applicant_verdict": "fail"})
	strict.fail == set()
	mild := told({}, {"minor_applicant_verdict": "pass"})
	mild.note == set()
}

test_the_post_of_staff_and_workers_is_not_known_either if {
	post := {{"code": "post_unknown", "values": {}}}
	staff := told({"request": {"category": "staff"}}, {"formal_staff_only": true})
	staff.unknown == post
	worker := told({"request": {"category": "worker"}}, {"formal_staff_only": true})
	worker.unknown == post
}
