package cctv.rules["A5.1-period-specific_test"]

import data.cctv.rules["A5.1-period-specific"] as rule

facts := {
	"form": {
		"readable": true,
		"faults": [],
	},
	"request": {
		"stage": "granted",
		"served": true,
		"category": "teacher",
		"student_alone": false,
		"represented": false,
		"proof": false,
		"custody_checked": false,
		"proof_late": false,
		"necessity_confirmed": true,
		"reason_given": true,
		"present": [
			"applicant_name",
			"applied_on",
			"approvals",
		],
		"id_ok": true,
		"id_kind": "national",
		"id_expired": false,
		"notice_accepted": true,
		"notice_late": false,
		"unlisted": [],
		"windows": [
			{
				"n": 1,
				"from": "2026-03-01 10:00",
				"to": "2026-03-01 10:30",
				"minutes": 30,
				"future": false,
				"justified": false,
			},
		],
		"apply_days": null,
	},
}

params := {"max_window_hours": 24, "apply_within_days": null}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts, "not_applicable": excuses, "note": notes} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
	notes := rule.note with input as document
}

told(changes, other) := answers(given(changes, other))

test_specific if {
	told({}, {}) == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_a_whole_day if {
	got := told(
		{
			"request": {
				"windows": [
					{
						"n": 1,
						"from": "2026-03-01 10:00",
						"to": "2026-03-01 10:30",
						"minutes": 1440,
						"future": false,
						"justified": false,
					},
				],
			},
		},
		{},
	)
	got == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_t52_a_week if {
	got := told(
		{
			"request": {
				"windows": [
					{
						"n": 1,
						"from": "2026-03-01 10:00",
						"to": "2026-03-01 10:30",
						"minutes": 1441,
						"future": false,
						"justified": false,
					},
				],
			},
		},
		{},
	)
	got == {
		"fail": {{
			"code": "too_long",
			"values": {
				"n": 1,
				"hours": 24,
				"from": "2026-03-01 10:00",
				"to": "2026-03-01 10:30",
			},
		}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_a_week_with_a_reason if {
	got := told(
		{
			"request": {
				"windows": [
					{
						"n": 1,
						"from": "2026-03-01 10:00",
						"to": "2026-03-01 10:30",
						"minutes": 10000,
						"future": false,
						"justified": true,
					},
				],
			},
		},
		{},
	)
	got == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_t53_no_minute if {
	got := answers({
		"facts": {
			"form": {
				"readable": false,
				"faults": [
					{
						"said": "7: windows bad_time",
						"code": "bad_time",
						"part": "windows",
					},
					{
						"said": "7: phone bad_type",
						"code": "bad_type",
						"part": "phone",
					},
				],
			},
		},
		"params": {},
	})
	got == {
		"fail": {{"code": "window_unreadable", "values": {"said": "7: windows bad_time"}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_backwards if {
	got := told(
		{
			"request": {
				"windows": [
					{
						"n": 1,
						"from": "2026-03-01 10:00",
						"to": "2026-03-01 10:30",
						"minutes": 0,
						"future": false,
						"justified": false,
					},
				],
			},
		},
		{},
	)
	got == {
		"fail": {{
			"code": "not_ordered",
			"values": {
				"n": 1,
				"from": "2026-03-01 10:00",
				"to": "2026-03-01 10:30",
			},
		}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_a_minute if {
	got := told(
		{
			"request": {
				"windows": [
					{
						"n": 1,
						"from": "2026-03-01 10:00",
						"to": "2026-03-01 10:30",
						"minutes": 1,
						"future": false,
						"justified": false,
					},
				],
			},
		},
		{},
	)
	got == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_future if {
	got := told(
		{
			"request": {
				"windows": [
					{
						"n": 1,
						"from": "2026-03-01 10:00",
						"to": "2026-03-01 10:30",
						"minutes": 30,
						"future": true,
						"justified": false,
					},
				],
			},
		},
		{},
	)
	got == {
		"fail": {{"code": "in_future", "values": {"n": 1, "to": "2026-03-01 10:30"}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_a_request_that_came_to_nothing if {
	got := told({"request": {"stage": "rejected", "served": false}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": {{"code": "not_pursued", "values": {"stage": "rejected"}}},
		"note": set(),
	}
}

test_in_time if {
	got := told({"request": {"apply_days": 14}}, {"apply_within_days": 14})
	got == {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}
}

test_a_day_late if {
	got := told({"request": {"apply_days": 15}}, {"apply_within_days": 14})
	got == {
		"fail": {{"code": "applied_late", "values": {"days": 15, "limit": 14}}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_no_day_of_the_event if {
	got := told({}, {"apply_within_days": 14})
	got == {
		"fail": set(),
		"unknown": {{"code": "incident_day_unknown", "values": {"limit": 14}}},
		"not_applicable": set(),
		"note": set(),
	}
}

test_without_parameters_every_length_needs_a_reason if {
	got := answers({
		"facts": {
			"form": {
				"readable": true,
				"faults": [],
			},
			"request": {
				"stage": "granted",
				"served": true,
				"category": "teacher",
				"student_alone": false,
				"represented": false,
				"proof": false,
				"custody_checked": false,
				"proof_late": false,
				"necessity_confirmed": true,
				"reason_given": true,
				"present": [
					"applicant_name",
					"applied_on",
					"approvals",
				],
				"id_ok": true,
				"id_kind": "national",
				"id_expired": false,
				"notice_accepted": true,
				"notice_late": false,
				"unlisted": [],
				"windows": [
					{
						"n": 1,
						"from": "2026-03-01 10:00",
						"to": "2026-03-01 10:30",
						"minutes": 30,
						"future": false,
						"justified": false,
					},
				],
				"apply_days": null,
			},
		},
	})
	got == {
		"fail": {{
			"code": "too_long",
			"values": {
				"n": 1,
				"hours": 0,
				"from": "2026-03-01 10:00",
				"to": "2026-03-01 10:30",
			},
		}},
		"unknown": set(),
		"not_applicable": set(),
		"note": set(),
	}
}

test_a_camera_that_is_gone if {
	got := told({"request": {"unlisted": ["cam-9"]}}, {})
	got == {
		"fail": set(),
		"unknown": set(),
		"not_applicable": set(),
		"note": {{"code": "camera_unlisted", "values": {"camera": "cam-9"}}},
	}
}

test_without_a_limit_no_application_is_late if {
	got := told({"request": {"apply_days": 400}}, {})
	got.fail == set()
}

# A window as B16 has it: `before` and `earlier` are settled in Python, to the day.
b16(before, earlier, found_nothing) := told(
	{"request": {
		"windows": [{
			"n": 1,
			"from": "2024-03-01 10:00",
			"to": "2024-03-01 10:30",
			"minutes": 30,
			"future": false,
			"justified": false,
			"before": before,
			"earlier": earlier,
		}],
		"found_nothing": found_nothing,
	}},
	{},
)

since := {"camera": "cam-1", "since": "2024-08-20"}

test_b16_before_the_camera_existed if {
	got := b16([since], [], false)
	got.fail == {{
		"code": "before_camera",
		"values": {"n": 1, "to": "2024-03-01 10:30", "camera": "cam-1", "since": "2024-08-20"},
	}}
	got.note == set()
}

test_b16_nothing_was_found_then if {
	got := b16([since], [], true)
	got.fail == set()
	got.note == {{"code": "nothing_then", "values": {"n": 1, "camera": "cam-1", "since": "2024-08-20"}}}
}

test_b16_another_device_before_it if {
	got := b16([], [since], false)
	got.fail == set()
	got.note == {{"code": "earlier_device", "values": {"n": 1, "camera": "cam-1", "since": "2024-08-20"}}}
}

test_b16_while_it_was_there if {
	got := b16([], [], false)
	got.fail == set()
	got.note == set()
}
