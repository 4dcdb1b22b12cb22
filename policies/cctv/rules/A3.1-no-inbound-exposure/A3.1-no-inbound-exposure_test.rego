package cctv.rules["A3.1-no-inbound-exposure_test"]

import data.cctv.rules["A3.1-no-inbound-exposure"] as rule

own(address) := {
	"interface": "eth0",
	"admin_up": true,
	"address": address,
	"normalised": address,
	"class": "private",
}

to(address) := {
	"external_port": 8000,
	"internal_address": address,
	"internal_port": 80,
	"protocol": "tcp",
	"normalised": address,
	"class": "private",
}

router := {
	"checked_at": "2026-11-01T09:00:00+08:00",
	"port_forwards": [],
	"static_nat": [],
	"dmz_host": null,
	"dmz": [],
}

closed := {
	"interfaces": [own("192.168.1.64"), own("10.1.1.5")],
	"exposure.upnp_enabled": false,
	"exposure.upnp_mappings": [],
	"exposure.ddns_enabled": false,
	"exposure.p2p_enabled": false,
	"exposure.tunnels": [],
	"exposure.router": router,
}

given(facts) := {
	"subject": {"kind": "recorder", "status": "in_use", "analog": false},
	"params": {"upnp_enabled_verdict": "fail", "p2p_verdict": "fail"},
	"facts": object.union(closed, facts),
}

routed(changes) := given({"exposure.router": object.union(router, changes)})

cause(code) := {"code": code, "values": {}}

way(code, address, outside, inside) := {
	"code": code,
	"values": {"address": address, "outside": outside, "inside": inside},
}

clean(facts) if {
	fails := rule.fail with input as facts
	doubts := rule.unknown with input as facts
	excuses := rule.not_applicable with input as facts
	notes := rule.note with input as facts
	fails == set()
	doubts == set()
	excuses == set()
	notes == set()
}

test_everything_closed if {
	clean(given({}))
}

test_t02_a_public_address_is_another_rules_matter if {
	clean(given({"interfaces": [object.union(own("163.20.55.9"), {"class": "public"})]}))
}

test_t12_upnp_on if {
	facts := given({"exposure.upnp_enabled": true})
	fails := rule.fail with input as facts
	doubts := rule.unknown with input as facts
	notes := rule.note with input as facts
	fails == {cause("upnp_on")}
	doubts == set()
	notes == set()
}

test_p2p_on if {
	got := rule.fail with input as given({"exposure.p2p_enabled": true})
	got == {cause("p2p_on")}
}

graded(fact, param, grade) := object.union(given({fact: true}), {"params": {param: grade}})

doors := [
	["exposure.upnp_enabled", "upnp_enabled_verdict", "upnp_on"],
	["exposure.p2p_enabled", "p2p_verdict", "p2p_on"],
]

test_what_the_regulation_calls_unknown if {
	every door in doors {
		facts := graded(door[0], door[1], "unknown")
		fails := rule.fail with input as facts
		doubts := rule.unknown with input as facts
		notes := rule.note with input as facts
		fails == set()
		doubts == {cause(door[2])}
		notes == set()
	}
}

test_what_the_regulation_allows_is_noted if {
	every door in doors {
		facts := graded(door[0], door[1], "pass")
		fails := rule.fail with input as facts
		doubts := rule.unknown with input as facts
		notes := rule.note with input as facts
		fails == set()
		doubts == set()
		notes == {cause(door[2])}
	}
}

test_a_parameter_that_is_missing_excuses_nothing if {
	facts := object.remove(given({"exposure.p2p_enabled": true, "exposure.upnp_enabled": true}), ["params"])
	got := rule.fail with input as facts
	got == {cause("p2p_on"), cause("upnp_on")}
}

test_ddns_on if {
	got := rule.fail with input as given({"exposure.ddns_enabled": true})
	got == {cause("ddns_on")}
}

test_every_tunnel_is_named if {
	got := rule.fail with input as given({"exposure.tunnels": ["frpc", "cloudflared"]})
	got == {
		{"code": "tunnel", "values": {"tunnel": "frpc"}},
		{"code": "tunnel", "values": {"tunnel": "cloudflared"}},
	}
}

test_t11_port_forward if {
	got := rule.fail with input as routed({"port_forwards": [to("192.168.1.64")]})
	got == {way("port_forward", "192.168.1.64", "8000", "80")}
}

test_a_forward_to_the_second_address if {
	got := rule.fail with input as routed({"port_forwards": [to("192.168.1.99"), to("10.1.1.5")]})
	got == {way("port_forward", "10.1.1.5", "8000", "80")}
}

test_a_forward_to_somebody_else if {
	clean(routed({
		"port_forwards": [to("192.168.1.65")],
		"static_nat": [to("192.168.1.65")],
		"dmz": [to("192.168.1.65")],
	}))
}

test_addresses_are_compared_in_their_normal_form if {
	mapped := object.union(to("::ffff:192.168.1.64"), {"normalised": "192.168.1.64"})
	got := rule.fail with input as routed({"port_forwards": [mapped]})
	got == {way("port_forward", "::ffff:192.168.1.64", "8000", "80")}
}

test_the_devices_own_spelling_does_not_matter if {
	mapped := object.union(own("::ffff:10.9.9.9"), {"normalised": "10.9.9.9"})
	facts := object.union(routed({"port_forwards": [to("10.9.9.9")]}), {"facts": {"interfaces": [mapped]}})
	got := rule.fail with input as facts
	got == {way("port_forward", "10.9.9.9", "8000", "80")}
}

