package cctv.rules["A7.1-inspection-consistent_test"]

import data.cctv.rules["A7.1-inspection-consistent"] as rule

facts := {"recording_ok": true, "retention_ok": true, "on": "2026-03-31"}

one := {"recorder": "nvr", "told": true, "retention": "pass", "continuity": "pass"}

told(ticked, change) := {"fail": fails, "unknown": unknowns, "note": notes} if {
	day := object.union_n([facts, ticked, {"recorders": [object.union(one, change)]}])
	document := {"facts": {"that_day": day}}
	fails := rule.fail with input as document
	unknowns := rule.unknown with input as document
	notes := rule.note with input as document
}

silent := {"fail": set(), "unknown": set(), "note": set()}

where := {"recorder": "nvr", "on": "2026-03-31"}

test_agrees if told({}, {}) == silent

test_t79_ticked_and_short if {
	got := told({}, {"retention": "fail"})
	got == object.union(silent, {"fail": {{"code": "retention_short", "values": where}}})
}

test_ticked_and_not_recording if {
	got := told({}, {"continuity": "fail"})
	got == object.union(silent, {"fail": {{"code": "not_recording", "values": where}}})
}

test_short_and_said_so if told({"retention_ok": false}, {"retention": "fail"}) == silent

test_stopped_and_said_so if told({"recording_ok": false}, {"continuity": "fail"}) == silent

test_better_than_ticked if {
	note := object.union(silent, {"note": {{"code": "better_than_ticked", "values": {"recorder": "nvr"}}}})
	told({"retention_ok": false}, {}) == note
	told({"recording_ok": false}, {}) == note
}

test_not_told if {
	got := told({}, {"told": false, "retention": "", "continuity": ""})
	got == object.union(silent, {"unknown": {{"code": "not_told", "values": where}}})
}

test_not_judged if {
	doubt := object.union(silent, {"unknown": {{"code": "not_judged", "values": where}}})
	told({}, {"retention": "unknown"}) == doubt
	told({}, {"continuity": "not_applicable"}) == doubt
}
