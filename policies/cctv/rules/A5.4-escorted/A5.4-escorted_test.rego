package cctv.rules["A5.4-escorted_test"]

import data.cctv.rules["A5.4-escorted"] as rule

facts := {
	"sessions": {
		"group": "internal",
		"roster_told": true,
		"held": [
			{
				"n": 1,
				"start": "2026-03-03 09:00",
				"start_s": 400,
				"escort": "P-0002",
				"escort_is_applicant": false,
				"escort_roles": [
					"school_staff",
				],
				"line": "REG-115-0001",
				"line_escort_differs": false,
				"outlasts_escort": false,
			},
		],
	},
}

params := {"escort_roles": ["school_staff"], "escort_required_for": ["internal"]}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts, "not_applicable": excuses} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
}

told(changes, other) := answers(given(changes, other))

test_t49_escorted if {
	told({}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_t73_the_applicant if {
	got := told(
		{
			"sessions": {
				"held": [
					{
						"n": 1,
						"start": "2026-03-03 09:00",
						"start_s": 400,
						"escort": "P-0002",
						"escort_is_applicant": true,
						"escort_roles": [
							"school_staff",
						],
						"line": "REG-115-0001",
						"line_escort_differs": false,
						"outlasts_escort": false,
					},
				],
			},
		},
		{},
	)
	got == {"fail": {{"code": "applicant", "values": {"n": 1}}}, "unknown": set(), "not_applicable": set()}
}

test_a_guard if {
	got := told(
		{
			"sessions": {
				"held": [
					{
						"n": 1,
						"start": "2026-03-03 09:00",
						"start_s": 400,
						"escort": "P-0002",
						"escort_is_applicant": false,
						"escort_roles": [
							"contractor",
						],
						"line": "REG-115-0001",
						"line_escort_differs": false,
						"outlasts_escort": false,
					},
				],
			},
		},
		{},
	)
	got == {
		"fail": {{"code": "not_staff", "values": {"n": 1, "escort": "P-0002"}}},
		"unknown": set(),
		"not_applicable": set(),
	}
}

test_a_stranger if {
	got := told(
		{
			"sessions": {
				"held": [
					{
						"n": 1,
						"start": "2026-03-03 09:00",
						"start_s": 400,
						"escort": "P-0002",
						"escort_is_applicant": false,
						"escort_roles": [],
						"line": "REG-115-0001",
						"line_escort_differs": false,
						"outlasts_escort": false,
					},
				],
			},
		},
		{},
	)
	got == {
		"fail": {{"code": "not_staff", "values": {"n": 1, "escort": "P-0002"}}},
		"unknown": set(),
		"not_applicable": set(),
	}
}

test_a_guard_is_admitted_elsewhere if {
	got := told(
		{
			"sessions": {
				"held": [
					{
						"n": 1,
						"start": "2026-03-03 09:00",
						"start_s": 400,
						"escort": "P-0002",
						"escort_is_applicant": false,
						"escort_roles": [
							"contractor",
						],
						"line": "REG-115-0001",
						"line_escort_differs": false,
						"outlasts_escort": false,
					},
				],
			},
		},
		{"escort_roles": ["contractor"]},
	)
	got == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_another_in_the_register if {
	got := told(
		{
			"sessions": {
				"held": [
					{
						"n": 1,
						"start": "2026-03-03 09:00",
						"start_s": 400,
						"escort": "P-0002",
						"escort_is_applicant": false,
						"escort_roles": [
							"school_staff",
						],
						"line": "REG-115-0001",
						"line_escort_differs": true,
						"outlasts_escort": false,
					},
				],
			},
		},
		{},
	)
	got == {
		"fail": {{"code": "escort_differs", "values": {"n": 1, "line": "REG-115-0001"}}},
		"unknown": set(),
		"not_applicable": set(),
	}
}

test_left_early if {
	got := told(
		{
			"sessions": {
				"held": [
					{
						"n": 1,
						"start": "2026-03-03 09:00",
						"start_s": 400,
						"escort": "P-0002",
						"escort_is_applicant": false,
						"escort_roles": [
							"school_staff",
						],
						"line": "REG-115-0001",
						"line_escort_differs": false,
						"outlasts_escort": true,
					},
				],
			},
		},
		{},
	)
	got == {
		"fail": {{"code": "outlasts_escort", "values": {"line": "REG-115-0001"}}},
		"unknown": set(),
		"not_applicable": set(),
	}
}

test_no_roster if {
	got := told(
		{
			"sessions": {
				"roster_told": false,
				"held": [
					{
						"n": 1,
						"start": "2026-03-03 09:00",
						"start_s": 400,
						"escort": "P-0002",
						"escort_is_applicant": false,
						"escort_roles": [],
						"line": "REG-115-0001",
						"line_escort_differs": false,
						"outlasts_escort": false,
					},
				],
			},
		},
		{},
	)
	got == {"fail": set(), "unknown": {{"code": "no_roster", "values": {}}}, "not_applicable": set()}
}

test_not_viewed if {
	got := told({"sessions": {"held": []}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": {{"code": "not_viewed", "values": {}}}}
}

test_not_required if {
	got := told({"sessions": {"group": "agency"}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": {{"code": "not_required", "values": {}}}}
}

test_without_parameters_it_is_required if {
	got := answers({
		"params": {},
		"facts": {
			"sessions": {
				"group": "internal",
				"roster_told": true,
				"held": [
					{
						"n": 1,
						"start": "2026-03-03 09:00",
						"start_s": 400,
						"escort": "P-0002",
						"escort_is_applicant": false,
						"escort_roles": [
							"school_staff",
						],
						"line": "REG-115-0001",
						"line_escort_differs": false,
						"outlasts_escort": false,
					},
				],
			},
		},
	})
	got == {
		"fail": {{"code": "not_staff", "values": {"n": 1, "escort": "P-0002"}}},
		"unknown": set(),
		"not_applicable": set(),
	}
}
