package cctv.rules["A4.3-retention-capacity_test"]

rule := data.cctv.rules["A4.3-retention-capacity"]

channel := {
	"ch": "1",
	"listed": true,
	"enabled": true,
	"mode": "continuous",
	"configured_days": 16,
	"projected_days": 25,
	"min_days": 14,
	"capacity_margin_days": 1,
}

recorder(channels) := {
	"subject": {"kind": "recorder", "status": "in_use"},
	"facts": {"channels": channels},
}

one(patch) := recorder([object.union(channel, patch)])

seen := {
	"fail": rule.fail,
	"unknown": rule.unknown,
	"not_applicable": rule.not_applicable,
	"note": rule.note,
}

nothing := {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}

set_to(days) := {"code": "configured_short", "values": {"ch": "1", "configured_days": days, "min_days": 14}}

room_for(days) := {
	"code": "capacity_short",
	"values": {"ch": "1", "projected_days": days, "min_days": 14, "margin_days": 1},
}

told_by(code) := {"note": {{"code": code, "values": {"ch": "1"}}}}

cases := {
	"enough of both": {"patch": {}, "told": {}},
	"set to just enough": {"patch": {"configured_days": 14}, "told": {}},
	"set a day too short": {"patch": {"configured_days": 13}, "told": {"fail": {set_to(13)}}},
	"set to a single day": {"patch": {"configured_days": 1}, "told": {"fail": {set_to(1)}}},
	"set to keep all": {"patch": {"configured_days": 0}, "told": {}},
	"room for just enough": {"patch": {"projected_days": 15}, "told": {}},
	"room for a day too few": {"patch": {"projected_days": 14}, "told": {"fail": {room_for(14)}}},
	"no margin asked for": {"patch": {"projected_days": 14, "capacity_margin_days": 0}, "told": {}},
	"room for nothing": {"patch": {"projected_days": 0}, "told": {"fail": {room_for(0)}}},
	"both too short": {
		"patch": {"configured_days": 9, "projected_days": 9},
		"told": {"fail": {set_to(9), room_for(9)}},
	},
	"setting not known": {"patch": {"configured_days": null}, "told": told_by("configured_not_told")},
	"room not known": {"patch": {"projected_days": null}, "told": told_by("projected_not_told")},
	"keeps all, room not known": {
		"patch": {"configured_days": 0, "projected_days": null},
		"told": {"unknown": {{"code": "capacity_unknown", "values": {"ch": "1"}}}},
	},
	"nothing known": {
		"patch": {"configured_days": null, "projected_days": null},
		"told": {"unknown": {{"code": "capacity_unknown", "values": {"ch": "1"}}}},
	},
	"calendar days ask for one more": {
		"patch": {"configured_days": 14, "min_days": 15},
		"told": {"fail": {{
			"code": "configured_short",
			"values": {"ch": "1", "configured_days": 14, "min_days": 15},
		}}},
	},
	"no minimum": {
		"patch": {"min_days": null, "configured_days": null, "projected_days": null},
		"told": {"not_applicable": {{"code": "no_minimum", "values": {}}}},
	},
	"an input nobody uses": {
		"patch": {"listed": false, "enabled": false, "configured_days": 1},
		"told": {"unknown": {{"code": "no_channel", "values": {}}}},
	},
}

test_one_channel[name] if {
	some name, case in cases
	told := seen with input as one(case.patch)
	told == object.union(nothing, case.told)
}

test_one_channel_of_three_is_named if {
	told := seen with input as recorder([
		channel,
		object.union(channel, {"ch": "7", "configured_days": 9}),
		object.union(channel, {"ch": "8", "min_days": null}),
	])
	told == object.union(nothing, {"fail": {{
		"code": "configured_short",
		"values": {"ch": "7", "configured_days": 9, "min_days": 14},
	}}})
}

test_without_channels_the_gate_speaks if {
	told := seen with input as {"subject": {"status": "in_use"}, "facts": {}}
	told == nothing
}

test_a_device_out_of_service_is_not_judged if {
	told := rule.not_applicable with input as object.union(one({}), {"subject": {"status": "decommissioned"}})
	told == {{"code": "decommissioned", "values": {"status": "decommissioned"}}}
}
