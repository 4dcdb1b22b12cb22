package cctv.rules["A4.3-retention-min_test"]

rule := data.cctv.rules["A4.3-retention-min"]

day := 86400

# as_of is 2000 days after the epoch at 10:00, the minimum 14 rolling days.
now := (2000 * day) + 36000

required := now - (14 * day)

strict := 1986 * day

channel := {
	"ch": "1",
	"absent": false,
	"listed": true,
	"enabled": true,
	"mode": "continuous",
	"wrapped": true,
	"oldest_at": "oldest",
	"oldest_s": required - (2 * day),
	"held_days": 16,
	"told_days": 16,
	"start_on": "start",
	"start_s": 1000 * day,
	"start_event": "commissioned",
	"start_ref": "commissioning",
	"projected_days": 25,
	"required_s": required,
	"required_at": "required",
	"strict_s": strict,
	"min_days": 14,
}

# Commissioned three days ago at midnight.
started := 1997 * day

young := {"start_s": started, "oldest_s": started + 50, "held_days": 3, "told_days": 3}

reset := object.union(young, {"start_event": "reset", "start_ref": null})

motion := {"mode": "motion", "wrapped": false, "oldest_s": required + 1}

recorder(channels) := {
	"subject": {"kind": "recorder", "status": "in_use"},
	"facts": {"channels": channels, "time.offset_s": 3, "clock": {"usable": true}},
	"gaps": {},
}

one(patch) := recorder([object.union(channel, patch)])

changed(patch, facts) := object.union(one(patch), {"facts": facts})

seen := {
	"fail": {cause.code | some cause in rule.fail},
	"unknown": {cause.code | some cause in rule.unknown},
	"not_applicable": {cause.code | some cause in rule.not_applicable},
	"note": {cause.code | some cause in rule.note},
}

nothing := {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}

cases := {
	"sixteen days are there": {"patch": {}, "told": {}},
	"one second too late": {"patch": {"oldest_s": required + 1}, "told": {"fail": {"short_retention"}}},
	"to the second": {"patch": {"oldest_s": required}, "told": {"note": {"strict_margin"}}},
	"just after the strict day begins": {"patch": {"oldest_s": strict + 1}, "told": {"note": {"strict_margin"}}},
	"at the strict midnight": {"patch": {"oldest_s": strict}, "told": {}},
	"a transition is no strict margin": {
		"patch": {"oldest_s": required, "strict_s": required - day},
		"told": {},
	},
	"almost a day of strict margin": {
		"patch": {"oldest_s": required, "strict_s": (required - day) + 1},
		"told": {"note": {"strict_margin"}},
	},
	"oldest not known": {"patch": {"oldest_s": null}, "told": {"unknown": {"no_oldest"}}},
	"oldest not even mentioned": {"patch": {"oldest_s": "?"}, "told": {"unknown": {"no_oldest"}}},
	"channel not on the recorder": {
		"patch": {"absent": true, "oldest_s": null, "enabled": null, "mode": null},
		"told": {"unknown": {"channel_absent"}},
	},
	"young and whole": {"patch": young, "told": {"note": {"young_system"}}},
	"young, a day after the start": {
		"patch": object.union(young, {"oldest_s": started + day}),
		"told": {"note": {"young_system"}},
	},
	"young, more than a day after the start": {
		"patch": object.union(young, {"oldest_s": (started + day) + 1}),
		"told": {"fail": {"short_retention"}},
	},
	"young with room for exactly enough": {
		"patch": object.union(young, {"projected_days": 14}),
		"told": {"note": {"young_system"}},
	},
	"young with too little room": {
		"patch": object.union(young, {"projected_days": 13}),
		"told": {"unknown": {"young_unproven"}},
	},
	"young with unknown room": {
		"patch": object.union(young, {"projected_days": null}),
		"told": {"unknown": {"young_unproven"}},
	},
	"young, nothing known": {
		"patch": object.union(young, {"oldest_s": null}),
		"told": {"unknown": {"no_oldest"}},
	},
	"started at the owed instant is not young": {
		"patch": {"start_s": required, "oldest_s": required + 1},
		"told": {"fail": {"short_retention"}},
	},
	"started a second later is young": {
		"patch": {"start_s": required + 1, "oldest_s": required + 1},
		"told": {"note": {"young_system"}},
	},
	"formatted without a record": {"patch": reset, "told": {"fail": {"unexplained_reset"}}},
	"formatted, the record is blank": {
		"patch": object.union(reset, {"start_ref": ""}),
		"told": {"fail": {"unexplained_reset"}},
	},
	"formatted with a record": {
		"patch": object.union(reset, {"start_ref": "FLT-115-001"}),
		"told": {"note": {"young_system"}},
	},
	"formatted, and nothing recorded since": {
		"patch": object.union(reset, {"oldest_s": null}),
		"told": {"fail": {"unexplained_reset"}, "unknown": {"no_oldest"}},
	},
	"formatted long ago without a record": {
		"patch": object.union(reset, {"start_s": 1000 * day}),
		"told": {"fail": {"short_retention"}},
	},
	"formatted, yet the footage is there": {
		"patch": object.union(reset, {"oldest_s": required - (2 * day)}),
		"told": {},
	},
	"added without a record is no reset": {
		"patch": object.union(young, {"start_event": "added", "start_ref": null}),
		"told": {"note": {"young_system"}},
	},
	"motion that never overwrote": {"patch": motion, "told": {"note": {"motion_never_wrapped"}}},
	"motion that overwrote": {
		"patch": object.union(motion, {"wrapped": true}),
		"told": {"fail": {"short_retention"}},
	},
	"motion that may have overwritten": {
		"patch": object.union(motion, {"wrapped": null}),
		"told": {"unknown": {"wrap_unknown"}},
	},
	"continuous that never overwrote": {
		"patch": object.union(motion, {"mode": "continuous"}),
		"told": {"fail": {"short_retention"}},
	},
	"unknown mode that never overwrote": {
		"patch": object.union(motion, {"mode": null}),
		"told": {"fail": {"short_retention"}},
	},
	"continuous, overwriting not known": {
		"patch": object.union(motion, {"mode": "continuous", "wrapped": null}),
		"told": {"fail": {"short_retention"}},
	},
	"young motion": {
		"patch": object.union(young, {"mode": "motion", "wrapped": null}),
		"told": {"note": {"young_system"}},
	},
	"young motion that never overwrote": {
		"patch": object.union(young, {"mode": "motion", "wrapped": false}),
		"told": {"note": {"young_system"}},
	},
	"too little footage and too little room": {
		"patch": {"oldest_s": required + 1, "projected_days": 9},
		"told": {"fail": {"short_retention"}},
	},
	"motion with all footage": {"patch": {"mode": "motion", "wrapped": null}, "told": {}},
	"too short when told": {"patch": {"told_days": 13}, "told": {"note": {"short_when_told"}}},
	"just enough when told": {"patch": {"told_days": 14}, "told": {}},
	"fourteen days now, thirteen when told": {
		"patch": {"told_days": 13, "held_days": 14},
		"told": {"note": {"short_when_told"}},
	},
	"a transition owes fewer days": {"patch": {"told_days": 12, "held_days": 13}, "told": {}},
	"no minimum": {
		"patch": {"required_s": null, "oldest_s": null},
		"told": {"not_applicable": {"no_minimum"}},
	},
	"an input nobody uses": {
		"patch": {"listed": false, "enabled": false, "oldest_s": null},
		"told": {"unknown": {"no_channel"}},
	},
}

