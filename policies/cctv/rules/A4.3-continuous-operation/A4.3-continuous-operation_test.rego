package cctv.rules["A4.3-continuous-operation_test"]

rule := data.cctv.rules["A4.3-continuous-operation"]

channel := {
	"ch": "1",
	"absent": false,
	"listed": true,
	"enabled": true,
	"mode": "continuous",
	"signal": true,
	"newest_at": "newest",
	"newest_age_s": 60,
	"newest_max_age_min": 60,
	"gaps": [],
	"gap_tolerance_min": 60,
	"motion_mode_allowed": true,
}

recorder(channels, volumes) := {
	"subject": {"kind": "recorder", "status": "in_use"},
	"facts": {
		"channels": channels,
		"storage": volumes,
		"time.offset_s": 3,
		"clock": {"usable": true},
	},
	"gaps": {},
}

good := [{"mount": "/rec", "state": "ok"}]

one(patch) := recorder([object.union(channel, patch)], good)

seen := {
	"fail": rule.fail,
	"unknown": rule.unknown,
	"not_applicable": rule.not_applicable,
	"note": rule.note,
}

nothing := {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}

said(code) := {{"code": code, "values": {"ch": "1"}}}

gap(owed, real, ref) := {
	"start": "from",
	"end": "to",
	"minutes": 180,
	"owed_s": owed,
	"real_s": real,
	"ref": ref,
}

about_gap(code) := {{"code": code, "values": {"ch": "1", "start": "from", "end": "to", "minutes": 180}}}

stopped := {{"code": "not_recording", "values": {"ch": "1", "newest_at": "newest", "limit_min": 60}}}

quiet := {"mode": "motion", "newest_age_s": 3601}

moves := {"note": said("motion_mode")}

cases := {
	"recording": {"patch": {}, "told": {}},
	"as late as allowed": {"patch": {"newest_age_s": 3600}, "told": {}},
	"a second too late": {"patch": {"newest_age_s": 3601}, "told": {"fail": stopped}},
	"newest not known": {"patch": {"newest_age_s": null}, "told": {"unknown": said("no_newest")}},
	"newest a little ahead": {"patch": {"newest_age_s": -300}, "told": {}},
	"newest in the future": {
		"patch": {"newest_age_s": -301},
		"told": {"unknown": {{"code": "newest_in_future", "values": {"ch": "1", "newest_at": "newest"}}}},
	},
	"three hours lost": {"patch": {"gaps": [gap(10800, 10800, null)]}, "told": {"fail": about_gap("unexplained_gap")}},
	"three hours lost, blank record": {
		"patch": {"gaps": [gap(10800, 10800, "")]},
		"told": {"fail": about_gap("unexplained_gap")},
	},
	"three hours of maintenance": {"patch": {"gaps": [gap(10800, 10800, "MNT-115-002")]}, "told": {}},
	"the second gap is long": {
		"patch": {"gaps": [gap(60, 60, null), gap(10800, 10800, null)]},
		"told": {"fail": about_gap("unexplained_gap")},
	},
	"as long as tolerated": {"patch": {"gaps": [gap(3600, 3600, null)]}, "told": {}},
	"a second longer": {"patch": {"gaps": [gap(3601, 3601, null)]}, "told": {"fail": about_gap("unexplained_gap")}},
	"outside the hours": {"patch": {"gaps": [gap(0, 0, null)]}, "told": {}},
	"a jump of the clock": {
		"patch": {"gaps": [gap(3601, 3600, null)]},
		"told": {"unknown": about_gap("clock_jump")},
	},
	"gaps not known": {"patch": {"gaps": null}, "told": {"unknown": said("no_gap_data")}},
	"not on the recorder": {
		"patch": {
			"absent": true,
			"enabled": null,
			"mode": null,
			"newest_age_s": null,
			"signal": null,
			"gaps": null,
		},
		"told": {
			"fail": said("channel_absent"),
			"unknown": union({said("enabled_unknown"), said("mode_unknown"), said("no_newest")}),
		},
	},
	"disabled": {"patch": {"enabled": false}, "told": {"fail": said("channel_off")}},
	"enabled, not known": {"patch": {"enabled": null}, "told": {"unknown": said("enabled_unknown")}},
	"mode off": {
		"patch": {"mode": "off", "gaps": [gap(10800, 10800, null)], "newest_age_s": 99999},
		"told": {"fail": said("channel_off")},
	},
	"mode not known": {
		"patch": {"mode": null, "gaps": [gap(10800, 10800, null)], "newest_age_s": 99999},
		"told": {"unknown": said("mode_unknown")},
	},
	"no picture": {"patch": {"signal": false}, "told": {"fail": said("no_signal")}},
	"picture not known": {"patch": {"signal": null}, "told": {}},
	"schedule": {"patch": {"mode": "schedule"}, "told": {}},
	"schedule, gaps not known": {
		"patch": {"mode": "schedule", "gaps": null},
		"told": {"unknown": said("no_gap_data")},
	},
	"schedule with a gap, too late": {
		"patch": {"mode": "schedule", "gaps": [gap(10800, 10800, null)], "newest_age_s": 3601},
		"told": {"fail": union({about_gap("unexplained_gap"), stopped})},
	},
	"motion": {"patch": {"mode": "motion"}, "told": moves},
	"motion has no gaps": {"patch": {"mode": "motion", "gaps": [gap(10800, 10800, null)]}, "told": moves},
	"motion, gaps not known": {"patch": {"mode": "motion", "gaps": null}, "told": moves},
	"motion, nothing moved": {"patch": quiet, "told": moves},
	"motion, nothing moved, picture not known": {
		"patch": object.union(quiet, {"signal": null}),
		"told": object.union(moves, {"unknown": said("motion_unproven")}),
	},
	"motion, just moved, picture not known": {
		"patch": object.union(quiet, {"signal": null, "newest_age_s": 3600}),
		"told": moves,
	},
	"motion, nothing recorded": {
		"patch": object.union(quiet, {"newest_age_s": null}),
		"told": object.union(moves, {"unknown": said("no_newest")}),
	},
	"motion not allowed": {
		"patch": {"mode": "motion", "motion_mode_allowed": false},
		"told": object.union(moves, {"fail": said("motion_not_allowed")}),
	},
	"motion, nobody says whether it is allowed": {
		"patch": {"mode": "motion", "motion_mode_allowed": null},
		"told": object.union(moves, {"fail": said("motion_not_allowed")}),
	},
	"continuous where motion is not allowed": {"patch": {"motion_mode_allowed": false}, "told": {}},
	"an input nobody uses": {
		"patch": {"listed": false, "enabled": false, "signal": false},
		"told": {"unknown": {{"code": "no_channel", "values": {}}}},
	},
}

