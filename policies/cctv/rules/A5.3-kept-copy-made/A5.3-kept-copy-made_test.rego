package cctv.rules["A5.3-kept-copy-made_test"]

import data.cctv.rules["A5.3-kept-copy-made"] as rule

facts := {
	"kept": {
		"group": "internal",
		"accesses": [
			{
				"n": 1,
				"on": "2026-03-03",
				"age_days": 9,
				"uncovered": "",
				"made_after_days": 1,
			},
		],
	},
}

params := {"kept_copy_for": ["internal", "agency"], "make_within_days": 1}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts, "not_applicable": excuses} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
}

told(changes, other) := answers(given(changes, other))

test_t49_next_morning if {
	told({}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_two_days if {
	got := told(
		{
			"kept": {
				"accesses": [
					{
						"n": 1,
						"on": "2026-03-03",
						"age_days": 9,
						"uncovered": "",
						"made_after_days": 2,
					},
				],
			},
		},
		{},
	)
	got == {
		"fail": {{"code": "late", "values": {"on": "2026-03-03", "days": 2, "limit": 1}}},
		"unknown": set(),
		"not_applicable": set(),
	}
}

test_none if {
	got := told(
		{
			"kept": {
				"accesses": [
					{
						"n": 1,
						"on": "2026-03-03",
						"age_days": 9,
						"uncovered": "cam-1",
						"made_after_days": null,
					},
				],
			},
		},
		{},
	)
	got == {
		"fail": {{"code": "no_copy", "values": {"on": "2026-03-03", "cameras": "cam-1"}}},
		"unknown": set(),
		"not_applicable": set(),
	}
}

test_none_yet if {
	got := told(
		{
			"kept": {
				"accesses": [
					{
						"n": 1,
						"on": "2026-03-03",
						"age_days": 1,
						"uncovered": "cam-1",
						"made_after_days": null,
					},
				],
			},
		},
		{},
	)
	got == {
		"fail": set(),
		"unknown": {{"code": "due", "values": {"on": "2026-03-03", "cameras": "cam-1"}}},
		"not_applicable": set(),
	}
}

test_none_after_two_days if {
	got := told(
		{
			"kept": {
				"accesses": [
					{
						"n": 1,
						"on": "2026-03-03",
						"age_days": 2,
						"uncovered": "cam-1",
						"made_after_days": null,
					},
				],
			},
		},
		{},
	)
	got == {
		"fail": {{"code": "no_copy", "values": {"on": "2026-03-03", "cameras": "cam-1"}}},
		"unknown": set(),
		"not_applicable": set(),
	}
}

test_t70_not_accessed if {
	got := told({"kept": {"accesses": []}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": {{"code": "not_accessed", "values": {}}}}
}

test_only_for_agencies_elsewhere if {
	got := told({}, {"kept_copy_for": ["agency"]})
	got == {"fail": set(), "unknown": set(), "not_applicable": {{"code": "not_required", "values": {}}}}
}

test_without_parameters_at_once if {
	got := answers({
		"facts": {
			"kept": {
				"group": "internal",
				"accesses": [
					{
						"n": 1,
						"on": "2026-03-03",
						"age_days": 9,
						"uncovered": "",
						"made_after_days": 1,
					},
				],
			},
		},
	})
	got == {
		"fail": {{"code": "late", "values": {"on": "2026-03-03", "days": 1, "limit": 0}}},
		"unknown": set(),
		"not_applicable": set(),
	}
}

test_without_parameters_it_is_required if {
	got := answers({
		"params": {},
		"facts": {
			"kept": {
				"group": "internal",
				"accesses": [
					{
						"n": 1,
						"on": "2026-03-03",
						"age_days": 9,
						"uncovered": "",
						"made_after_days": 0,
					},
				],
			},
		},
	})
	got == {"fail": set(), "unknown": set(), "not_applicable": set()}
}

test_an_old_access_that_is_covered_lacks_no_copy if {
	access := {"n": 1, "on": "2026-03-03", "age_days": 400, "uncovered": "", "made_after_days": 0}
	got := told({"kept": {"accesses": [access]}}, {})
	got.fail == set()
}

test_an_access_of_today_that_is_covered_is_not_due if {
	access := {"n": 1, "on": "2026-03-03", "age_days": 0, "uncovered": "", "made_after_days": 0}
	got := told({"kept": {"accesses": [access]}}, {})
	got.unknown == set()
}
