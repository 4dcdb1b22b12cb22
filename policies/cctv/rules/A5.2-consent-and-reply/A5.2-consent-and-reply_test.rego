package cctv.rules["A5.2-consent-and-reply_test"]

import data.cctv.rules["A5.2-consent-and-reply"] as rule

facts := {
	"agency": {
		"type": "police",
		"compulsory": false,
		"served": true,
		"turned_away": false,
		"consented": true,
		"pending": false,
		"refused": false,
		"decided_late": false,
		"letter": true,
		"states": [
			"number",
			"date",
		],
		"letter_late": false,
		"replied": true,
		"reply_days": 1,
		"copy": {
			"made": true,
			"told": true,
			"necessity": true,
			"beyond": "",
		},
	},
}

params := {"reply_max_days": 30}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts, "not_applicable": excuses, "note": notes} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
	notes := rule.note with input as document
}

told(changes, other) := answers(given(changes, other))

test_t65_consent_and_reply if {
	told({}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_t66_without_decision if {
	got := told({"agency": {"consented": false}}, {})
	got == {
		"fail": {{"code": "not_decided", "values": {}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_though_refused if {
	got := told({"agency": {"consented": false, "refused": true}}, {})
	got == {
		"fail": {{"code": "though_refused", "values": {}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_decided_late if {
	got := told({"agency": {"decided_late": true}}, {})
	got == {
		"fail": {{"code": "decided_late", "values": {}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_replied_on_the_last_day if {
	got := told({"agency": {"reply_days": 30}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_replied_late if {
	got := told({"agency": {"reply_days": 31}}, {})
	got == {
		"fail": {{"code": "reply_overdue", "values": {"days": 31, "limit": 30}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_not_replied_yet if {
	got := told({"agency": {"replied": false, "reply_days": 30}}, {})
	got == {
		"fail": set(),
		"unknown": {{"code": "reply_open", "values": {"days": 30, "limit": 30}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_not_replied if {
	got := told({"agency": {"replied": false, "reply_days": 31}}, {})
	got == {
		"fail": {{"code": "reply_overdue", "values": {"days": 31, "limit": 30}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_t68_an_order if {
	got := told({"agency": {"compulsory": true}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": {{"code": "compulsory", "values": {}}},
		"note": set(),
	}
}

test_nothing_given if {
	got := told(
		{
			"agency": {
				"served": false,
				"consented": true,
				"replied": false,
				"reply_days": 99,
			},
		},
		{},
	)
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": {{"code": "not_served", "values": {}}},
		"note": set(),
	}
}

test_refused_and_replied if {
	got := told({"agency": {"served": false, "consented": false, "refused": true}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": {{"code": "not_served", "values": {}}},
		"note": set(),
	}
}

test_refused_and_not_replied if {
	got := told(
		{
			"agency": {
				"served": false,
				"consented": false,
				"refused": true,
				"replied": false,
			},
		},
		{},
	)
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": {{"code": "not_served", "values": {}}},
		"note": {{"code": "refusal_reply_due", "values": {}}},
	}
}

test_what_was_not_served_cannot_be_served_though_refused if {
	got := told({"agency": {"served": false, "consented": false, "refused": true}}, {})
	got.fail == set()
}

test_a_refusal_that_was_served_is_no_reminder if {
	got := told({"agency": {"refused": true, "replied": false}}, {})
	got.note == set()
}

test_what_was_not_served_needs_no_decision if {
	got := told({"agency": {"served": false, "consented": false}}, {})
	got.fail == set()
}
