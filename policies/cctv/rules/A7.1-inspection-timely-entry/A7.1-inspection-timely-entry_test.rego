package cctv.rules["A7.1-inspection-timely-entry_test"]

import data.cctv.rules["A7.1-inspection-timely-entry"] as rule

told(lag, explained) := {"fail": fails, "note": notes} if {
	document := {
		"facts": {"entered": {"lag_days": lag, "on": "2026-04-15", "explained": explained}},
		"params": {"entry_max_lag_days": 14},
	}
	fails := rule.fail with input as document
	notes := rule.note with input as document
}

silent := {"fail": set(), "note": set()}

test_in_time if {
	told(0, false) == silent
	told(14, false) == silent
	told(-1, false) == silent
}

test_a_day_late if {
	values := {"days": 15, "on": "2026-04-15", "limit": 14}
	told(15, false) == {"fail": {{"code": "back_filled", "values": values}}, "note": set()}
}

test_late_and_explained if {
	told(15, true) == {"fail": set(), "note": {{"code": "typed_later", "values": {"days": 15}}}}
	told(14, true) == silent
}

test_without_the_parameter_no_lag_is_allowed if {
	got := rule.fail with input as {"facts": {"entered": {"lag_days": 1, "on": "x", "explained": false}}}
	count(got) == 1
}
