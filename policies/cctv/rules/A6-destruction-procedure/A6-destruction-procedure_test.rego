package cctv.rules["A6-destruction-procedure_test"]

import data.cctv.rules["A6-destruction-procedure"] as rule

good := {
	"id": "REQ-114-0001",
	"on": "2026-03-11",
	"commit": "abc",
	"destruction": "DST-115-0001",
	"readable": true,
	"approved": true,
	"by_principal": false,
	"eligible_from": "2026-03-11",
	"early": false,
	"certified": true,
}

told(deletions, act) := {"fail": fails, "unknown": unknowns, "not_applicable": excuses, "note": notes} if {
	document := {"facts": {"deletions": deletions}, "params": {"archives_act": act}}
	fails := {cause.code | some cause in rule.fail with input as document}
	unknowns := {cause.code | some cause in rule.unknown with input as document}
	excuses := {cause.code | some cause in rule.not_applicable with input as document}
	notes := {cause.code | some cause in rule.note with input as document}
}

silent := {"fail": set(), "unknown": set(), "not_applicable": set(), "note": set()}

but(changes) := told([object.union(good, changes)], true)

test_by_the_procedure if but({}) == silent

test_nothing_deleted if told([], true) == object.union(silent, {"not_applicable": {"nothing_deleted"}})

test_no_record if {
	changes := {"destruction": "", "readable": false, "approved": false, "certified": false}
	but(changes) == object.union(silent, {"fail": {"no_record"}})
}

test_not_approved if but({"approved": false}) == object.union(silent, {"fail": {"not_approved"}})

test_the_principal_alone_is_not_enough_under_the_act if {
	but({"approved": false, "by_principal": true}) == object.union(silent, {"fail": {"not_approved"}})
}

test_the_principal_is_enough_without_the_act if {
	told([object.union(good, {"approved": false, "by_principal": true})], false) == silent
	told([object.union(good, {"approved": false})], false).fail == {"not_approved"}
}

test_early if but({"early": true}) == object.union(silent, {"fail": {"early"}})

test_unreadable if {
	but({"readable": false, "approved": false, "certified": false}) == object.union(silent, {"unknown": {"unreadable"}})
}

test_not_certified if but({"certified": false}) == object.union(silent, {"note": {"not_certified"}})

test_values_are_those_of_the_sentence if {
	got := rule.fail with input as {"facts": {"deletions": [object.union(good, {"early": true})]}}
	got == {{
		"code": "early",
		"values": {"id": "REQ-114-0001", "on": "2026-03-11", "eligible_from": "2026-03-11"},
	}}
}

# Answers as they leave the rule, values and all.
all_of(deletions) := fails | (unknowns | (excuses | notes)) if {
	document := {"facts": {"deletions": deletions}, "params": {"archives_act": true}}
	fails := rule.fail with input as document
	unknowns := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
	notes := rule.note with input as document
}

test_every_answer_carries_the_values_of_its_sentence if {
	listed := {"id": "REQ-114-0001", "destruction": "DST-115-0001"}
	every one in [
		{"change": {"destruction": ""}, "code": "no_record", "values": {
			"id": "REQ-114-0001",
			"on": "2026-03-11",
			"commit": "abc",
		}},
		{"change": {"approved": false}, "code": "not_approved", "values": listed},
		{"change": {"readable": false}, "code": "unreadable", "values": listed},
		{"change": {"certified": false}, "code": "not_certified", "values": {"destruction": "DST-115-0001"}},
	] {
		got := all_of([object.union(good, one.change)])
		got == {{"code": one.code, "values": one.values}}
	}
	nothing := all_of([])
	nothing == {{"code": "nothing_deleted", "values": {}}}
}
