package cctv.rules["A5.4-register-entry_test"]

import data.cctv.rules["A5.4-register-entry"] as rule

facts := {
	"register": {
		"sessions": [
			{
				"n": 1,
				"line": "REG-115-0001",
				"exists": true,
				"void": false,
				"of_other_case": false,
				"shared": false,
			},
		],
		"copy_without_line": false,
		"accessed": true,
		"late_days": 0,
		"case_missing": false,
		"skipped": [],
	},
}

params := {"entry_within_days": 1}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "not_applicable": excuses} if {
	fails := rule.fail with input as document
	excuses := rule.not_applicable with input as document
}

told(changes, other) := answers(given(changes, other))

test_t49_registered if {
	told({}, {}) == {"fail": set(), "not_applicable": set()}
}

test_no_line if {
	got := told(
		{
			"register": {
				"sessions": [
					{
						"n": 1,
						"line": "REG-115-0001",
						"exists": false,
						"void": false,
						"of_other_case": false,
						"shared": false,
					},
				],
			},
		},
		{},
	)
	got == {"fail": {{"code": "no_line", "values": {"n": 1, "line": "REG-115-0001"}}}, "not_applicable": set()}
}

test_void if {
	got := told(
		{
			"register": {
				"sessions": [
					{
						"n": 1,
						"line": "REG-115-0001",
						"exists": true,
						"void": true,
						"of_other_case": false,
						"shared": false,
					},
				],
			},
		},
		{},
	)
	got == {
		"fail": {{"code": "void_line", "values": {"n": 1, "line": "REG-115-0001"}}},
		"not_applicable": set(),
	}
}

test_other_case if {
	got := told(
		{
			"register": {
				"sessions": [
					{
						"n": 1,
						"line": "REG-115-0001",
						"exists": true,
						"void": false,
						"of_other_case": true,
						"shared": false,
					},
				],
			},
		},
		{},
	)
	got == {
		"fail": {{"code": "other_case", "values": {"n": 1, "line": "REG-115-0001"}}},
		"not_applicable": set(),
	}
}

test_shared if {
	got := told(
		{
			"register": {
				"sessions": [
					{
						"n": 1,
						"line": "REG-115-0001",
						"exists": true,
						"void": false,
						"of_other_case": false,
						"shared": true,
					},
				],
			},
		},
		{},
	)
	got == {"fail": {{"code": "shared_line", "values": {"line": "REG-115-0001"}}}, "not_applicable": set()}
}

test_copy if {
	got := told({"register": {"copy_without_line": true}}, {})
	got == {"fail": {{"code": "copy_without_line", "values": {}}}, "not_applicable": set()}
}

test_next_day if {
	told({"register": {"late_days": 1}}, {}) == {"fail": set(), "not_applicable": set()}
}

test_two_days if {
	got := told({"register": {"late_days": 2}}, {})
	got == {"fail": {{"code": "entered_late", "values": {"days": 2, "limit": 1}}}, "not_applicable": set()}
}

test_without_the_parameter if {
	got := answers({
		"facts": {
			"register": {
				"sessions": [
					{
						"n": 1,
						"line": "REG-115-0001",
						"exists": true,
						"void": false,
						"of_other_case": false,
						"shared": false,
					},
				],
				"copy_without_line": false,
				"accessed": true,
				"late_days": 1,
				"case_missing": false,
				"skipped": [],
			},
		},
	})
	got == {"fail": {{"code": "entered_late", "values": {"days": 1, "limit": 0}}}, "not_applicable": set()}
}

test_case_missing if {
	got := told({"register": {"case_missing": true}}, {})
	got == {"fail": {{"code": "case_missing", "values": {}}}, "not_applicable": set()}
}

test_skipped if {
	got := told({"register": {"skipped": ["REG-115-0002"]}}, {})
	got == {"fail": {{"code": "skipped", "values": {"number": "REG-115-0002"}}}, "not_applicable": set()}
}

test_not_accessed if {
	got := told({"register": {"accessed": false, "sessions": []}}, {})
	got == {"fail": set(), "not_applicable": {{"code": "not_accessed", "values": {}}}}
}
