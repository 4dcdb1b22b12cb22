package cctv.rules["A5.2-agency-eligible_test"]

import data.cctv.rules["A5.2-agency-eligible"] as rule

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

params := {"agency_types": ["police"]}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "not_applicable": excuses} if {
	fails := rule.fail with input as document
	excuses := rule.not_applicable with input as document
}

told(changes, other) := answers(given(changes, other))

test_t65_police if {
	told({}, {}) == {"fail": set(), "not_applicable": set()}
}

test_t67_an_insurer if {
	got := told({"agency": {"type": "not_public"}}, {})
	got == {"fail": {{"code": "not_agency", "values": {"type": "not_public"}}}, "not_applicable": set()}
}

test_turned_away if {
	got := told({"agency": {"type": "not_public", "served": false, "turned_away": true}}, {})
	got == {
		"fail": {{"code": "not_agency", "values": {"type": "not_public"}}},
		"not_applicable": {{"code": "turned_away", "values": {}}},
	}
}

test_not_decided if {
	got := told({"agency": {"type": "not_public", "served": false, "pending": true}}, {})
	got == {
		"fail": {{"code": "not_agency", "values": {"type": "not_public"}}},
		"not_applicable": {{"code": "undecided", "values": {}}},
	}
}

test_an_agency_that_is_turned_away if {
	told({"agency": {"turned_away": true, "served": false}}, {}) == {"fail": set(), "not_applicable": set()}
}

test_an_agency_that_waits if {
	told({"agency": {"pending": true, "served": false}}, {}) == {"fail": set(), "not_applicable": set()}
}

test_nobody_without_the_parameter if {
	got := answers({
		"facts": {
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
		},
	})
	got == {"fail": {{"code": "not_agency", "values": {"type": "police"}}}, "not_applicable": set()}
}
