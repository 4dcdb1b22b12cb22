package cctv.rules["A3.1-no-public-ip_test"]

import data.cctv.rules["A3.1-no-public-ip"] as rule

given(interfaces) := {
	"subject": {"kind": "recorder", "status": "in_use", "analog": false},
	"params": {"cgnat_verdict": "pass"},
	"facts": {"interfaces": interfaces},
}

on(name, class, address) := {
	"interface": name,
	"admin_up": true,
	"oper_up": true,
	"address": address,
	"normalised": address,
	"origin": "static",
	"class": class,
	"labels": "",
}

private := on("eth0", "private", "192.168.10.5")

public := on("eth1", "public", "163.20.55.9")

cgnat := on("eth0", "cgnat", "100.64.3.2")

cause(code, address) := {"code": code, "values": {
	"interface": address.interface,
	"address": address.address,
	"labels": address.labels,
}}

clean(facts) if {
	fails := rule.fail with input as facts
	doubts := rule.unknown with input as facts
	excuses := rule.not_applicable with input as facts
	fails == set()
	doubts == set()
	excuses == set()
}

test_t01_private if {
	facts := given([private])
	clean(facts)
	notes := rule.note with input as facts
	notes == set()
}

test_t02_public_with_its_label if {
	address := object.union(public, {"labels": "tanet"})
	got := rule.fail with input as given([address])
	got == {{"code": "public_address", "values": {
		"interface": "eth1",
		"address": "163.20.55.9",
		"labels": "tanet",
	}}}
}

test_t03_one_public_beside_a_private if {
	slaac := object.union(on("eth0", "public", "2001:288:1234::5"), {"origin": "slaac"})
	got := rule.fail with input as given([private, slaac])
	got == {cause("public_address", slaac)}
}

test_t04_link_local_beside_a_private if {
	clean(given([private, on("eth0", "linklocal6", "fe80::1%eth0"), on("eth0", "private", "fd00:1::5")]))
}

test_t05_cgnat_is_noted if {
	facts := given([cgnat])
	clean(facts)
	notes := rule.note with input as facts
	notes == {cause("cgnat", cgnat)}
}

test_cgnat_fails_where_the_regulation_says_so if {
	facts := object.union(given([private, cgnat]), {"params": {"cgnat_verdict": "fail"}})
	fails := rule.fail with input as facts
	doubts := rule.unknown with input as facts
	fails == {cause("cgnat", cgnat)}
	doubts == set()
}

test_cgnat_is_unknown_where_the_regulation_says_so if {
	facts := object.union(given([private, cgnat]), {"params": {"cgnat_verdict": "unknown"}})
	fails := rule.fail with input as facts
	doubts := rule.unknown with input as facts
	fails == set()
	doubts == {cause("cgnat", cgnat)}
}

test_cgnat_without_the_parameter_fails if {
	got := rule.fail with input as object.remove(given([cgnat]), ["params"])
	got == {cause("cgnat", cgnat)}
}

test_the_parameter_for_cgnat_is_about_cgnat_only if {
	clean(object.union(given([private]), {"params": {"cgnat_verdict": "fail"}}))
	clean(object.union(given([private]), {"params": {"cgnat_verdict": "unknown"}}))
}

test_t06_nothing_usable if {
	got := rule.unknown with input as given([
		on("lo", "loopback", "127.0.0.1"),
		on("eth0", "linklocal4", "169.254.7.7"),
		on("eth0", "linklocal6", "fe80::1"),
		on("eth1", "unset", "0.0.0.0"),
	])
	got == {{"code": "no_usable_address", "values": {"address": "0.0.0.0, 127.0.0.1, 169.254.7.7, fe80::1"}}}
}

test_each_class_that_is_ignored_alone if {
	every class in ["loopback", "linklocal4", "linklocal6", "unset"] {
		got := rule.unknown with input as given([on("eth0", class, "x")])
		got == {{"code": "no_usable_address", "values": {"address": "x"}}}
		clean(given([private, on("eth0", class, "x")]))
	}
}

test_interfaces_without_any_address if {
	got := rule.unknown with input as given([])
	got == {{"code": "no_usable_address", "values": {"address": ""}}}
}

test_only_a_disabled_private_address if {
	down := object.union(private, {"admin_up": false})
	got := rule.unknown with input as given([down])
	got == {{"code": "no_usable_address", "values": {"address": ""}}}
}

test_no_interfaces_is_for_the_gate_to_say if {
	clean({"subject": {"status": "in_use"}, "params": {"cgnat_verdict": "pass"}, "facts": {}})
}

test_t08_transition if {
	teredo := on("teredo0", "transition_public", "2001:0:53aa:64c::1")
	got := rule.fail with input as given([private, teredo])
	got == {cause("public_address", teredo)}
}

test_t14_disabled_public_is_noted if {
	every class in ["public", "transition_public"] {
		down := object.union(on("eth1", class, "163.20.1.9"), {"admin_up": false})
		facts := given([private, down])
		clean(facts)
		notes := rule.note with input as facts
		notes == {cause("admin_down_public", down)}
	}
}

test_disabled_private_is_not_noted if {
	notes := rule.note with input as given([private, object.union(private, {"admin_up": false})])
	notes == set()
}

test_enabled_public_is_not_noted_as_disabled if {
	notes := rule.note with input as given([public])
	notes == set()
}

test_t15_unplugged_is_in_use if {
	unplugged := object.union(public, {"oper_up": false})
	got := rule.fail with input as given([private, unplugged])
	got == {cause("public_address", public)}
}

test_an_admin_state_that_is_not_told_is_in_use if {
	got := rule.fail with input as given([object.union(public, {"admin_up": null})])
	got == {cause("public_address", public)}
}

test_t16_malformed if {
	odd := object.union(on("eth0", "malformed", "163.020.1.5"), {"normalised": ""})
	facts := given([private, odd])
	got := rule.unknown with input as facts
	fails := rule.fail with input as facts
	got == {cause("evidence_error", odd)}
	fails == set()
}

test_special if {
	odd := on("eth0", "special", "192.0.2.4")
	got := rule.unknown with input as given([private, odd])
	got == {cause("special_range", odd)}
}

test_a_class_nobody_named_does_not_pass if {
	odd := on("eth0", "brand_new", "5f00::1")
	got := rule.unknown with input as given([odd])
	got == {cause("special_range", odd)}
}

test_dhcp_is_noted if {
	address := object.union(private, {"origin": "dhcp"})
	facts := given([address])
	clean(facts)
	notes := rule.note with input as facts
	notes == {cause("dhcp", address)}
}

test_dhcp_of_a_disabled_interface_is_not_noted if {
	address := object.union(private, {"origin": "dhcp", "admin_up": false})
	notes := rule.note with input as given([private, address])
	notes == set()
}

test_every_public_address_is_named if {
	other := on("eth2", "public", "140.112.1.1")
	got := rule.fail with input as given([public, private, other])
	got == {cause("public_address", public), cause("public_address", other)}
}

test_analog_is_not_applicable if {
	got := rule.not_applicable with input as object.union(given([public]), {"subject": {"analog": true}})
	got == {{"code": "no_ip", "values": {}}}
}

test_retired_is_not_applicable if {
	got := rule.not_applicable with input as object.union(given([public]), {"subject": {"status": "in_storage"}})
	got == {{"code": "decommissioned", "values": {"status": "in_storage"}}}
}