test_one_channel[name] if {
	some name, case in cases
	told := seen with input as one(case.patch)
	told == object.union(nothing, case.told)
}

disk(code) := {{"code": code, "values": {"mount": "/rec"}}}

disks := {
	"ok": {"state": "ok", "patch": {}, "told": {}},
	"failed": {"state": "failed", "patch": {}, "told": {"fail": disk("volume_failed")}},
	"read-only": {"state": "read_only", "patch": {}, "told": {"fail": disk("volume_read_only")}},
	"not known": {"state": null, "patch": {}, "told": {"unknown": disk("volume_state_unknown")}},
	"full and overwriting": {"state": "full", "patch": {"newest_age_s": 3600}, "told": {}},
	"full and stopped": {
		"state": "full",
		"patch": {"newest_age_s": 3601},
		"told": {"fail": union({disk("volume_full"), stopped}), "unknown": disk("volume_full")},
	},
	"full, motion, nothing moved": {
		"state": "full",
		"patch": quiet,
		"told": object.union(moves, {"unknown": disk("volume_full")}),
	},
	"full, motion, just moved": {
		"state": "full",
		"patch": object.union(quiet, {"newest_age_s": 5}),
		"told": moves,
	},
	"full, newest not known": {
		"state": "full",
		"patch": {"newest_age_s": null},
		"told": {"unknown": union({disk("volume_full"), said("no_newest")})},
	},
}

test_one_disk[name] if {
	some name, case in disks
	volumes := [{"mount": "/other", "state": "ok"}, {"mount": "/rec", "state": case.state}]
	told := seen with input as recorder([object.union(channel, case.patch)], volumes)
	told == object.union(nothing, case.told)
}

test_one_stopped_channel_beside_a_running_one if {
	channels := [channel, object.union(channel, {"ch": "7", "newest_age_s": 7200})]
	told := seen with input as recorder(channels, [{"mount": "/rec", "state": "full"}])
	late := {{"code": "not_recording", "values": {"ch": "7", "newest_at": "newest", "limit_min": 60}}}
	told == object.union(nothing, {"fail": union({late, disk("volume_full")})})
}

test_a_gap_is_measured_by_its_own_channels_tolerance if {
	channels := [
		object.union(channel, {"gap_tolerance_min": 5, "gaps": [gap(300, 300, null)]}),
		object.union(channel, {"ch": "7", "gap_tolerance_min": 4, "gaps": [gap(300, 300, null)]}),
	]
	told := rule.fail with input as recorder(channels, good)
	{cause.values.ch | some cause in told} == {"7"}
}

test_an_unusable_clock_dates_nothing if {
	patch := {"newest_age_s": 99999, "gaps": [gap(10800, 10800, null), gap(10800, 0, null)]}
	off := object.union(one(patch), {"facts": {"clock": {"usable": false}}})
	told := seen with input as off
	clock := {{"code": "clock_unusable", "values": {"offset_s": 3}}}
	told == object.union(nothing, {"unknown": clock})
	dark := object.union(one({"signal": false}), {"facts": {"clock": {"usable": false}}})
	lost := seen with input as dark
	lost == object.union(nothing, {"fail": said("no_signal"), "unknown": clock})
	full := object.union(
		recorder([channel], [{"mount": "/rec", "state": "full"}]),
		{"facts": {"clock": {"usable": false}}},
	)
	stuck := seen with input as full
	stuck == object.union(nothing, {"unknown": union({clock, disk("volume_full")})})
}

test_what_is_not_in_a_partial_list_is_not_absent if {
	patch := {"absent": true, "newest_age_s": null}
	part := {"gaps": {"channels": {"code": "partial", "values": {}}}}
	told := rule.fail with input as object.union(one(patch), part)
	told == set()
}

test_without_facts_the_gate_speaks if {
	told := seen with input as {"subject": {"status": "in_use"}, "facts": {}, "gaps": {}}
	told == nothing
}

test_a_device_out_of_service_is_not_judged if {
	told := rule.not_applicable with input as object.union(one({}), {"subject": {"status": "decommissioned"}})
	told == {{"code": "decommissioned", "values": {"status": "decommissioned"}}}
}
