package cctv.rules["A7.1-fault-repaired_test"]

import data.cctv.rules["A7.1-fault-repaired"] as rule

facts := {
	"repair": {
		"noes": [
			"image_unclear",
		],
		"unreported": false,
		"lost_reports": [],
		"report_weekdays": 1,
		"report_on": "2026-03-03",
		"repaired": true,
		"open_days": 2,
		"interim": false,
	},
}

params := {"report_within_workdays": 1, "repair_within_days": 14}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts, "not_applicable": excuses, "note": notes} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
	notes := rule.note with input as document
}

told(changes, other) := answers(given(changes, other))

test_t79_two_days if {
	told({}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_on_the_last_day if {
	got := told({"repair": {"open_days": 14}}, {})
	got == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_t79_twenty_days if {
	got := told({"repair": {"open_days": 20, "repaired": false}}, {})
	got == {
		"fail": {{"code": "repair_overdue", "values": {"days": 20, "limit": 14}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_a_day_late if {
	got := told({"repair": {"open_days": 15}}, {})
	got == {
		"fail": {{"code": "repair_overdue", "values": {"days": 15, "limit": 14}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_interim if {
	got := told({"repair": {"open_days": 20, "repaired": false, "interim": true}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "interim", "values": {"days": 20}}},
	}
}

test_open if {
	got := told({"repair": {"repaired": false}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "open", "values": {"days": 2}}},
	}
}

test_reported_two_weekdays_later if {
	got := told({"repair": {"report_weekdays": 2}}, {})
	got == {
		"fail": set(),
		"unknown": {{"code": "maybe_late", "values": {"days": 2, "limit": 1}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_after_a_long_holiday if {
	got := told({"repair": {"report_weekdays": 8}}, {})
	got == {
		"fail": set(),
		"unknown": {{"code": "maybe_late", "values": {"days": 8, "limit": 1}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_after_longer_than_any_holiday if {
	got := told({"repair": {"report_weekdays": 9}}, {})
	got == {
		"fail": {{"code": "reported_late", "values": {"days": 9, "limit": 1}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_no_report if {
	got := told({"repair": {"unreported": true, "noes": ["video_clear", "host_ok"]}}, {})
	got == {
		"fail": {{"code": "unreported", "values": {"noes": "host_ok, video_clear"}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_lost_report if {
	got := told({"repair": {"lost_reports": ["FLT-115-0002"]}}, {})
	got == {
		"fail": {{"code": "report_missing", "values": {"fault": "FLT-115-0002"}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_no_fault if {
	got := told({"repair": {"noes": []}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": {{"code": "no_fault", "values": {}}},
		"note": set(),
	}
}

test_without_parameters if {
	got := answers({
		"facts": {
			"repair": {
				"noes": [
					"image_unclear",
				],
				"unreported": false,
				"lost_reports": [],
				"report_weekdays": 1,
				"report_on": "2026-03-03",
				"repaired": true,
				"open_days": 2,
				"interim": false,
			},
		},
	})
	got == {
		"fail": {{"code": "repair_overdue", "values": {"days": 2, "limit": 0}}},
		"unknown": {{"code": "maybe_late", "values": {"days": 1, "limit": 0}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_an_interim_measure_in_time_is_not_worth_a_note if {
	got := told({"repair": {"interim": true}}, {})
	got.note == set()
}
