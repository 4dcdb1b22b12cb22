package cctv.rules["A4.2-leaver-account-disabled_test"]

import data.cctv.rules["A4.2-leaver-account-disabled"] as rule

one := {
	"device": "nvr",
	"account": "wang",
	"told": true,
	"after_days": 2,
	"open": false,
	"goes_on": false,
	"changed": null,
}

facts := {"person": "P-0001", "temporary": false, "hands_on": true, "accounts": [one]}

told(changes) := {"fail": fails, "unknown": unknowns, "not_applicable": excuses} if {
	document := {
		"facts": {"leaver": object.union(facts, changes)},
		"params": {"disable_within_days": 1},
	}
	fails := rule.fail with input as document
	unknowns := rule.unknown with input as document
	excuses := rule.not_applicable with input as document
}

but(change) := told({"accounts": [object.union(one, change)]})

silent := {"fail": set(), "unknown": set(), "not_applicable": set()}

who := {"person": "P-0001", "device": "nvr", "account": "wang"}

on := {"device": "nvr", "account": "wang"}

test_closed if but({}) == silent

test_t24_open_after_the_limit if {
	values := object.union(who, {"days": 2})
	but({"open": true}) == object.union(silent, {"fail": {{"code": "still_open", "values": values}}})
}

test_open_on_the_last_day_proves_nothing if {
	got := but({"open": true, "after_days": 1})
	got == object.union(silent, {"unknown": {{"code": "seen_before", "values": on}}})
}

test_closed_on_the_day if {
	but({"after_days": 0}) == silent
	but({"after_days": 1}) == silent
}

test_t25_closed_before_the_departure_proves_nothing if {
	got := but({"after_days": -1})
	got == object.union(silent, {"unknown": {{"code": "seen_before", "values": on}}})
}

test_another_goes_on_with_a_new_password if {
	but({"open": true, "goes_on": true, "changed": true}) == silent
	but({"open": true, "goes_on": true, "changed": true, "after_days": 0}) == silent
}

test_another_goes_on_with_the_old_password if {
	got := but({"open": true, "goes_on": true, "changed": false})
	got == object.union(silent, {"fail": {{"code": "same_password", "values": who}}})
}

test_another_goes_on_and_nobody_knows if {
	got := but({"open": true, "goes_on": true})
	got == object.union(silent, {"unknown": {{"code": "change_unknown", "values": who}}})
}

test_a_new_password_before_the_departure_proves_nothing if {
	got := but({"open": true, "goes_on": true, "changed": true, "after_days": -1})
	got == object.union(silent, {"unknown": {{"code": "seen_before", "values": on}}})
}

test_not_told if {
	got := but({"told": false})
	got == object.union(silent, {"unknown": {{"code": "not_told", "values": on}}})
}

test_none_listed if {
	got := told({"accounts": []})
	got == object.union(silent, {"unknown": {{"code": "none_listed", "values": {"person": "P-0001"}}}})
}

test_no_account if {
	got := told({"accounts": [], "hands_on": false})
	got == object.union(silent, {"not_applicable": {{"code": "no_account", "values": {}}}})
}

test_temporary if {
	told({"temporary": true}).not_applicable == {{"code": "temporary", "values": {}}}
}

test_who_is_hands_off_may_still_have_an_account if told({"hands_on": false}) == silent

test_what_was_not_told_is_not_open if {
	wanted := object.union(silent, {"unknown": {{"code": "not_told", "values": on}}})
	every days in [0, 2] {
		got := but({"told": false, "open": true, "after_days": days})
		got == wanted
	}
}

test_a_closed_account_needs_no_new_password if {
	but({"goes_on": true}) == silent
	but({"goes_on": true, "changed": false}) == silent
}

test_an_open_account_on_the_day_is_well_only_if_another_goes_on_with_a_new_password if {
	wanted := object.union(silent, {"unknown": {{"code": "seen_before", "values": on}}})
	every change in [{"goes_on": false, "changed": true}, {"goes_on": true, "changed": false}] {
		got := but(object.union(change, {"open": true, "after_days": 0}))
		got == wanted
	}
}
