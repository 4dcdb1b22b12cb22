package cctv.rules["A4.4-destroy-within-max_test"]

rule := data.cctv.rules["A4.4-destroy-within-max"]

lawful := 100000000

channel := {
	"ch": "1",
	"absent": false,
	"listed": true,
	"enabled": true,
	"mode": "continuous",
	"oldest_at": "oldest",
	"oldest_s": lawful + 86400,
	"held_days": 16,
	"configured_days": 16,
	"projected_days": 25,
	"locked": [],
	"lawful_s": lawful,
	"lawful_at": "lawful",
	"max_days": 365,
	"max_by_justification": false,
	"justified_s": null,
	"overdue_on": "due",
}

recorder(channels) := {
	"subject": {"kind": "recorder", "status": "in_use"},
	"facts": {"channels": channels, "time.offset_s": 3, "clock": {"usable": true}},
}

one(patch) := recorder([object.union(channel, patch)])

seen := {
	"fail": rule.fail,
	"unknown": rule.unknown,
	"not_applicable": rule.not_applicable,
	"note": rule.note,
}

nothing := {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}

said(code) := {"unknown": {{"code": code, "values": {"ch": "1"}}}}

old := {"oldest_s": lawful - 1}

overdue_since(at) := {{
	"code": "overdue",
	"values": {"ch": "1", "oldest_at": at, "days": 16, "lawful_at": "lawful"},
}}

overdue := overdue_since("oldest")

file(recorded, held) := {"recorded_at": "locked", "recorded_s": recorded, "held": held}

locked := {{
	"code": "locked_overdue",
	"values": {"ch": "1", "recorded_at": "locked", "lawful_at": "lawful"},
}}

unbounded(days) := {"note": {{
	"code": "unbounded_config",
	"values": {"ch": "1", "projected_days": days, "max_days": 365, "overdue_on": "due"},
}}}

reasons(since) := {"max_by_justification": true, "justified_s": since}

justified(at) := {"note": {{"code": "justified", "values": {"ch": "1", "at": at}}}}

cases := {
	"nothing old": {"patch": {}, "told": {}},
	"old and held, the rest is young": {
		"patch": {"oldest_s": lawful - 1, "unheld_s": lawful, "unheld_at": "later"},
		"told": {},
	},
	"old and held, the rest is old too": {
		"patch": {"oldest_s": lawful - 9, "unheld_s": lawful - 1, "unheld_at": "rest"},
		"told": {"fail": overdue_since("rest")},
	},
	"old and held, the rest is not known": {
		"patch": {"oldest_s": lawful - 1, "unheld_s": null, "unheld_at": null, "rest_unknown": true},
		"told": said("rest_unknown"),
	},
	"as old as lawful": {"patch": {"oldest_s": lawful}, "told": {}},
	"a second older": {"patch": old, "told": {"fail": overdue}},
	"oldest not known": {"patch": {"oldest_s": null}, "told": said("no_oldest")},
	"not on the recorder": {
		"patch": {"absent": true, "oldest_s": null, "locked": null},
		"told": said("channel_absent"),
	},
	"a locked file as old as lawful": {"patch": {"locked": [file(lawful, false)]}, "told": {}},
	"a locked file a second older": {
		"patch": {"locked": [file(lawful, false), file(lawful - 1, false)]},
		"told": {"fail": locked},
	},
	"a locked file under a hold": {"patch": {"locked": [file(lawful - 1, true)]}, "told": {}},
	"a locked file, a hold not known": {
		"patch": {"locked": [file(lawful - 1, null)]},
		"told": {"fail": locked},
	},
	"a hold on one file covers no other footage": {
		"patch": object.union(old, {"locked": [file(lawful - 1, true)]}),
		"told": {"fail": overdue},
	},
	"both too old": {
		"patch": object.union(old, {"locked": [file(lawful - 1, false)]}),
		"told": {"fail": union({overdue, locked})},
	},
	"locked files not known": {"patch": {"locked": null}, "told": said("locked_unknown")},
	"too old, locked files not known": {
		"patch": object.union(old, {"locked": null}),
		"told": object.union(said("locked_unknown"), {"fail": overdue}),
	},
	"too old on a channel that is off": {
		"patch": object.union(old, {"listed": false, "enabled": false}),
		"told": {"fail": overdue},
	},
	"justified": {"patch": object.union(old, reasons(lawful - 1)), "told": justified("oldest")},
	"justified less far back": {
		"patch": object.union(old, reasons(lawful)),
		"told": {"fail": overdue},
	},
	"a justification that the pack does not know": {
		"patch": object.union(old, {"justified_s": lawful - 1}),
		"told": {"fail": overdue},
	},
	"no justification": {"patch": object.union(old, reasons(null)), "told": {"fail": overdue}},
	"a justified locked file": {
		"patch": object.union(reasons(lawful - 1), {"locked": [file(lawful - 1, false)]}),
		"told": justified("locked"),
	},
	"a locked file justified less far back": {
		"patch": object.union(reasons(lawful), {"locked": [file(lawful - 1, false)]}),
		"told": {"fail": locked},
	},
	"keeps all with much room": {
		"patch": {"configured_days": 0, "projected_days": 366},
		"told": unbounded(366),
	},
	"not told, with much room": {
		"patch": {"configured_days": null, "projected_days": 400},
		"told": unbounded(400),
	},
	"keeps all with room up to the limit": {
		"patch": {"configured_days": 0, "projected_days": 365},
		"told": {},
	},
	"keeps all, room not known": {"patch": {"configured_days": 0, "projected_days": null}, "told": {}},
	"limited, with much room": {"patch": {"configured_days": 1, "projected_days": 400}, "told": {}},
	"no maximum": {
		"patch": object.union(old, {"lawful_s": null, "locked": null}),
		"told": {"not_applicable": {{"code": "no_maximum", "values": {}}}},
	},
	"an input nobody uses": {
		"patch": {"listed": false, "enabled": false, "oldest_s": null, "locked": null},
		"told": {"unknown": {{"code": "no_channel", "values": {}}}},
	},
	"a listed channel that is off, nothing known": {
		"patch": {"enabled": false, "oldest_s": null},
		"told": said("no_oldest"),
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
		object.union(channel, {"ch": "7", "oldest_s": lawful - 1, "held_days": 400}),
		object.union(channel, {"ch": "8", "lawful_s": null, "oldest_s": 0}),
	])
	told == object.union(nothing, {"fail": {{
		"code": "overdue",
		"values": {"ch": "7", "oldest_at": "oldest", "days": 400, "lawful_at": "lawful"},
	}}})
}

test_an_unusable_clock_proves_nothing if {
	patch := object.union(old, {"locked": [file(lawful - 1, false)]})
	told := seen with input as object.union(one(patch), {"facts": {"clock": {"usable": false}}})
	told == object.union(nothing, {"unknown": {{"code": "clock_unusable", "values": {"offset_s": 3}}}})
}

test_an_unmeasured_clock_is_left_to_the_gate if {
	told := seen with input as json.remove(one(old), ["facts/time.offset_s", "facts/clock"])
	told == nothing
}

test_without_channels_the_gate_speaks if {
	told := seen with input as {"subject": {"status": "in_use"}, "facts": {}}
	told == nothing
}

test_an_empty_list_says_nothing_of_a_maximum if {
	told := seen with input as recorder([])
	told == nothing
}

test_a_device_out_of_service_is_not_judged if {
	told := rule.not_applicable with input as object.union(one({}), {"subject": {"status": "decommissioned"}})
	told == {{"code": "decommissioned", "values": {"status": "decommissioned"}}}
}
