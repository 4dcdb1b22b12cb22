package cctv.rules["A6-record-immutable_test"]

import data.cctv.rules["A6-record-immutable"] as rule

facts := {"done": [], "rewritten": [], "clocks": []}

told(changes) := {"fail": fails, "note": notes} if {
	document := {"facts": {"changes": object.union(facts, changes)}}
	fails := rule.fail with input as document
	notes := rule.note with input as document
}

values := {"id": "REQ-115-0001", "commit": "abc", "on": "2026-03-02", "fields": "cameras"}

test_untouched if told({}) == {"fail": set(), "note": set()}

test_each_change_is_named_by_its_code if {
	codes := {"record_changed", "record_emptied", "bad_status", "approval_changed", "number_reused"}
	got := told({"done": [object.union(values, {"code": code}) | some code in codes]})
	got == {"fail": {{"code": code, "values": values} | some code in codes}, "note": set()}
}

test_rewritten_history if {
	got := told({"rewritten": [{"commit": "abc", "records": 2, "record": ""}]})
	got == {"fail": {{"code": "rewritten", "values": {"commit": "abc", "records": 2}}}, "note": set()}
}

test_history_given_up_with_a_record if {
	rewrite := {"commit": "abc", "records": 2, "record": "x/INC-115-0001"}
	told({"rewritten": [rewrite]}) == {"fail": set(), "note": {{"code": "rewritten_with_record", "values": rewrite}}}
}

test_a_clock_that_ran_back if {
	got := told({"clocks": ["commit abc"]})
	got == {"fail": set(), "note": {{"code": "clock_wrong", "values": {"where": "commit abc"}}}}
}

test_a_change_of_a_kind_that_nobody_named_is_a_change if {
	got := told({"done": [object.union(values, {"code": "sideways"})]})
	got.fail == {{"code": "record_changed", "values": values}}
}
