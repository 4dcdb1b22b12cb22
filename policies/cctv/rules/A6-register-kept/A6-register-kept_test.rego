package cctv.rules["A6-register-kept_test"]

import data.cctv.rules["A6-register-kept"] as rule

facts := {"asked": true, "lost": [], "blanked": [], "skipped": [], "rewritten": [], "no_term": []}

told(changes) := {"fail": fails, "unknown": unknowns, "not_applicable": excuses} if {
	document := {"facts": {"register_kept": object.union(facts, changes)}}
	fails := rule.fail with input as document
	unknowns := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
}

silent := {"fail": set(), "unknown": set(), "not_applicable": set()}

test_all_there if told({}) == silent

test_one_is_skipped if {
	got := told({"skipped": ["X-115-0007"]})
	got == object.union(silent, {"fail": {{"code": "sequence_gap", "values": {"id": "X-115-0007"}}}})
}

test_no_term if {
	got := told({"no_term": ["X-115-0007"]})
	got == object.union(silent, {"unknown": {{"code": "no_term", "values": {"id": "X-115-0007"}}}})
}

test_none_yet if {
	got := told({"asked": false})
	got == object.union(silent, {"not_applicable": {{"code": "none_yet", "values": {}}}})
}

test_none_left_is_not_none_yet if {
	got := told({"asked": false, "skipped": ["X-115-0007"]})
	got.not_applicable == set()
	count(got.fail) == 1
}