test_static_nat_of_all_ports if {
	all_ports := object.union(to("192.168.1.64"), {"external_port": null, "internal_port": null})
	got := rule.fail with input as routed({"static_nat": [all_ports]})
	got == {way("static_nat", "192.168.1.64", "*", "*")}
}

test_dmz if {
	all_ports := object.union(to("192.168.1.64"), {"external_port": null, "internal_port": null})
	got := rule.fail with input as routed({"dmz_host": "192.168.1.64", "dmz": [all_ports]})
	got == {way("dmz_host", "192.168.1.64", "*", "*")}
}

test_a_dmz_of_nobody if {
	clean(routed({"dmz_host": "0.0.0.0", "dmz": [object.union(to("0.0.0.0"), {"class": "unset"})]}))
}

test_a_upnp_mapping_that_an_older_device_left if {
	got := rule.fail with input as given({"exposure.upnp_mappings": [to("192.168.1.64")]})
	got == {way("upnp_mapping", "192.168.1.64", "8000", "80")}
}

test_a_upnp_mapping_of_somebody_else if {
	clean(given({"exposure.upnp_mappings": [to("192.168.1.65")]}))
}

test_the_same_way_in_twice_is_two_causes if {
	facts := object.union(
		routed({"port_forwards": [to("192.168.1.64")]}),
		{"facts": {"exposure.upnp_mappings": [to("192.168.1.64")]}},
	)
	got := rule.fail with input as facts
	got == {
		way("port_forward", "192.168.1.64", "8000", "80"),
		way("upnp_mapping", "192.168.1.64", "8000", "80"),
	}
}

unreadable := object.union(to("nvr.local"), {"normalised": "", "class": "malformed"})

test_a_target_that_cannot_be_read if {
	every facts in [
		routed({"port_forwards": [unreadable]}),
		routed({"static_nat": [unreadable]}),
		routed({"dmz": [unreadable]}),
		given({"exposure.upnp_mappings": [unreadable]}),
	] {
		fails := rule.fail with input as facts
		doubts := rule.unknown with input as facts
		fails == set()
		doubts == {{"code": "target_unreadable", "values": {"address": "nvr.local"}}}
	}
}

unread := object.union(own("10.1.1"), {"normalised": "", "class": "malformed"})

test_an_own_address_that_cannot_be_read if {
	facts := given({"interfaces": [own("10.1.1.5"), unread], "exposure.upnp_mappings": [unreadable]})
	fails := rule.fail with input as facts
	doubts := rule.unknown with input as facts
	fails == set()
	doubts == {
		{"code": "address_unreadable", "values": {"address": "10.1.1"}},
		{"code": "target_unreadable", "values": {"address": "nvr.local"}},
	}
}

test_loopback_and_unset_are_nobodys if {
	every class in ["loopback", "unset"] {
		none := object.union(own("0.0.0.0"), {"class": class})
		facts := given({"interfaces": [none], "exposure.upnp_mappings": [to("0.0.0.0")]})
		fails := rule.fail with input as facts
		doubts := rule.unknown with input as facts
		fails == set()
		doubts == {cause("no_own_address")}
	}
}

test_no_address_at_all if {
	got := rule.unknown with input as given({"interfaces": []})
	got == {cause("no_own_address")}
}

test_interfaces_nobody_told_are_for_the_gate_to_say if {
	facts := given({})
	got := rule.unknown with input as object.union(
		object.remove(facts, ["facts"]),
		{"facts": object.remove(closed, ["interfaces"])},
	)
	got == set()
}

test_a_disabled_interface_lets_nobody_in if {
	down := object.union(own("192.168.1.64"), {"admin_up": false})
	facts := object.union(
		routed({"port_forwards": [to("192.168.1.64")]}),
		{"facts": {"interfaces": [down, own("10.1.1.5")]}},
	)
	clean(facts)
}

test_an_interface_whose_state_is_not_told_is_in_use if {
	untold := object.union(own("192.168.1.64"), {"admin_up": null})
	facts := object.union(
		routed({"port_forwards": [to("192.168.1.64")]}),
		{"facts": {"interfaces": [untold]}},
	)
	got := rule.fail with input as facts
	got == {way("port_forward", "192.168.1.64", "8000", "80")}
}

test_a_disabled_unreadable_address_does_not_matter if {
	down := object.union(unread, {"admin_up": false})
	clean(given({"interfaces": [own("10.1.1.5"), down]}))
}

test_t13_without_a_router_record_the_device_side_still_speaks if {
	facts := object.union(
		object.remove(given({}), ["facts"]),
		{"facts": object.remove(object.union(closed, {"exposure.ddns_enabled": true}), ["exposure.router"])},
	)
	fails := rule.fail with input as facts
	doubts := rule.unknown with input as facts
	fails == {cause("ddns_on")}
	doubts == set()
}

test_analog_is_not_applicable if {
	got := rule.not_applicable with input as object.union(given({}), {"subject": {"analog": true}})
	got == {cause("no_ip")}
}

test_retired_is_not_applicable if {
	got := rule.not_applicable with input as object.union(given({}), {"subject": {"status": "decommissioned"}})
	got == {{"code": "decommissioned", "values": {"status": "decommissioned"}}}
}
