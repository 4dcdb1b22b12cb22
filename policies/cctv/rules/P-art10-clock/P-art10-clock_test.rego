package cctv.rules["P-art10-clock_test"]

import data.cctv.rules["P-art10-clock"] as rule

facts := {
	"art10": {
		"claimed": true,
		"decided": true,
		"days": 12,
		"extended": false,
		"over_days": 0,
	},
}

params := {"art10_days": 15, "art10_extension_days": 15}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "not_applicable": excuses, "note": notes} if {
	fails := rule.fail with input as document
	excuses := rule.not_applicable with input as document
	notes := rule.note with input as document
}

told(changes, other) := answers(given(changes, other))

test_t63_day_12 if {
	told({}, {}) == {"fail": set(), "not_applicable": set(), "note": set()}
}

test_day_15 if {
	told({"art10": {"days": 15}}, {}) == {"fail": set(), "not_applicable": set(), "note": set()}
}

test_t64_day_16 if {
	got := told({"art10": {"days": 16, "decided": false}}, {})
	got == {
		"fail": {{"code": "late", "values": {"days": 16, "limit": 15}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_extended if {
	got := told({"art10": {"days": 30, "extended": true}}, {})
	got == {"fail": set(), "not_applicable": set(), "note": set()}
}

test_extended_too_long if {
	got := told({"art10": {"days": 31, "extended": true}}, {})
	got == {
		"fail": {{"code": "late", "values": {"days": 31, "limit": 30}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_running if {
	got := told({"art10": {"decided": false, "days": 15}}, {})
	got == {
		"fail": set(),
		"not_applicable": set(),
		"note": {{"code": "running", "values": {"days": 15, "limit": 15}}},
	}
}

test_not_claimed if {
	got := told({"art10": {"claimed": false, "days": 0, "decided": false}}, {})
	got == {"fail": set(), "not_applicable": {{"code": "not_claimed", "values": {}}}, "note": set()}
}

test_without_parameters if {
	got := answers({
		"facts": {
			"art10": {
				"claimed": true,
				"decided": true,
				"days": 1,
				"extended": false,
				"over_days": 0,
			},
		},
	})
	got == {
		"fail": {{"code": "late", "values": {"days": 1, "limit": 0}}},
		"not_applicable": set(),
		"note": set(),
	}
}
