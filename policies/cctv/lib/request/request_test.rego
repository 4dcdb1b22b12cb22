package cctv.lib.request_test

import data.cctv.lib.request

told(stage, served) := got if {
	got := request.unpursued with input as {"facts": {"request": {"stage": stage, "served": served}}}
}

test_came_to_nothing if {
	every stage in ["draft", "rejected", "withdrawn"] {
		told(stage, false) == {"code": "not_pursued", "values": {"stage": stage}}
	}
}

test_served_all_the_same if not told("rejected", true)

test_under_way if {
	not told("pending", false)
	not told("granted", false)
}
