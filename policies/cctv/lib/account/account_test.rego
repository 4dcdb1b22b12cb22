package cctv.lib.account_test

import data.cctv.lib.account

given(accounts) := {
	"as_of_s": 1000000,
	"subject": {"commissioned_until_s": 500000},
	"params": {"admin_roles": ["admin", "Installer"]},
	"facts": {"accounts": accounts},
}

names(accounts) := {admin.name |
	some admin in account.admins with input as given(accounts)
}

test_the_roles_of_the_regulation_in_any_case if {
	got := names([
		{"name": "a", "role": "admin", "enabled": true},
		{"name": "b", "role": "ADMIN", "enabled": true},
		{"name": "c", "role": "installer", "enabled": true},
		{"name": "d", "role": "user", "enabled": true},
		{"name": "e", "role": "administrators", "enabled": true},
	])
	got == {"a", "b", "c"}
}

test_a_role_that_is_not_told_counts if {
	got := names([
		{"name": "a", "role": null, "enabled": true},
		{"name": "b", "role": "", "enabled": true},
		{"name": "c", "enabled": true},
	])
	got == {"a", "b", "c"}
}

test_only_disabled_takes_an_account_out if {
	got := names([
		{"name": "a", "role": "admin", "enabled": false},
		{"name": "b", "role": "admin", "enabled": null},
		{"name": "c", "role": "admin"},
		{"name": "d", "role": null, "enabled": false},
	])
	got == {"b", "c"}
}

test_from_future_begins_after_five_minutes if {
	not account.from_future({"changed_s": 1000300}) with input as given([])
	account.from_future({"changed_s": 1000301}) with input as given([])
}

test_an_unknown_change_is_not_from_the_future if {
	not account.from_future({"changed_s": null}) with input as given([])
	not account.from_future({}) with input as given([])
}

test_the_day_of_commissioning_does_not_count if {
	not account.changed_since_commissioning({"changed_s": 499999}) with input as given([])
	account.changed_since_commissioning({"changed_s": 500000}) with input as given([])
	account.changed_since_commissioning({"changed_s": 500001}) with input as given([])
}

test_an_unknown_change_is_no_change if {
	not account.changed_since_commissioning({"changed_s": null}) with input as given([])
	not account.changed_since_commissioning({}) with input as given([])
}

test_none_told if {
	got := account.none_told with input as given([{"name": "a", "role": "user", "enabled": true}])
	got == {"code": "no_admin_account", "values": {}}
}

test_one_admin_is_enough if {
	not account.none_told with input as given([{"name": "a", "role": "admin", "enabled": true}])
}

test_no_accounts_at_all_is_for_the_gate_to_say if {
	not account.none_told with input as {"facts": {}, "params": {"admin_roles": ["admin"]}}
}

test_values_name_account_and_realm if {
	got := account.values({"name": "root", "realm": "os", "role": "admin"})
	got == {"account": "root", "realm": "os"}
}

test_an_account_without_a_realm_is_the_devices_own if {
	got := account.values({"name": "admin"})
	got == {"account": "admin", "realm": "device"}
}
