package cctv.rules["F2-appendix2-print_test"]

import data.cctv.rules["F2-appendix2-print"] as rule

facts := {"text": true, "missing": [], "rows": 15}

told(changes) := {"fail": fails, "not_applicable": excuses} if {
	document := {"facts": {"form_inspection": object.union(facts, changes)}}
	fails := rule.fail with input as document
	excuses := rule.not_applicable with input as document
}

test_all_there if told({}) == {"fail": set(), "not_applicable": set()}

test_a_line_is_missing if {
	got := told({"missing": ["申請人"]})
	got.fail == {{"code": "line_missing", "values": {"text": "申請人"}}}
}

test_no_text if {
	got := told({"text": false})
	got == {"fail": set(), "not_applicable": {{"code": "no_text", "values": {}}}}
}

test_other_rows if {
	told({"rows": 14}).fail == {{"code": "rows", "values": {"count": 14}}}
	told({"rows": 16}).fail == {{"code": "rows", "values": {"count": 16}}}
}
