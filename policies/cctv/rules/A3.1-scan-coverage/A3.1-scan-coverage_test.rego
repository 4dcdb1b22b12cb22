package cctv.rules["A3.1-scan-coverage_test"]

import data.cctv.rules["A3.1-scan-coverage"] as rule

given(coverage, seen, verdict) := {
	"subject": {"kind": "site", "status": "in_use"},
	"params": {"unknown_device_verdict": verdict},
	"facts": {"coverage": coverage, "seen": seen},
}

looked_at := {"id": "nvr-1", "owed": true, "fresh": true}

known := {"address": "10.1.1.5", "known": true}

stranger := {"address": "10.1.1.77", "known": false}

cause := {"code": "unknown_device", "values": {"address": "10.1.1.77"}}

answers(facts) := {"fail": fails, "unknown": doubts, "note": notes} if {
	fails := rule.fail with input as facts
	doubts := rule.unknown with input as facts
	notes := rule.note with input as facts
}

clean := {"fail": set(), "unknown": set(), "note": set()}

test_everything_known_and_looked_at if {
	got := answers(given([looked_at], [known], "fail"))
	got == clean
}

test_a_quiet_segment_is_fine if {
	got := answers(given([looked_at], [], "fail"))
	got == clean
}

test_t18_a_stranger if {
	got := answers(given([looked_at], [known, stranger], "fail"))
	got == object.union(clean, {"fail": {cause}})
}

test_a_stranger_where_the_regulation_says_unknown if {
	got := answers(given([looked_at], [known, stranger], "unknown"))
	got == object.union(clean, {"unknown": {cause}})
}

test_a_stranger_where_the_regulation_says_pass if {
	got := answers(given([looked_at], [known, stranger], "pass"))
	got == object.union(clean, {"note": {cause}})
}

test_a_stranger_without_the_parameter if {
	got := answers(object.remove(given([looked_at], [stranger], "pass"), ["params"]))
	got == object.union(clean, {"fail": {cause}})
}

test_known_must_be_said if {
	every said in [null, "yes"] {
		got := rule.fail with input as given([looked_at], [{"address": "10.1.1.77", "known": said}], "fail")
		got == {cause}
	}
	left_out := rule.fail with input as given([looked_at], [{"address": "10.1.1.77"}], "fail")
	left_out == {cause}
}

test_every_stranger_is_named if {
	other := {"address": "10.1.1.78", "known": false}
	got := rule.fail with input as given([looked_at], [stranger, other], "fail")
	got == {cause, {"code": "unknown_device", "values": {"address": "10.1.1.78"}}}
}

late(id) := {"code": "no_fresh_evidence", "values": {"device": id}}

test_every_device_without_fresh_evidence_is_named if {
	got := answers(given(
		[looked_at, {"id": "nvr-2", "owed": true, "fresh": false}, {"id": "cam-1", "owed": true, "fresh": null}],
		[known],
		"fail",
	))
	got == object.union(clean, {"unknown": {late("nvr-2"), late("cam-1")}})
}

test_what_is_in_storage_owes_nothing if {
	got := answers(given([looked_at, {"id": "nvr-2", "owed": false, "fresh": false}], [known], "fail"))
	got == clean
}

test_not_owed_and_fresh_must_be_said if {
	got := rule.unknown with input as given([{"id": "a", "fresh": false}, {"id": "b", "owed": null}], [known], "fail")
	got == {late("a"), late("b")}
}

test_an_inventory_without_devices_proves_nothing if {
	got := answers(given([], [], "fail"))
	got == object.union(clean, {"unknown": {{"code": "no_devices", "values": {}}}})
}

test_what_nobody_looked_at_is_for_the_gate_to_say if {
	got := answers({"params": {"unknown_device_verdict": "fail"}, "facts": {"coverage": [looked_at]}})
	got == clean
}
