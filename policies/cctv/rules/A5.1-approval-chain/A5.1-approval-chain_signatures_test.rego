package cctv.rules["A5.1-approval-chain_test"]

import data.cctv.rules["A5.1-approval-chain"] as rule

test_a_signature_that_does_not_count if {
	change := {"approvals": {"given": {"officer": {"signature_faults": ["key_expired"]}}}}
	got := rule.fail with input as {"facts": object.union(facts, change), "params": params}
	values := {"role": "officer", "person": "P-0001", "why": "key_expired"}
	got == {{"code": "bad_signature", "values": values}}
}

test_a_signature_that_nobody_can_verify if {
	change := {"approvals": {"given": {"officer": {"key_known": false, "signature_faults": ["unknown_key"]}}}}
	document := {"facts": object.union(facts, change), "params": params}
	fails := rule.fail with input as document
	unknowns := rule.unknown with input as document
	fails == set()
	unknowns == {{"code": "unverified", "values": {"role": "officer", "person": "P-0001"}}}
}
