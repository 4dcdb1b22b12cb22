package cctv.rules["A3.2-credential-age_test"]

import data.cctv.rules["A3.2-credential-age"] as rule

# As of day 200, commissioned on the day that ends with day 10.
as_of_s := 17280000

given(accounts, max_days, changes_s) := {
	"as_of_s": as_of_s,
	"subject": {
		"status": "in_use",
		"analog": false,
		"commissioned_until_s": 864000,
		"custodian_changes_s": changes_s,
	},
	"params": {"admin_roles": ["admin"], "rotate_on_handover": true, "password_max_age_days": max_days},
	"facts": {"accounts": accounts},
}

admin(changed_s) := {
	"name": "admin",
	"realm": "web",
	"role": "admin",
	"enabled": true,
	"last_password_change": "told",
	"changed_s": changed_s,
}

cause(code) := {"code": code, "values": {"account": "admin", "realm": "web"}}

dated(code) := {"code": code, "values": {"account": "admin", "realm": "web", "changed": "told"}}

too_old(days) := {"code": "too_old", "values": {
	"account": "admin",
	"realm": "web",
	"changed": "told",
	"max_days": days,
}}

answers(facts) := {"fail": fails, "unknown": doubts, "not_applicable": excuses} if {
	fails := rule.fail with input as facts
	doubts := rule.unknown with input as facts
	excuses := rule.not_applicable with input as facts
}

clean := {"fail": set(), "unknown": set(), "not_applicable": set()}

failing(causes) := object.union(clean, {"fail": causes})

unsure(causes) := object.union(clean, {"unknown": causes})

no_deadline := {{"code": "no_deadline", "values": {}}}

test_without_age_and_handover_it_does_not_apply if {
	got := answers(given([admin(1000000)], null, []))
	got == object.union(clean, {"not_applicable": no_deadline})
}

test_a_parameter_that_is_left_out_sets_no_age if {
	facts := given([admin(1000000)], null, [])
	without := object.union(object.remove(facts, ["params"]), {"params": {"admin_roles": ["admin"]}})
	got := answers(without)
	got == object.union(clean, {"not_applicable": no_deadline})
}

test_young_enough if {
	got := answers(given([admin(as_of_s - (90 * 86400))], 90, []))
	got == clean
}

test_a_second_too_old if {
	got := answers(given([admin((as_of_s - (90 * 86400)) - 1)], 90, []))
	got == failing({too_old(90)})
}

test_an_age_of_no_days_is_an_age if {
	got := answers(given([admin(as_of_s - 1)], 0, []))
	got == failing({too_old(0)})
}

test_changed_at_the_handover if {
	got := answers(given([admin(9000000)], null, [9000000]))
	got == clean
}

test_changed_before_the_handover if {
	got := answers(given([admin(8999999)], null, [9000000]))
	got == failing({dated("not_since_handover")})
}

test_the_latest_handover_counts if {
	got := answers(given([admin(9000000)], null, [7000000, 10000000, 8000000]))
	got == failing({dated("not_since_handover")})
	after := answers(given([admin(10000000)], null, [7000000, 10000000, 8000000]))
	after == clean
}

test_a_handover_now_counts if {
	got := answers(given([admin(9000000)], null, [as_of_s]))
	got == failing({dated("not_since_handover")})
}

test_a_handover_that_is_planned_asks_for_nothing_yet if {
	got := answers(given([admin(9000000)], null, [as_of_s + 1]))
	got == object.union(clean, {"not_applicable": no_deadline})
	beside := answers(given([admin(9000000)], null, [9000000, as_of_s + 1]))
	beside == clean
}

test_handovers_where_the_regulation_does_not_ask if {
	facts := object.union(given([admin(8000000)], null, [9000000]), {"params": {"rotate_on_handover": false}})
	got := answers(facts)
	got == object.union(clean, {"not_applicable": no_deadline})
	with_age := answers(object.union(facts, {"params": {"password_max_age_days": 180}}))
	with_age == clean
}

