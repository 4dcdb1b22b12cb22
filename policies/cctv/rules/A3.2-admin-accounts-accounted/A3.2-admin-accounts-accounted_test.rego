package cctv.rules["A3.2-admin-accounts-accounted_test"]

import data.cctv.rules["A3.2-admin-accounts-accounted"] as rule

one := {
	"device": "nvr",
	"account": "wang",
	"realm": "web",
	"role": "admin",
	"enabled": true,
	"owners": 1,
	"service": false,
	"vendor": false,
	"window_open": false,
}

facts := {"roster_told": true, "unreadable": 0, "devices": 1, "accounts": [one], "silent": []}

answers(changes, limit) := {"fail": fails, "unknown": unknowns} if {
	document := {
		"facts": {"admins": object.union(facts, changes)},
		"params": {"admin_roles": ["admin"], "max_admin_accounts": limit},
	}
	fails := rule.fail with input as document
	unknowns := rule.unknown with input as document
}

silent := {"fail": set(), "unknown": set()}

told(change) := answers({"accounts": [object.union(one, change)]}, null)

who := {"device": "nvr", "account": "wang", "realm": "web"}

test_one_persons if told({}) == silent

test_a_service if told({"owners": 0, "service": true}) == silent

test_nobodys if told({"owners": 0}) == {"fail": {{"code": "unmapped", "values": who}}, "unknown": set()}

test_nobodys_and_no_administrators if told({"owners": 0, "role": "user"}) == silent

test_nobodys_and_disabled if told({"owners": 0, "enabled": false}) == silent

test_what_is_not_told_counts if {
	count(told({"owners": 0, "enabled": null}).fail) == 1
	count(told({"owners": 0, "role": null}).fail) == 1
	gone := {"accounts": [object.remove(object.union(one, {"owners": 0}), {"role"})]}
	count(answers(gone, null).fail) == 1
}

test_shared if {
	values := object.union(who, {"owners": 2})
	told({"owners": 2}) == {"fail": {{"code": "shared", "values": values}}, "unknown": set()}
}

test_a_vendor_outside_a_repair if {
	told({"vendor": true}) == {"fail": {{"code": "vendor_open", "values": who}}, "unknown": set()}
	told({"vendor": true, "window_open": true}) == silent
}

test_as_many_as_allowed if {
	two := {"accounts": [one, object.union(one, {"account": "lin"})]}
	answers(two, 2) == silent
	got := answers(two, 1)
	got.fail == {{"code": "too_many", "values": {"device": "nvr", "count": 2, "limit": 1}}}
}

test_no_roster if {
	answers({"roster_told": false}, null) == {"fail": set(), "unknown": {{"code": "no_roster", "values": {}}}}
}

test_roster_unreadable if {
	got := answers({"unreadable": 1}, null)
	got == {"fail": set(), "unknown": {{"code": "roster_unreadable", "values": {"count": 1}}}}
}

test_a_silent_device if {
	got := answers({"silent": ["cam-1"]}, null)
	got == {"fail": set(), "unknown": {{"code": "not_told", "values": {"device": "cam-1"}}}}
}

test_no_devices if {
	got := answers({"devices": 0, "accounts": []}, null)
	got == {"fail": set(), "unknown": {{"code": "no_devices", "values": {}}}}
}
