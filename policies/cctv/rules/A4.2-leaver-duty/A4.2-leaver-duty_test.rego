package cctv.rules["A4.2-leaver-duty_test"]

import data.cctv.rules["A4.2-leaver-duty"] as rule

facts := {
	"handover": {
		"person": "P-0001",
		"temporary": false,
		"signed": true,
		"signed_after_days": 0,
		"refused": false,
		"notice_after_days": 0,
	},
}

params := {"ack_grace_days": 7}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "not_applicable": excuses, "note": notes} if {
	fails := rule.fail with input as document
	excuses := rule.not_applicable with input as document
	notes := rule.note with input as document
}

told(changes, other) := answers(given(changes, other))

test_signed if {
	told({}, {}) == {"fail": set(), "not_applicable": set(), "note": set()}
}

test_in_the_week if {
	told({"handover": {"signed_after_days": 7}}, {}) == {"fail": set(), "not_applicable": set(), "note": set()}
}

test_a_day_late if {
	got := told({"handover": {"signed_after_days": 8}}, {})
	got == {
		"fail": {{"code": "late", "values": {"person": "P-0001", "days": 8, "limit": 7}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_t26_refused_and_told if {
	got := told({"handover": {"signed": false, "refused": true, "notice_after_days": 7}}, {})
	got == {
		"fail": set(),
		"not_applicable": set(),
		"note": {{"code": "refused", "values": {"person": "P-0001"}}},
	}
}

test_told_late if {
	got := told({"handover": {"signed": false, "refused": true, "notice_after_days": 8}}, {})
	got == {
		"fail": {{"code": "notice_late", "values": {"person": "P-0001", "days": 8, "limit": 7}}},
		"not_applicable": set(),
		"note": {{"code": "refused", "values": {"person": "P-0001"}}},
	}
}

test_nothing if {
	got := told({"handover": {"signed": false}}, {})
	got == {
		"fail": {{"code": "nothing", "values": {"person": "P-0001"}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_leave if {
	got := told({"handover": {"temporary": true}}, {})
	got == {"fail": set(), "not_applicable": {{"code": "temporary", "values": {}}}, "note": set()}
}

test_days_count_only_for_what_was_signed if {
	got := told({"handover": {"signed": false, "refused": true, "signed_after_days": 99}}, {})
	got.fail == set()
}

test_days_of_a_notice_count_only_after_a_refusal if {
	got := told({"handover": {"notice_after_days": 99}}, {})
	got.fail == set()
}
