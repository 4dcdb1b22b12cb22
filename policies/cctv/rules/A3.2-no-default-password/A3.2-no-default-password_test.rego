package cctv.rules["A3.2-no-default-password_test"]

import data.cctv.rules["A3.2-no-default-password"] as rule

# Commissioned on a day that ends at 500000.
given(accounts) := {
	"as_of_s": 1000000,
	"subject": {
		"kind": "recorder",
		"status": "in_use",
		"analog": false,
		"commissioned_on": "2026-03-01",
		"commissioned_until_s": 500000,
	},
	"params": {"admin_roles": ["admin"]},
	"facts": {"accounts": accounts},
}

admin := {
	"name": "admin",
	"realm": "web",
	"role": "admin",
	"enabled": true,
	"is_default_password": false,
	"check_method": "device_flag",
	"factory_label": null,
	"probe": null,
	"shared_with": null,
	"changed_s": null,
}

but(changes) := given([object.union(admin, changes)])

cause(code) := {"code": code, "values": {"account": "admin", "realm": "web"}}

since := {"code": "not_since_commissioning", "values": {
	"account": "admin",
	"realm": "web",
	"commissioned": "2026-03-01",
}}

answers(facts) := {"fail": fails, "unknown": doubts, "note": notes} if {
	fails := rule.fail with input as facts
	doubts := rule.unknown with input as facts
	notes := rule.note with input as facts
}

clean := {"fail": set(), "unknown": set(), "note": set()}

failing(codes) := object.union(clean, {"fail": codes})

unsure(codes) := object.union(clean, {"unknown": codes})

test_proven_not_default if {
	got := answers(given([admin]))
	got == clean
}

test_t19_default if {
	got := answers(but({"is_default_password": true}))
	got == failing({cause("default_password")})
}

test_t20_a_second_account_that_was_not_checked if {
	second := object.union(admin, {"name": "888888", "is_default_password": null, "check_method": null})
	got := answers(given([admin, second]))
	got == unsure({{"code": "not_checked", "values": {"account": "888888", "realm": "web"}}})
}

test_an_answer_that_is_left_out_was_not_given if {
	got := answers(given([object.remove(admin, ["is_default_password"])]))
	got == unsure({cause("not_checked")})
}

test_t21_label_never_changed if {
	got := answers(but({"factory_label": true, "is_default_password": false}))
	got == failing({cause("label_unchanged")})
}

test_label_changed_since if {
	got := answers(but({"factory_label": true, "changed_s": 500000}))
	got == clean
}

test_label_changed_by_the_installer if {
	got := answers(but({"factory_label": true, "changed_s": 499999}))
	got == failing({cause("label_unchanged"), since})
}

test_not_a_label if {
	got := answers(but({"factory_label": false}))
	got == clean
}

test_t22_locked_while_probing if {
	got := answers(but({"is_default_password": null, "check_method": "login_probe", "probe": "locked"}))
	got == unsure({cause("probe_locked")})
}

test_refused_while_probing_and_nothing_else_known if {
	got := answers(but({"is_default_password": null, "probe": "refused"}))
	got == unsure({cause("not_checked")})
}

test_locked_but_told_by_another_door if {
	got := answers(but({"probe": "locked"}))
	got == clean
}

test_let_in_while_probing if {
	got := answers(but({"probe": "accepted"}))
	got == failing({cause("default_password")})
}

test_t23_shared_secret_is_noted if {
	got := answers(but({"shared_with": 1}))
	got == object.union(clean, {"note": {{
		"code": "shared_secret",
		"values": {"account": "admin", "realm": "web", "others": 1},
	}}})
}

test_a_secret_of_its_own if {
	got := answers(but({"shared_with": 0}))
	got == clean
}

test_managed_secret_without_a_record_of_the_change if {
	got := answers(but({"check_method": "managed_secret"}))
	got == failing({cause("never_changed")})
}

test_managed_secret_changed_since if {
	got := answers(but({"check_method": "managed_secret", "changed_s": 500000}))
	got == clean
}

test_changed_on_the_day_of_commissioning if {
	every method in ["managed_secret", "device_flag", "device_hash", "config", "login_probe", "manual"] {
		got := answers(but({"check_method": method, "changed_s": 499999}))
		got == failing({since})
	}
}

test_other_methods_need_no_record_of_the_change if {
	every method in ["device_flag", "device_hash", "config", "login_probe", "manual"] {
		got := answers(but({"check_method": method}))
		got == clean
	}
}

test_not_default_without_a_method if {
	got := answers(but({"check_method": null}))
	got == unsure({cause("no_method")})
	left_out := answers(given([object.remove(admin, ["check_method"])]))
	left_out == unsure({cause("no_method")})
}

test_changed_at_most_five_minutes_ahead if {
	got := answers(but({"changed_s": 1000300}))
	got == clean
}

test_changed_in_the_future if {
	got := answers(but({"changed_s": 1000301}))
	got == unsure({cause("changed_in_future")})
}

test_disabled_and_plain_accounts_are_not_judged if {
	got := answers(given([
		admin,
		object.union(admin, {"name": "guest", "role": "user", "is_default_password": true}),
		object.union(admin, {
			"name": "old",
			"enabled": false,
			"is_default_password": true,
			"probe": "accepted",
			"shared_with": 3,
		}),
	]))
	got == clean
}

test_an_account_whose_role_is_not_told if {
	got := answers(but({"role": null, "is_default_password": true}))
	got == failing({cause("default_password")})
}

test_no_administrator_among_the_accounts if {
	got := answers(but({"role": "user"}))
	got == unsure({{"code": "no_admin_account", "values": {}}})
}

test_no_accounts_is_for_the_gate_to_say if {
	got := answers(object.union(object.remove(given([]), ["facts"]), {"facts": {}}))
	got == clean
}

test_every_account_is_named if {
	bad := object.union(admin, {"is_default_password": true})
	got := answers(given([bad, object.union(bad, {"name": "root", "realm": "os"}), admin]))
	got == failing({
		cause("default_password"),
		{"code": "default_password", "values": {"account": "root", "realm": "os"}},
	})
}

test_in_use_network_device_is_applicable if {
	got := rule.not_applicable with input as given([admin])
	got == set()
}

test_analog_is_not_applicable if {
	got := rule.not_applicable with input as object.union(given([]), {"subject": {"analog": true}})
	got == {{"code": "no_ip", "values": {}}}
}

test_retired_is_not_applicable if {
	got := rule.not_applicable with input as object.union(given([]), {"subject": {"status": "in_storage"}})
	got == {{"code": "decommissioned", "values": {"status": "in_storage"}}}
}
