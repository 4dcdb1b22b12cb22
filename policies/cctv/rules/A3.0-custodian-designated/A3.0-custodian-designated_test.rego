package cctv.rules["A3.0-custodian-designated_test"]

import data.cctv.rules["A3.0-custodian-designated"] as rule

facts := {
	"custodians": {
		"told": true,
		"unreadable": 0,
		"functions": {
			"manage": {
				"holders": 1,
				"school": 1,
			},
			"operate": {
				"holders": 1,
				"school": 1,
			},
			"repair": {
				"holders": 1,
				"school": 0,
			},
		},
		"gap_days": 0,
		"without_handover": [],
		"without_deputy": [],
	},
}

params := {"required_functions": ["manage", "operate", "repair"]}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
}

told(changes, other) := answers(given(changes, other))

test_designated if {
	told({}, {}) == {"fail": set(), "unknown": set()}
}

test_nobody_operates if {
	got := told({"custodians": {"functions": {"operate": {"holders": 0, "school": 0}}}}, {})
	got == {"fail": {{"code": "nobody", "values": {"function": "operate"}}}, "unknown": set()}
}

test_a_contractor_manages if {
	got := told({"custodians": {"functions": {"manage": {"holders": 1, "school": 0}}}}, {})
	got == {"fail": {{"code": "contractor_manages", "values": {"function": "manage"}}}, "unknown": set()}
}

test_nobody_manages if {
	got := told({"custodians": {"functions": {"manage": {"holders": 0, "school": 0}}}}, {})
	got == {"fail": {{"code": "nobody", "values": {"function": "manage"}}}, "unknown": set()}
}

test_no_roster if {
	got := told(
		{
			"custodians": {
				"told": false,
				"functions": {
					"manage": {
						"holders": 0,
						"school": 0,
					},
				},
			},
		},
		{},
	)
	got == {"fail": set(), "unknown": {{"code": "no_roster", "values": {}}}}
}

test_unreadable if {
	got := told(
		{
			"custodians": {
				"unreadable": 2,
				"functions": {
					"manage": {
						"holders": 1,
						"school": 0,
					},
					"operate": {
						"holders": 0,
						"school": 0,
					},
				},
			},
		},
		{},
	)
	got == {"fail": set(), "unknown": {{"code": "unreadable", "values": {"count": 2}}}}
}

test_a_function_that_nobody_counted if {
	got := told({}, {"required_functions": ["guard"]})
	got == {"fail": {{"code": "nobody", "values": {"function": "guard"}}}, "unknown": set()}
}

test_one_entry_that_cannot_be_read_is_enough if {
	got := told({"custodians": {"unreadable": 1}}, {})
	{"code": "unreadable", "values": {"count": 1}} in got.unknown
}
