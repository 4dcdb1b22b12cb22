package cctv.lib.param_test

import data.cctv.lib.param

test_the_regulation_decides if {
	got := param.grade("p2p_verdict") with input as {"params": {"p2p_verdict": "unknown", "other": "pass"}}
	got == "unknown"
}

test_a_missing_parameter_excuses_nothing if {
	got := param.grade("p2p_verdict") with input as {"params": {"other": "pass"}}
	got == "fail"
}

test_a_limit if {
	param.limit("max_window_hours") == 24 with input as {"params": {"max_window_hours": 24}}
	param.limit("max_window_hours") == 0 with input as {"params": {}}
	param.limit("max_window_hours") == 0 with input as {}
}

test_words if {
	param.words("agency_types") == ["police"] with input as {"params": {"agency_types": ["police"]}}
	param.words("agency_types") == [] with input as {}
}

test_a_value if {
	param.value("internal_copy") == "forbidden" with input as {"params": {"internal_copy": "forbidden"}}
	param.value("internal_copy") == null with input as {"params": {}}
}
