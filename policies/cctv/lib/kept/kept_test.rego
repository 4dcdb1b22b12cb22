package cctv.lib.kept_test

import data.cctv.lib.kept

nothing := {"lost": [], "blanked": [], "skipped": [], "rewritten": [], "no_term": []}

told(changes) := kept.causes(object.union(nothing, changes))

test_nothing_lost if {
	told({}) == set()
	kept.no_terms(nothing) == set()
}

test_lost_within_its_term if {
	gone := {"id": "REQ-114-0001", "commit": "abc", "on": "2026-02-01", "until": "2026-03-10"}
	told({"lost": [gone]}) == {{"code": "lost", "values": gone}}
}

test_lost_while_its_case_was_open if {
	gone := {"id": "REQ-114-0001", "commit": "abc", "on": "2026-02-01", "until": ""}
	told({"lost": [gone]}) == {{"code": "lost_open", "values": gone}}
}

test_emptied_skipped_and_rewritten if {
	blank := {"id": "REQ-114-0001", "commit": "abc", "fields": "cameras"}
	gone := {"id": "REQ-114-0002", "commit": "def"}
	got := told({"blanked": [blank], "skipped": ["REQ-114-0003"], "rewritten": [gone]})
	got == {
		{"code": "blanked", "values": blank},
		{"code": "sequence_gap", "values": {"id": "REQ-114-0003"}},
		{"code": "rewritten", "values": gone},
	}
}

test_a_term_that_cannot_be_counted if {
	got := kept.no_terms(object.union(nothing, {"no_term": ["REQ-114-0001"]}))
	got == {{"code": "no_term", "values": {"id": "REQ-114-0001"}}}
}
