package cctv.rules["A7.1-inspection-form-complete_test"]

import data.cctv.rules["A7.1-inspection-form-complete"] as rule

facts := {
	"form": {
		"readable": true,
		"faults": [],
	},
	"inspection": {
		"present": [
			"inspected_on",
			"inspector",
		],
		"in_future": false,
		"inspector": "P-0001",
		"inspector_known": true,
		"rechecked": false,
	},
}

params := {
	"inspection_required_fields": [
		"inspected_on",
		"inspector",
	],
	"rechecker_required": false,
}

given(changes, other) := {"facts": object.union(facts, changes), "params": object.union(params, other)}

answers(document) := {"fail": fails, "unknown": doubts} if {
	fails := rule.fail with input as document
	doubts := rule.unknown with input as document
}

told(changes, other) := answers(given(changes, other))

test_complete if {
	told({}, {}) == {"fail": set(), "unknown": set()}
}

test_a_third_answer if {
	got := answers({
		"params": {
			"inspection_required_fields": [
				"inspector",
			],
		},
		"facts": {
			"form": {
				"readable": false,
				"faults": [
					{
						"said": "9: host_ok bad_type",
						"code": "bad_type",
						"part": "host_ok",
					},
				],
			},
		},
	})
	got == {"fail": {{"code": "faulty", "values": {"said": "9: host_ok bad_type"}}}, "unknown": set()}
}

test_a_field if {
	got := told({}, {"inspection_required_fields": ["inspector", "weather"]})
	got == {"fail": {{"code": "field_missing", "values": {"field": "weather"}}}, "unknown": set()}
}

test_future if {
	got := told({"inspection": {"in_future": true}}, {})
	got == {"fail": {{"code": "in_future", "values": {}}}, "unknown": set()}
}

test_a_stranger if {
	got := told({"inspection": {"inspector_known": false}}, {})
	got == {"fail": {{"code": "inspector_unknown", "values": {"inspector": "P-0001"}}}, "unknown": set()}
}

test_no_roster if {
	got := told({"inspection": {"inspector_known": null}}, {})
	got == {"fail": set(), "unknown": {{"code": "no_roster", "values": {}}}}
}

test_re_checker if {
	got := told({}, {"rechecker_required": true})
	got == {"fail": {{"code": "not_rechecked", "values": {}}}, "unknown": set()}
}

test_re_checked if {
	told({"inspection": {"rechecked": true}}, {"rechecker_required": true}) == {"fail": set(), "unknown": set()}
}

test_b16_before_the_recorder_was_there if {
	since := {"recorder": "nvr", "since": "2024-08-20"}
	got := told({"inspection": {"not_yet_there": [since]}}, {})
	got == {"fail": set(), "unknown": {{"code": "before_recorder", "values": since}}}
}

test_b16_since_it_was_there if {
	told({"inspection": {"not_yet_there": []}}, {}) == {"fail": set(), "unknown": set()}
}