test_a_parameter_that_is_left_out_asks_at_handover if {
	facts := given([admin(8999999)], null, [9000000])
	without := object.union(object.remove(facts, ["params"]), {"params": {"admin_roles": ["admin"]}})
	got := answers(without)
	got == failing({dated("not_since_handover")})
}

test_changed_before_the_end_of_the_day_of_commissioning if {
	got := answers(given([admin(863999)], 400, []))
	got == failing({dated("not_since_commissioning")})
	after := answers(given([admin(864000)], 400, []))
	after == clean
}

test_too_old_and_before_the_handover if {
	got := answers(given([admin(8000000)], 90, [9000000]))
	got == failing({too_old(90), dated("not_since_handover")})
}

test_a_change_nobody_knows_of if {
	got := answers(given([admin(null)], 90, [9000000]))
	got == unsure({cause("change_unknown")})
	left_out := answers(given([object.remove(admin(0), ["changed_s"])], 90, []))
	left_out == unsure({cause("change_unknown")})
}

test_every_account_by_itself if {
	old := object.union(admin(1000000), {"name": "root", "realm": "os"})
	untold := object.union(admin(null), {"name": "installer"})
	got := answers(given([admin(as_of_s - 1), old, untold], 90, []))
	got == object.union(clean, {
		"fail": {{"code": "too_old", "values": {
			"account": "root",
			"realm": "os",
			"changed": "told",
			"max_days": 90,
		}}},
		"unknown": {{"code": "change_unknown", "values": {"account": "installer", "realm": "web"}}},
	})
}

test_disabled_and_plain_accounts_are_not_judged if {
	got := answers(given(
		[
			admin(as_of_s - 1),
			object.union(admin(1000000), {"name": "guest", "role": "user"}),
			object.union(admin(null), {"name": "old", "enabled": false}),
		],
		90, [],
	))
	got == clean
}

test_changed_at_most_five_minutes_ahead if {
	got := answers(given([admin(as_of_s + 300)], 90, []))
	got == clean
}

test_changed_in_the_future if {
	got := answers(given([admin(as_of_s + 301)], 90, []))
	got == unsure({cause("changed_in_future")})
}

test_no_administrator_among_the_accounts if {
	got := answers(given([object.union(admin(as_of_s), {"role": "user"})], 90, []))
	got == unsure({{"code": "no_admin_account", "values": {}}})
}

missing := {{"code": "handovers_unknown", "values": {}}}

test_without_a_roster_nobody_knows_of_handovers if {
	got := answers(given([admin(as_of_s - 1)], null, null))
	got == unsure(missing)
	facts := given([admin(as_of_s - 1)], 90, [])
	left_out := object.union(object.remove(facts, ["subject"]), {"subject": {"commissioned_until_s": 864000}})
	got_left_out := answers(left_out)
	got_left_out == unsure(missing)
}

test_without_a_roster_where_nobody_asks_for_it if {
	facts := object.union(given([admin(1000000)], null, null), {"params": {"rotate_on_handover": false}})
	got := answers(facts)
	got == object.union(clean, {"not_applicable": no_deadline})
}

test_analog_is_not_applicable if {
	got := rule.not_applicable with input as object.union(given([], 90, []), {"subject": {"analog": true}})
	got == {{"code": "no_ip", "values": {}}}
}

test_retired_is_not_applicable if {
	got := rule.not_applicable with input as object.union(given([], 90, []), {"subject": {"status": "in_storage"}})
	got == {{"code": "decommissioned", "values": {"status": "in_storage"}}}
}

test_a_locked_password_opens_nothing if {
	untold := object.union(admin(null), {"password_locked": true})
	old := object.union(admin(1000000), {"password_locked": true})
	got := answers(given([admin(as_of_s - 1), untold, old], 90, []))
	got == clean
	open := answers(given([object.union(admin(null), {"password_locked": false})], 90, []))
	open == unsure({cause("change_unknown")})
}
