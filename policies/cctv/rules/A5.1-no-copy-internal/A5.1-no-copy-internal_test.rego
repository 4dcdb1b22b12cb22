package cctv.rules["A5.1-no-copy-internal_test"]

import data.cctv.rules["A5.1-no-copy-internal"] as rule

facts := {
	"copies_out": {
		"viewed": true,
		"told": true,
		"released": 0,
		"screenshots": 0,
		"filmed": [],
		"art10_masked": false,
		"art10_approved": false,
		"art10_by_principal": null,
	},
	"art10": {
		"claimed": false,
		"decided": false,
		"days": 0,
		"extended": false,
		"over_days": 0,
	},
}

params := {"internal_copy": "forbidden", "pdpa_art10_exception": "allowed"}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts, "not_applicable": excuses, "note": notes} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
	notes := rule.note with input as document
}

told(changes, other) := answers(given(changes, other))

test_t49_none if {
	got := told({}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "log_not_compared", "values": {}}},
	}
}

test_t62_a_stick if {
	got := told({"copies_out": {"released": 1}}, {})
	got == {
		"fail": {{"code": "copies", "values": {"count": 1}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "log_not_compared", "values": {}}},
	}
}

test_t63_art_10 if {
	got := told(
		{
			"art10": {
				"claimed": true,
				"decided": true,
				"days": 12,
			},
			"copies_out": {
				"released": 1,
				"art10_masked": true,
				"art10_approved": true,
				"art10_by_principal": true,
			},
		},
		{},
	)
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "log_not_compared", "values": {}}, {"code": "pdpa_art10", "values": {}}},
	}
}

test_the_roster_may_be_silent_of_the_approver if {
	got := told(
		{
			"art10": {
				"claimed": true,
				"decided": true,
				"days": 12,
			},
			"copies_out": {
				"released": 1,
				"art10_masked": true,
				"art10_approved": true,
				"art10_by_principal": null,
			},
		},
		{},
	)
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "log_not_compared", "values": {}}, {"code": "pdpa_art10", "values": {}}},
	}
}

test_art_10_unmasked if {
	got := told(
		{
			"art10": {
				"claimed": true,
				"decided": true,
				"days": 12,
			},
			"copies_out": {
				"released": 1,
				"art10_masked": false,
				"art10_approved": true,
				"art10_by_principal": true,
			},
		},
		{},
	)
	got == {
		"fail": {{"code": "copies", "values": {"count": 1}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "log_not_compared", "values": {}}},
	}
}

test_art_10_unapproved if {
	got := told(
		{
			"art10": {
				"claimed": true,
				"decided": true,
				"days": 12,
			},
			"copies_out": {
				"released": 1,
				"art10_masked": true,
				"art10_approved": false,
				"art10_by_principal": true,
			},
		},
		{},
	)
	got == {
		"fail": {{"code": "copies", "values": {"count": 1}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "log_not_compared", "values": {}}},
	}
}

test_art_10_approved_by_another if {
	got := told(
		{
			"art10": {
				"claimed": true,
				"decided": true,
				"days": 12,
			},
			"copies_out": {
				"released": 1,
				"art10_masked": true,
				"art10_approved": true,
				"art10_by_principal": false,
			},
		},
		{},
	)
	got == {
		"fail": {{"code": "copies", "values": {"count": 1}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "log_not_compared", "values": {}}},
	}
}

test_art_10_undecided if {
	got := told(
		{
			"copies_out": {
				"released": 1,
				"art10_masked": true,
				"art10_approved": true,
				"art10_by_principal": true,
			},
			"art10": {
				"claimed": true,
				"decided": false,
			},
		},
		{},
	)
	got == {
		"fail": {{"code": "copies", "values": {"count": 1}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "log_not_compared", "values": {}}},
	}
}

