package cctv.rules["A5.4-log-reconciliation_test"]

import data.cctv.rules["A5.4-log-reconciliation"] as rule

recorder := {"recorder": "nvr", "logs": true, "why": "", "broken": 0, "gaps": []}

facts := {"recorders": [recorder], "unmatched": [], "untraced": [], "unreadable": 0}

told(changes) := {"fail": fails, "unknown": unknowns, "note": notes} if {
	document := {"facts": {"playback": object.union(facts, changes)}}
	fails := rule.fail with input as document
	unknowns := rule.unknown with input as document
	notes := rule.note with input as document
}

but(change) := told({"recorders": [object.union(recorder, change)]})

silent := {"fail": set(), "unknown": set(), "note": set()}

values := {"recorder": "nvr", "ch": "2", "at": "2026-03-03 10:05", "account": "wang"}

test_all_match if told({}) == silent

test_t74_an_export_without_a_line if {
	got := told({"unmatched": [object.union(values, {"type": "export"})]})
	got == object.union(silent, {"fail": {{"code": "unmatched_export", "values": values}}})
}

test_a_playback_without_a_line if {
	got := told({"unmatched": [object.union(values, {"type": "playback"})]})
	got == object.union(silent, {"fail": {{"code": "unmatched_playback", "values": values}}})
}

test_no_log if {
	got := but({"logs": false, "why": "not_supported"})
	cause := {"code": "no_log", "values": {"recorder": "nvr", "why": "not_supported"}}
	got == object.union(silent, {"unknown": {cause}})
}

test_t74_a_gap if {
	got := but({"gaps": [{"from": "a", "to": "b"}]})
	cause := {"code": "log_gap", "values": {"recorder": "nvr", "from": "a", "to": "b"}}
	got == object.union(silent, {"unknown": {cause}})
}

test_a_broken_line if {
	got := but({"broken": 1})
	cause := {"code": "log_broken", "values": {"recorder": "nvr", "count": 1}}
	got == object.union(silent, {"unknown": {cause}})
}

test_register_unreadable if {
	got := told({"unreadable": 2})
	got == object.union(silent, {"unknown": {{"code": "register_unreadable", "values": {"count": 2}}}})
}

test_no_recorders if {
	got := told({"recorders": []})
	got == object.union(silent, {"unknown": {{"code": "no_recorders", "values": {}}}})
}

test_no_trace if {
	got := told({"untraced": ["REG-115-0001"]})
	got == object.union(silent, {"note": {{"code": "no_log_trace", "values": {"line": "REG-115-0001"}}}})
}

test_one_unreadable_line_is_enough if {
	got := told({"unreadable": 1})
	got == object.union(silent, {"unknown": {{"code": "register_unreadable", "values": {"count": 1}}}})
}
