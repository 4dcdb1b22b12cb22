package cctv.rules["C-clock-sync_test"]

rule := data.cctv.rules["C-clock-sync"]

right := {
	"time.offset_s": 3,
	"time.tz": "Asia/Taipei",
	"time.ntp_enabled": true,
	"clock": {"usable": true, "zone": "same", "dst": false},
}

recorder(facts) := {
	"subject": {"kind": "recorder", "status": "in_use"},
	"facts": object.union(right, facts),
	"params": {"clock_max_offset_s": 60, "timezone": "Asia/Taipei"},
}

seen := {
	"fail": rule.fail,
	"unknown": rule.unknown,
	"not_applicable": rule.not_applicable,
	"note": rule.note,
}

nothing := {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}

off_by(offset) := {{"code": "clock_wrong", "values": {"offset_s": offset, "limit_s": 60}}}

cases := {
	"right": {"facts": {}, "told": {}},
	"as fast as allowed": {"facts": {"time.offset_s": 60}, "told": {}},
	"a second too fast": {"facts": {"time.offset_s": 61}, "told": {"fail": off_by(61)}},
	"as slow as allowed": {"facts": {"time.offset_s": -60}, "told": {}},
	"a second too slow": {"facts": {"time.offset_s": -61}, "told": {"fail": off_by(-61)}},
	"another zone": {
		"facts": {"time.tz": "Asia/Tokyo", "clock": {"zone": "other"}},
		"told": {"fail": {{
			"code": "wrong_timezone",
			"values": {"tz": "Asia/Tokyo", "timezone": "Asia/Taipei"},
		}}},
	},
	"summer time": {
		"facts": {"clock": {"dst": true}},
		"told": {"fail": {{"code": "dst_on", "values": {"tz": "Asia/Taipei"}}}},
	},
	"summer time not known": {"facts": {"clock": {"dst": null}}, "told": {}},
	"a zone nobody can read": {
		"facts": {"time.tz": "GMT+8", "clock": {"zone": "unreadable", "dst": null}},
		"told": {"unknown": {{"code": "timezone_unreadable", "values": {"tz": "GMT+8"}}}},
	},
	"a zone nobody judged": {
		"facts": {"clock": {"zone": null}},
		"told": {"unknown": {{"code": "timezone_unreadable", "values": {"tz": "Asia/Taipei"}}}},
	},
	"no time service": {
		"facts": {"time.ntp_enabled": false},
		"told": {"note": {{"code": "ntp_off", "values": {}}}},
	},
	"time service not known": {
		"facts": {"time.ntp_enabled": null},
		"told": {"note": {{"code": "ntp_not_told", "values": {}}}},
	},
}

test_one_clock[name] if {
	some name, case in cases
	told := seen with input as recorder(case.facts)
	told == object.union(nothing, case.told)
}

test_what_was_not_measured_is_left_to_the_gate if {
	bare := json.remove(recorder({"clock": {"zone": null, "dst": null}}), [
		"facts/time.offset_s",
		"facts/time.tz",
		"facts/time.ntp_enabled",
	])
	told := seen with input as bare
	told == object.union(nothing, {"note": {{"code": "ntp_not_told", "values": {}}}})
}

test_a_device_out_of_service_is_not_judged if {
	shelf := object.union(recorder({}), {"subject": {"status": "in_storage"}})
	told := rule.not_applicable with input as shelf
	told == {{"code": "decommissioned", "values": {"status": "in_storage"}}}
}
