package cctv.rules["A4.4-legal-hold-valid_test"]

import data.cctv.rules["A4.4-legal-hold-valid"] as rule

facts := {
	"form": {
		"readable": true,
		"faults": [],
	},
	"hold": {
		"basis": "statute",
		"active": true,
		"review_on": "2026-09-01",
		"review_overdue_days": 0,
		"review_ahead_days": 180,
		"released_days": 0,
		"left": "",
		"self_approved": false,
	},
}

params := {"hold_review_days": 180, "release_grace_days": 30}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "note": notes} if {
	fails := rule.fail with input as document
	notes := rule.note with input as document
}

told(changes, other) := answers(given(changes, other))

test_valid if {
	told({}, {}) == {"fail": set(), "note": set()}
}

test_basis_criminal_investigation if {
	told({"hold": {"basis": "criminal_investigation"}}, {}) == {"fail": set(), "note": set()}
}

test_basis_other_violation if {
	told({"hold": {"basis": "other_violation"}}, {}) == {"fail": set(), "note": set()}
}

test_just_in_case if {
	got := told({"hold": {"basis": "litigation"}}, {})
	got == {"fail": {{"code": "basis_not_listed", "values": {"basis": "litigation"}}}, "note": set()}
}

test_t41_overdue if {
	got := told({"hold": {"review_overdue_days": 1}}, {})
	got == {"fail": {{"code": "review_overdue", "values": {"on": "2026-09-01", "days": 1}}}, "note": set()}
}

test_too_far if {
	got := told({"hold": {"review_ahead_days": 181}}, {})
	got == {"fail": {{"code": "review_too_far", "values": {"days": 181, "limit": 180}}}, "note": set()}
}

test_released if {
	got := told(
		{
			"hold": {
				"active": false,
				"review_overdue_days": 50,
				"review_ahead_days": 999,
				"released_days": 31,
			},
		},
		{},
	)
	got == {"fail": set(), "note": set()}
}

test_left_in_the_grace if {
	got := told({"hold": {"active": false, "released_days": 30, "left": "KEP-115-0001"}}, {})
	got == {"fail": set(), "note": set()}
}

test_left_after_it if {
	got := told({"hold": {"active": false, "released_days": 31, "left": "KEP-115-0001"}}, {})
	got == {
		"fail": {{
			"code": "left_after_release",
			"values": {
				"days": 31,
				"copies": "KEP-115-0001",
				"limit": 30,
			},
		}},
		"note": set(),
	}
}

test_t45_no_scope if {
	got := answers({
		"facts": {
			"form": {
				"readable": false,
				"faults": [
					{
						"said": "9: scope missing",
						"code": "missing",
						"part": "scope",
					},
				],
			},
		},
	})
	got == {"fail": {{"code": "faulty", "values": {"said": "9: scope missing"}}}, "note": set()}
}

test_one_person if {
	got := told({"hold": {"self_approved": true}}, {})
	got == {"fail": set(), "note": {{"code": "self_approved", "values": {}}}}
}
