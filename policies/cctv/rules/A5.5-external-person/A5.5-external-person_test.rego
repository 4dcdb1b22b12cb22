package cctv.rules["A5.5-external-person_test"]

import data.cctv.rules["A5.5-external-person"] as rule

facts := {
	"request": {
		"stage": "rejected",
		"served": false,
		"category": "external",
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

params := {"external_person": "refuse"}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts, "not_applicable": excuses} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
}

told(changes, other) := answers(given(changes, other))

test_rejected if {
	told({}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_withdrawn if {
	told({"request": {"stage": "withdrawn"}}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_t51_served if {
	got := told({"request": {"stage": "granted", "served": true}}, {})
	got == {"fail": {{"code": "served", "values": {}}}, "unknown": set(), "not_applicable": set()}
}

test_granted if {
	got := told({"request": {"stage": "granted"}}, {})
	got == {"fail": {{"code": "granted", "values": {}}}, "unknown": set(), "not_applicable": set()}
}

test_served_after_rejection if {
	got := told({"request": {"served": true}}, {})
	got == {"fail": {{"code": "served", "values": {}}}, "unknown": set(), "not_applicable": set()}
}

test_open if {
	got := told({"request": {"stage": "pending"}}, {})
	got == {"fail": set(), "unknown": {{"code": "open", "values": {}}}, "not_applicable": set()}
}

test_draft if {
	got := told({"request": {"stage": "draft"}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": {{"code": "draft", "values": {}}}}
}

test_draft_and_served if {
	got := told({"request": {"stage": "draft", "served": true}}, {})
	got == {"fail": {{"code": "served", "values": {}}}, "unknown": set(), "not_applicable": set()}
}

test_internal if {
	got := told({"request": {"category": "teacher"}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": {{"code": "internal", "values": {}}}}
}

test_allowed_elsewhere if {
	got := told({"request": {"served": true}}, {"external_person": "view"})
	got == {
		"fail": {{"code": "served", "values": {}}},
		"unknown": set(),
		"not_applicable": {{"code": "not_required", "values": {}}},
	}
}
