package cctv.rules["A5.1-approval-chain_test"]

import data.cctv.rules["A5.1-approval-chain"] as rule

facts := {
	"approvals": {
		"stage": "granted",
		"signed_s": 50,
		"emergency_incident": false,
		"roster_told": true,
		"unreadable": 0,
		"last_s": 300,
		"given": {
			"officer": step("officer", "P-0001", 100),
			"unit_head": step("unit_head", "P-0002", 200),
			"principal": step("principal", "P-0003", 300),
		},
	},
}

step(role, person, at_s) := {
	"role": role,
	"person": person,
	"deputy": false,
	"approves": true,
	"at": "2026-03-02 09:00",
	"at_s": at_s,
	"by_applicant": false,
	"role_held": true,
	"of_this_text": true,
	"key_known": true,
	"signature_faults": [],
}

params := {
	"approval_chain": [
		"officer",
		"unit_head",
		"principal",
	],
	"order_required": true,
	"same_person_two_roles": true,
}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts, "not_applicable": excuses, "note": notes} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
	notes := rule.note with input as document
}

told(changes, other) := answers(given(changes, other))

test_t49_in_order if {
	told({}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_at_the_same_minute if {
	got := told({"approvals": {"given": {"unit_head": {"at_s": 300}}}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_t57_principal_first if {
	got := told({"approvals": {"given": {"principal": {"at_s": 199}}}}, {})
	got == {
		"fail": {{"code": "out_of_order", "values": {"role": "principal", "before": "unit_head"}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_order_is_not_asked_for if {
	got := told({"approvals": {"given": {"principal": {"at_s": 199}}}}, {"order_required": false})
	got == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_t58_a_deputy if {
	got := told({"approvals": {"given": {"principal": {"person": "P-0009", "deputy": true}}}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "deputy", "values": {"role": "principal", "person": "P-0009"}}},
	}
}

test_t59_of_ones_own if {
	got := told({"approvals": {"given": {"officer": {"by_applicant": true}}}}, {})
	got == {
		"fail": {{"code": "self_approval", "values": {"role": "officer", "person": "P-0001"}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_t60_changed_since if {
	got := told({"approvals": {"given": {"officer": {"of_this_text": false}}}}, {})
	got == {
		"fail": {{"code": "void", "values": {"role": "officer"}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_not_the_office if {
	got := told({"approvals": {"given": {"principal": {"role_held": false}}}}, {})
	got == {
		"fail": {{"code": "wrong_role", "values": {"role": "principal", "person": "P-0003"}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_said_no if {
	got := told({"approvals": {"given": {"principal": {"approves": false}}}}, {})
	got == {
		"fail": {{"code": "rejected", "values": {"role": "principal"}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_before_the_applicant_signed if {
	got := told({"approvals": {"signed_s": 101}}, {})
	got == {
		"fail": {{"code": "before_signature", "values": {"role": "officer"}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_as_the_applicant_signed if {
	got := told({"approvals": {"signed_s": 100}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_one_is_missing if {
	got := answers({
		"facts": {
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
						"key_known": true,
						"signature_faults": [],
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
						"key_known": true,
						"signature_faults": [],
					},
				},
			},
		},
		"params": {
			"approval_chain": [
				"officer",
				"unit_head",
				"principal",
			],
			"order_required": true,
			"same_person_two_roles": true,
		},
	})
	got == {
		"fail": {{"code": "missing", "values": {"role": "principal"}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_one_cannot_be_read if {
	got := answers({
		"facts": {
			"approvals": {
				"stage": "granted",
				"signed_s": 50,
				"emergency_incident": false,
				"roster_told": true,
				"unreadable": 1,
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
						"key_known": true,
						"signature_faults": [],
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
						"key_known": true,
						"signature_faults": [],
					},
				},
			},
		},
		"params": {
			"approval_chain": [
				"officer",
				"unit_head",
				"principal",
			],
			"order_required": true,
			"same_person_two_roles": true,
		},
	})
	got == {
		"fail": set(),
		"unknown": {{"code": "unreadable", "values": {"count": 1}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_pending if {
	got := answers({
		"facts": {
			"approvals": {
				"stage": "pending",
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
						"key_known": true,
						"signature_faults": [],
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
						"key_known": true,
						"signature_faults": [],
					},
				},
			},
		},
		"params": {
			"approval_chain": [
				"officer",
				"unit_head",
				"principal",
			],
			"order_required": true,
			"same_person_two_roles": true,
		},
	})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": {{"code": "pending", "values": {}}},
		"note": set(),
	}
}

test_pending_and_wrong if {
	got := answers({
		"facts": {
			"approvals": {
				"stage": "pending",
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
						"by_applicant": true,
						"role_held": true,
						"of_this_text": true,
						"key_known": true,
						"signature_faults": [],
					},
				},
			},
		},
		"params": {
			"approval_chain": [
				"officer",
				"unit_head",
				"principal",
			],
			"order_required": true,
			"same_person_two_roles": true,
		},
	})
	got == {
		"fail": {{"code": "self_approval", "values": {"role": "officer", "person": "P-0001"}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_pending_and_one_said_no if {
	got := answers({
		"facts": {
			"approvals": {
				"stage": "pending",
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
						"approves": false,
						"at": "2026-03-02 09:00",
						"at_s": 100,
						"by_applicant": false,
						"role_held": true,
						"of_this_text": true,
						"key_known": true,
						"signature_faults": [],
					},
				},
			},
		},
		"params": {
			"approval_chain": [
				"officer",
				"unit_head",
				"principal",
			],
			"order_required": true,
			"same_person_two_roles": true,
		},
	})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": {{"code": "pending", "values": {}}},
		"note": set(),
	}
}

test_draft if {
	got := told({"approvals": {"stage": "draft"}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": {{"code": "not_asked", "values": {"stage": "draft"}}},
		"note": set(),
	}
}

test_withdrawn if {
	got := told({"approvals": {"stage": "withdrawn"}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": {{"code": "not_asked", "values": {"stage": "withdrawn"}}},
		"note": set(),
	}
}

test_rejected if {
	got := told({"approvals": {"stage": "rejected"}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": {{"code": "was_rejected", "values": {}}},
		"note": set(),
	}
}

test_no_roster if {
	got := told(
		{
			"approvals": {
				"roster_told": false,
				"given": {
					"officer": {
						"role_held": null,
					},
					"unit_head": {
						"role_held": null,
					},
					"principal": {
						"role_held": null,
					},
				},
			},
		},
		{},
	)
	got == {
		"fail": set(),
		"unknown": {{"code": "no_roster", "values": {}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_two_offices if {
	got := told({"approvals": {"given": {"unit_head": {"person": "P-0001"}}}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "same_person", "values": {}}},
	}
}

test_two_offices_forbidden if {
	got := told({"approvals": {"given": {"unit_head": {"person": "P-0001"}}}}, {"same_person_two_roles": false})
	got == {
		"fail": {{"code": "one_person", "values": {"count": 3}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "same_person", "values": {}}},
	}
}

test_different_persons_where_that_is_asked if {
	got := told({}, {"same_person_two_roles": false})
	got == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}