test_art_10_unclaimed if {
	got := told(
		{
			"copies_out": {
				"released": 1,
				"art10_masked": true,
				"art10_approved": true,
				"art10_by_principal": true,
			},
			"art10": {
				"claimed": false,
				"decided": true,
			},
		},
		{},
	)
	got == {
		"fail": {{"code": "copies", "values": {"count": 1}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "log_not_compared", "values": {}}},
	}
}

test_no_exception_here if {
	got := told(
		{
			"art10": {
				"claimed": true,
				"decided": true,
				"days": 12,
			},
			"copies_out": {
				"released": 1,
				"art10_masked": true,
				"art10_approved": true,
				"art10_by_principal": true,
			},
		},
		{"pdpa_art10_exception": "forbidden"},
	)
	got == {
		"fail": {{"code": "copies", "values": {"count": 1}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "log_not_compared", "values": {}}},
	}
}

test_without_parameters if {
	got := answers({
		"facts": {
			"copies_out": {
				"viewed": true,
				"told": true,
				"released": 1,
				"screenshots": 0,
				"filmed": [],
				"art10_masked": true,
				"art10_approved": true,
				"art10_by_principal": true,
			},
			"art10": {
				"claimed": true,
				"decided": true,
				"days": 12,
				"extended": false,
				"over_days": 0,
			},
		},
	})
	got == {
		"fail": {{"code": "copies", "values": {"count": 1}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "log_not_compared", "values": {}}},
	}
}

test_a_screenshot if {
	got := told({"copies_out": {"screenshots": 2}}, {})
	got == {
		"fail": {{"code": "screenshots", "values": {"count": 2}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "log_not_compared", "values": {}}},
	}
}

test_allowed_elsewhere if {
	got := told({"copies_out": {"released": 1, "screenshots": 1}}, {"internal_copy": "allowed"})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "log_not_compared", "values": {}}},
	}
}

test_filmed if {
	got := told({"copies_out": {"filmed": ["INC-115-0001"]}}, {})
	got == {
		"fail": {{"code": "filmed", "values": {"incident": "INC-115-0001"}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "log_not_compared", "values": {}}},
	}
}

test_nobody_says if {
	got := told({"copies_out": {"told": false}}, {})
	got == {
		"fail": set(),
		"unknown": {{"code": "not_told", "values": {}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_not_viewed if {
	got := told({"copies_out": {"viewed": false, "told": false}}, {})
	got == {
		"fail": set(),
		"unknown": {{"code": "not_told", "values": {}}},
		"not_applicable": {{"code": "not_viewed", "values": {}}},
		"note": set(),
	}
}

test_copied_without_viewing if {
	got := told({"copies_out": {"viewed": false, "released": 1}}, {})
	got == {
		"fail": {{"code": "copies", "values": {"count": 1}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "log_not_compared", "values": {}}},
	}
}

test_printed_without_viewing if {
	got := told({"copies_out": {"viewed": false, "screenshots": 1}}, {})
	got == {
		"fail": {{"code": "screenshots", "values": {"count": 1}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "log_not_compared", "values": {}}},
	}
}

test_art_10_without_a_copy_is_not_worth_a_note if {
	got := told(
		{
			"copies_out": {"art10_masked": true, "art10_approved": true, "art10_by_principal": true},
			"art10": {"claimed": true, "decided": true},
		},
		{},
	)
	got.note == {{"code": "log_not_compared", "values": {}}}
}

test_an_export_that_was_logged if {
	logged := {"copies_out": {"log_compared": true, "exports": ["2026-03-03 09:10"]}}
	got := told(logged, {})
	got == {
		"fail": {{"code": "exported", "values": {"at": "2026-03-03 09:10"}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
	told(logged, {"internal_copy": "allowed"}).fail == set()
}

test_an_export_under_art_10 if {
	got := told(
		{
			"copies_out": {
				"released": 1,
				"exports": ["2026-03-03 09:10"],
				"art10_masked": true,
				"art10_approved": true,
				"art10_by_principal": true,
			},
			"art10": {"claimed": true, "decided": true},
		},
		{},
	)
	got.fail == set()
}
