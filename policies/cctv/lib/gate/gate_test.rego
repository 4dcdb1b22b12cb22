package cctv.lib.gate_test

import data.cctv.lib.gate

stale := {"code": "stale", "values": {"fact": "accounts", "detail": "2026-10-01T00:00:00+08:00"}}

partial := {"code": "partial", "values": {"fact": "log", "detail": "two files"}}

given := {
	"facts": {"interfaces": [], "services.telnet": false, "uptime_s": 0, "time.tz": "", "log": {}},
	"gaps": {"accounts": stale, "log": partial},
}

test_nothing_needed_blocks_nothing if {
	got := gate.blocked([]) with input as given
	got == set()
}

test_values_that_look_like_nothing_are_there if {
	got := gate.blocked(["interfaces", "services.telnet", "uptime_s", "time.tz"]) with input as given
	got == set()
}

test_a_fact_nobody_told_is_missing if {
	got := gate.blocked(["interfaces", "channels"]) with input as given
	got == {{"code": "missing", "values": {"fact": "channels"}}}
}

test_a_gap_says_why if {
	got := gate.blocked(["accounts"]) with input as given
	got == {stale}
}

test_a_value_with_a_gap_is_not_whole if {
	got := gate.blocked(["log"]) with input as given
	got == {partial}
}

test_every_obstacle_is_named if {
	got := gate.blocked(["accounts", "log", "channels", "uptime_s"]) with input as given
	got == {stale, partial, {"code": "missing", "values": {"fact": "channels"}}}
}

test_a_gap_that_is_not_needed_does_not_block if {
	got := gate.blocked(["uptime_s"]) with input as given
	got == set()
}