test_one_channel[name] if {
	some name, case in cases
	told := seen with input as one(case.patch)
	told == object.union(nothing, case.told)
}

test_an_unusable_clock_proves_nothing if {
	every patch in [{}, {"oldest_s": required}, {"oldest_s": required + 1}, reset, motion, young] {
		told := seen with input as changed(patch, {"clock": {"usable": false}})
		told == object.union(nothing, {"unknown": {"clock_unusable"}})
	}
}

test_an_unmeasured_clock_is_left_to_the_gate if {
	bare := recorder([object.union(channel, {"oldest_s": required + 1})])
	doc := json.remove(bare, ["facts/time.offset_s", "facts/clock"])
	told := seen with input as doc
	told == nothing
}

test_one_short_channel_of_three_is_named if {
	channels := [
		channel,
		object.union(channel, {"ch": "7", "oldest_s": required + (8 * day), "held_days": 6}),
		object.union(channel, {"ch": "8", "required_s": null}),
	]
	told := rule.fail with input as recorder(channels)
	told == {{
		"code": "short_retention",
		"values": {"ch": "7", "oldest_at": "oldest", "days": 6, "required_at": "required"},
	}}
	none := rule.not_applicable with input as recorder(channels)
	none == set()
}

test_values_name_what_was_seen if {
	unproven := rule.unknown with input as one(object.union(young, {"projected_days": 9}))
	unproven == {{
		"code": "young_unproven",
		"values": {"ch": "1", "start_on": "start", "projected_days": 9, "min_days": 14},
	}}
	emptied := rule.fail with input as one(reset)
	emptied == {{"code": "unexplained_reset", "values": {"ch": "1", "start_on": "start"}}}
	late := rule.fail with input as one(object.union(young, {"oldest_s": started + (2 * day)}))
	late == {{
		"code": "short_retention",
		"values": {"ch": "1", "oldest_at": "oldest", "days": 3, "required_at": "required"},
	}}
	unwrapped := rule.unknown with input as one(object.union(motion, {"wrapped": null}))
	unwrapped == {{"code": "wrap_unknown", "values": {"ch": "1", "oldest_at": "oldest"}}}
	lost := rule.unknown with input as one({"oldest_s": null})
	lost == {{"code": "no_oldest", "values": {"ch": "1"}}}
	unasked := rule.not_applicable with input as one({"required_s": null})
	unasked == {{"code": "no_minimum", "values": {}}}
	clock := rule.unknown with input as changed({}, {"clock": {"usable": false}})
	clock == {{"code": "clock_unusable", "values": {"offset_s": 3}}}
}

test_notes_name_what_was_seen if {
	fresh := rule.note with input as one(young)
	fresh == {{
		"code": "young_system",
		"values": {"ch": "1", "start_on": "start", "projected_days": 25},
	}}
	kept := rule.note with input as one(motion)
	kept == {{"code": "motion_never_wrapped", "values": {"ch": "1", "oldest_at": "oldest"}}}
	close := rule.note with input as one({"oldest_s": required})
	close == {{"code": "strict_margin", "values": {"ch": "1"}}}
	before := rule.note with input as one({"told_days": 13})
	before == {{"code": "short_when_told", "values": {"ch": "1", "told_days": 13}}}
}

test_a_device_out_of_service_is_not_judged if {
	told := rule.not_applicable with input as object.union(one({}), {"subject": {"status": "decommissioned"}})
	told == {{"code": "decommissioned", "values": {"status": "decommissioned"}}}
}

test_without_channels_the_gate_speaks if {
	told := seen with input as json.remove(one({}), ["facts/channels"])
	told == nothing
}
