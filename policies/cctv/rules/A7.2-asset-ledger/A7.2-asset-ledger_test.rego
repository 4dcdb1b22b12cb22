package cctv.rules["A7.2-asset-ledger_test"]

import data.cctv.rules["A7.2-asset-ledger"] as rule

facts := {
	"ledger": {
		"told": true,
		"unreadable": 0,
		"unlisted": [],
		"disposed_in_use": [],
		"without_device": [],
		"more_than_found": [],
		"looked": true,
		"retired_online": [],
		"seen_unlisted": [],
		"consumables": [
			{
				"id": "AST-115-0002",
				"unit_twd": 9999,
				"life_years": 5,
			},
		],
	},
}

params := {"property_threshold_twd": 10000, "property_min_life_years": 2}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
}

told(changes, other) := answers(given(changes, other))

test_on_the_books if {
	told({}, {}) == {"fail": set(), "unknown": set()}
}

test_dear_and_lasting if {
	got := told(
		{
			"ledger": {
				"consumables": [
					{
						"id": "AST-115-0002",
						"unit_twd": 10000,
						"life_years": 2,
					},
				],
			},
		},
		{},
	)
	got == {
		"fail": {{
			"code": "should_be_property",
			"values": {
				"entry": "AST-115-0002",
				"twd": 10000,
				"years": 2,
			},
		}},
		"unknown": set(),
	}
}

test_dear_and_soon_gone if {
	got := told(
		{
			"ledger": {
				"consumables": [
					{
						"id": "AST-115-0002",
						"unit_twd": 10000,
						"life_years": 1,
					},
				],
			},
		},
		{},
	)
	got == {"fail": set(), "unknown": set()}
}

test_unlisted if {
	got := told({"ledger": {"unlisted": ["cam-1"]}}, {})
	got == {"fail": {{"code": "unlisted", "values": {"device": "cam-1"}}}, "unknown": set()}
}

test_written_off if {
	got := told({"ledger": {"disposed_in_use": ["nvr"]}}, {})
	got == {"fail": {{"code": "disposed_in_use", "values": {"device": "nvr"}}}, "unknown": set()}
}

test_missing if {
	got := told({"ledger": {"without_device": ["AST-115-0001"]}}, {})
	got == {"fail": {{"code": "without_device", "values": {"entry": "AST-115-0001"}}}, "unknown": set()}
}

test_quantity if {
	got := told({"ledger": {"more_than_found": ["AST-115-0001"]}}, {})
	got == {"fail": {{"code": "more_than_found", "values": {"entry": "AST-115-0001"}}}, "unknown": set()}
}

test_no_ledger if {
	got := told({"ledger": {"told": false, "unlisted": ["nvr"]}}, {})
	got == {"fail": set(), "unknown": {{"code": "no_ledger", "values": {}}}}
}

test_without_a_readable_ledger_nothing_seen_is_unlisted if {
	every change in [{"told": false}, {"unreadable": 1}] {
		document := given({"ledger": object.union(change, {"seen_unlisted": ["192.168.10.9"]})}, {})
		got := rule.fail with input as document
		got == set()
	}
}

test_unreadable if {
	got := told({"ledger": {"unreadable": 1, "unlisted": ["nvr"]}}, {})
	got == {"fail": set(), "unknown": {{"code": "unreadable", "values": {"count": 1}}}}
}

test_a_device_that_was_written_off_is_online if {
	one := {"address": "192.168.10.9", "entry": "AST-115-0009"}
	got := rule.fail with input as given({"ledger": {"retired_online": [one]}}, {})
	got == {{"code": "retired_online", "values": one}}
}

test_a_device_that_nobody_entered_is_online if {
	document := given({"ledger": {"seen_unlisted": ["192.168.10.9"]}}, {})
	got := rule.fail with input as document
	got == {{"code": "seen_unlisted", "values": {"address": "192.168.10.9"}}}
}

test_nobody_looked if {
	got := rule.unknown with input as given({"ledger": {"looked": false}}, {})
	got == {{"code": "nobody_looked", "values": {}}}
}
