package cctv.rules["A5.2-official-letter_test"]

import data.cctv.rules["A5.2-official-letter"] as rule

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

params := {"letter_fields": ["number", "date"]}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "not_applicable": excuses} if {
	fails := rule.fail with input as document
	excuses := rule.not_applicable with input as document
}

told(changes, other) := answers(given(changes, other))

test_t65_complete if {
	told({}, {}) == {"fail": set(), "not_applicable": set()}
}

test_t66_no_letter if {
	got := told({"agency": {"letter": false, "states": []}}, {})
	got == {"fail": {{"code": "no_letter", "values": {}}}, "not_applicable": set()}
}

test_no_purpose if {
	got := told({}, {"letter_fields": ["number", "purpose"]})
	got == {"fail": {{"code": "not_stated", "values": {"field": "purpose"}}}, "not_applicable": set()}
}

test_dated_later if {
	got := told({"agency": {"letter_late": true}}, {})
	got == {"fail": {{"code": "letter_late", "values": {}}}, "not_applicable": set()}
}

test_turned_away if {
	got := told({"agency": {"turned_away": true}}, {})
	got == {"fail": set(), "not_applicable": {{"code": "turned_away", "values": {}}}}
}
