package cctv.lib.channel_test

import data.cctv.lib.channel

recorder(channels) := {"facts": {"channels": channels, "time.offset_s": 90000, "clock": {"usable": false}}}

camera := {"ch": "1", "listed": true, "enabled": true, "mode": "continuous", "absent": false, "oldest_s": 5}

spare := object.union(camera, {"ch": "2", "listed": false})

test_what_is_listed_or_records_owes_footage if {
	told := channel.owed with input as recorder([
		camera,
		object.union(camera, {"ch": "3", "enabled": false}),
		object.union(camera, {"ch": "4", "mode": "off"}),
		spare,
		object.union(spare, {"ch": "5", "enabled": null, "mode": null}),
		object.union(spare, {"ch": "6", "enabled": false}),
		object.union(spare, {"ch": "7", "mode": "off"}),
	])
	{one.ch | some one in told} == {"1", "2", "3", "4", "5"}
}

test_nothing_owed_is_said if {
	cause := channel.none_owed with input as recorder([object.union(spare, {"enabled": false})])
	cause == {"code": "no_channel", "values": {}}
	not channel.none_owed with input as recorder([camera])
	not channel.none_owed with input as {"facts": {}}
}

test_a_clock_is_usable_when_it_is_said_so if {
	channel.clock_usable with input as {"facts": {"clock": {"usable": true}}}
	not channel.clock_usable with input as recorder([])
	not channel.clock_usable with input as {"facts": {}}
}

test_an_unusable_clock_is_named_with_its_offset if {
	cause := channel.clock_off with input as recorder([])
	cause == {"code": "clock_unusable", "values": {"offset_s": 90000}}
	not channel.clock_off with input as {"facts": {"time.offset_s": 3, "clock": {"usable": true}}}
	not channel.clock_off with input as {"facts": {"clock": {"usable": false}}}
}

test_a_blank_reference_explains_nothing if {
	channel.unexplained(null)
	channel.unexplained("")
	not channel.unexplained("FLT-115-001")
}

test_why_the_oldest_is_not_known if {
	not channel.no_oldest(camera)
	absent := object.union(camera, {"absent": true, "oldest_s": null})
	channel.no_oldest(absent) == {"code": "channel_absent", "values": {"ch": "1"}}
	silent := object.union(camera, {"oldest_s": null})
	channel.no_oldest(silent) == {"code": "no_oldest", "values": {"ch": "1"}}
}
