package cctv.rules["A5.2-copy-within-scope_test"]

import data.cctv.rules["A5.2-copy-within-scope"] as rule

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

params := {}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts, "not_applicable": excuses} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
}

told(changes, other) := answers(given(changes, other))

test_t65_in_scope if {
	told({}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_t69_another_camera if {
	got := told({"agency": {"copy": {"beyond": "cam-5"}}}, {})
	got == {
		"fail": {{"code": "beyond_scope", "values": {"cameras": "cam-5"}}},
		"unknown": set(),
		"not_applicable": set(),
	}
}

test_no_necessity if {
	got := told({"agency": {"copy": {"necessity": false}}}, {})
	got == {"fail": {{"code": "no_necessity", "values": {}}}, "unknown": set(), "not_applicable": set()}
}

test_not_told if {
	got := told({"agency": {"copy": {"told": false}}}, {})
	got == {"fail": set(), "unknown": {{"code": "content_unknown", "values": {}}}, "not_applicable": set()}
}

test_viewing_only if {
	got := told({"agency": {"copy": {"made": false}}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": {{"code": "no_copy", "values": {}}}}
}

test_b16_a_copy_from_before_the_camera_existed if {
	since := {"camera": "cam-1", "since": "2024-08-20"}
	got := told({"agency": {"copy": {"before": [since]}}}, {})
	got == {"fail": set(), "unknown": {{"code": "before_camera", "values": since}}, "not_applicable": set()}
}
