package cctv.rules["P-no-plaintext-pii_test"]

import data.cctv.rules["P-no-plaintext-pii"] as rule

told(hits) := causes if {
	causes := rule.fail with input as {"facts": {"pii": {"hits": hits}}}
}

test_clean if told([]) == set()

test_each_hit if {
	one := {"where": "a.yaml@abc", "what": "an identity number"}
	other := {"where": "commit def", "what": "a telephone number"}
	got := told([one, other])
	got == {{"code": "in_clear", "values": one}, {"code": "in_clear", "values": other}}
}
