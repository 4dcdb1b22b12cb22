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
