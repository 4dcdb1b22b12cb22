package cctv.rules["A7.1-inspection-quarterly_test"]

import data.cctv.rules["A7.1-inspection-quarterly"] as rule

facts := {
	"inspections": {
		"any": true,
		"unreadable": 0,
		"quarters": [
			{
				"recorder": "nvr",
				"quarter": "2026Q1",
				"running": false,
				"done": true,
			},
			{
				"recorder": "nvr",
				"quarter": "2026Q2",
				"running": true,
				"done": true,
			},
		],
		"gap_days": 90,
	},
}

params := {"inspection_interval": "quarter", "inspection_max_gap_days": null}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts, "not_applicable": excuses, "note": notes} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
	notes := rule.note with input as document
}

told(changes, other) := answers(given(changes, other))

test_each_quarter if {
	told({}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_t78_due if {
	got := told(
		{
			"inspections": {
				"quarters": [
					{
						"recorder": "nvr",
						"quarter": "2026Q1",
						"running": false,
						"done": true,
					},
					{
						"recorder": "nvr",
						"quarter": "2026Q2",
						"running": true,
						"done": false,
					},
				],
			},
		},
		{},
	)
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "due", "values": {"recorder": "nvr", "quarter": "2026Q2"}}},
	}
}

test_t78_missed if {
	got := told(
		{
			"inspections": {
				"quarters": [
					{
						"recorder": "nvr",
						"quarter": "2026Q1",
						"running": false,
						"done": false,
					},
					{
						"recorder": "nvr",
						"quarter": "2026Q2",
						"running": true,
						"done": true,
					},
				],
			},
		},
		{},
	)
	got == {
		"fail": {{"code": "missed", "values": {"recorder": "nvr", "quarter": "2026Q1"}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_gap if {
	got := told({}, {"inspection_max_gap_days": 89})
	got == {
		"fail": {{"code": "gap", "values": {"days": 90, "limit": 89}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_no_gap if {
	got := told({}, {"inspection_max_gap_days": 90})
	got == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_no_inspection_at_all if {
	got := told(
		{
			"inspections": {
				"any": false,
				"quarters": [
					{
						"recorder": "nvr",
						"quarter": "2026Q1",
						"running": false,
						"done": false,
					},
				],
			},
		},
		{},
	)
	got == {"fail": set(), "unknown": {{"code": "none", "values": {}}}, "not_applicable": set(), "note": set()}
}

test_unreadable if {
	got := told(
		{
			"inspections": {
				"unreadable": 1,
				"quarters": [
					{
						"recorder": "nvr",
						"quarter": "2026Q1",
						"running": false,
						"done": false,
					},
				],
			},
		},
		{},
	)
	got == {
		"fail": set(),
		"unknown": {{"code": "unreadable", "values": {"count": 1}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_monthly if {
	got := told(
		{
			"inspections": {
				"quarters": [
					{
						"recorder": "nvr",
						"quarter": "2026Q1",
						"running": false,
						"done": false,
					},
				],
			},
		},
		{"inspection_interval": "month"},
	)
	got == {
		"fail": set(),
		"unknown": {{"code": "other_interval", "values": {"interval": "month"}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_not_required if {
	got := told({}, {"inspection_interval": "none"})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": {{"code": "not_required", "values": {}}},
		"note": set(),
	}
}

test_no_recorder if {
	got := told({"inspections": {"quarters": []}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": {{"code": "no_recorder", "values": {}}},
		"note": set(),
	}
}
