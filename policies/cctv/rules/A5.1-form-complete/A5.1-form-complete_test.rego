package cctv.rules["A5.1-form-complete_test"]

import data.cctv.rules["A5.1-form-complete"] as rule

facts := {
	"form": {
		"readable": true,
		"faults": [],
	},
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

params := {"request_required_fields": ["applicant_name", "applied_on"]}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "not_applicable": excuses, "note": notes} if {
	fails := rule.fail with input as document
	excuses := rule.not_applicable with input as document
	notes := rule.note with input as document
}

told(changes, other) := answers(given(changes, other))

test_complete if {
	told({}, {}) == {"fail": set(), "not_applicable": set(), "note": set()}
}

test_t54_wrong_check_digit if {
	got := told({"request": {"id_ok": false}}, {})
	got == {"fail": {{"code": "id_wrong", "values": {}}}, "not_applicable": set(), "note": set()}
}

test_a_field_is_missing if {
	got := told({}, {"request_required_fields": ["applicant_name", "phone"]})
	got == {
		"fail": {{"code": "field_missing", "values": {"field": "phone"}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_t56_a_fault_of_the_file if {
	got := answers({
		"facts": {
			"form": {
				"readable": false,
				"faults": [
					{
						"said": "7: phone bad_type",
						"code": "bad_type",
						"part": "phone",
					},
				],
			},
		},
		"params": {
			"request_required_fields": [
				"phone",
			],
		},
	})
	got == {
		"fail": {{"code": "faulty", "values": {"said": "7: phone bad_type"}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_old_number if {
	got := told({"request": {"id_expired": true}}, {})
	got == {"fail": {{"code": "id_expired", "values": {}}}, "not_applicable": set(), "note": set()}
}

test_a_passport if {
	got := told({"request": {"id_kind": "passport"}}, {})
	got == {
		"fail": set(),
		"not_applicable": set(),
		"note": {{"code": "no_checksum", "values": {"kind": "passport"}}},
	}
}

test_another_paper if {
	got := told({"request": {"id_kind": "other"}}, {})
	got == {
		"fail": set(),
		"not_applicable": set(),
		"note": {{"code": "no_checksum", "values": {"kind": "other"}}},
	}
}

test_a_draft if {
	got := told({"request": {"stage": "draft", "id_ok": false}}, {})
	got == {
		"fail": {{"code": "id_wrong", "values": {}}},
		"not_applicable": {{"code": "draft", "values": {}}},
		"note": set(),
	}
}

test_a_rejected_form_is_complete_too if {
	got := told({"request": {"stage": "rejected", "served": false, "id_ok": false}}, {})
	got == {"fail": {{"code": "id_wrong", "values": {}}}, "not_applicable": set(), "note": set()}
}
