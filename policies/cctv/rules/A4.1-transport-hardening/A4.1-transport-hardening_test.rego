package cctv.rules["A4.1-transport-hardening_test"]

rule := data.cctv.rules["A4.1-transport-hardening"]

closed := {
	"services.telnet": false,
	"services.http": false,
	"services.http_auth": "digest",
	"services.rtsp_auth": "digest",
	"services.snmp": {"v1": false, "v2c": false, "v3": true, "community_default": false},
	"services.recordings_open": false,
	"services.database_open": false,
	"services.debug_ports": [],
}

device(facts) := {
	"subject": {"kind": "recorder", "status": "in_use", "analog": false},
	"facts": object.union(closed, facts),
	"params": {"allow_http": false, "allow_snmp_v2c": false},
}

seen := {
	"fail": rule.fail,
	"unknown": rule.unknown,
	"not_applicable": rule.not_applicable,
}

nothing := {"fail": set(), "unknown": set(), "not_applicable": set()}

bad(code) := {"fail": {{"code": code, "values": {}}}}

clear(version) := {"code": "snmp_in_clear", "values": {"version": version}}

dark(field) := {"code": "snmp_not_told", "values": {"field": field}}

cases := {
	"all closed": {"facts": {}, "told": {}},
	"nothing there to log in to": {
		"facts": {"services.http_auth": "absent", "services.rtsp_auth": "absent"},
		"told": {},
	},
	"basic and form logins": {
		"facts": {"services.http_auth": "form", "services.rtsp_auth": "basic"},
		"told": {},
	},
	"telnet": {"facts": {"services.telnet": true}, "told": bad("telnet_open")},
	"plain HTTP": {"facts": {"services.http": true}, "told": bad("http_open")},
	"pages without login": {"facts": {"services.http_auth": "none"}, "told": bad("http_no_login")},
	"stream without login": {"facts": {"services.rtsp_auth": "none"}, "told": bad("rtsp_no_login")},
	"recordings open": {"facts": {"services.recordings_open": true}, "told": bad("recordings_open")},
	"database open": {"facts": {"services.database_open": true}, "told": bad("database_open")},
	"two debug ports": {
		"facts": {"services.debug_ports": [9527, 4321]},
		"told": {"fail": {
			{"code": "debug_port_open", "values": {"port": 9527}},
			{"code": "debug_port_open", "values": {"port": 4321}},
		}},
	},
	"factory community": {
		"facts": {"services.snmp": {"community_default": true}},
		"told": bad("snmp_default_community"),
	},
	"SNMP v1": {"facts": {"services.snmp": {"v1": true}}, "told": {"fail": {clear("v1")}}},
	"SNMP v2c": {"facts": {"services.snmp": {"v2c": true}}, "told": {"fail": {clear("v2c")}}},
	"SNMP v1 not known": {"facts": {"services.snmp": {"v1": null}}, "told": {"unknown": {dark("v1")}}},
	"SNMP v2c not known": {"facts": {"services.snmp": {"v2c": null}}, "told": {"unknown": {dark("v2c")}}},
	"no communities to ask about": {"facts": {"services.snmp": {"community_default": null}}, "told": {}},
	"communities not known beside v1": {
		"facts": {"services.snmp": {"v1": true, "community_default": null}},
		"told": {"fail": {clear("v1")}, "unknown": {dark("community")}},
	},
	"communities not known beside v2c": {
		"facts": {"services.snmp": {"v2c": true, "community_default": null}},
		"told": {"fail": {clear("v2c")}, "unknown": {dark("community")}},
	},
	"nothing known of SNMP": {
		"facts": {"services.snmp": {"v1": null, "v2c": null, "v3": null, "community_default": null}},
		"told": {"unknown": {dark("v1"), dark("v2c"), dark("community")}},
	},
}

test_one_device[name] if {
	some name, case in cases
	told := seen with input as device(case.facts)
	told == object.union(nothing, case.told)
}

allowed(name, facts) := object.union(device(facts), {"params": {name: true}})

test_plain_http_may_be_allowed if {
	told := seen with input as allowed("allow_http", {"services.http": true})
	told == nothing
	open := seen with input as allowed("allow_http", {"services.http_auth": "none"})
	open == object.union(nothing, bad("http_no_login"))
}

test_clear_snmp_may_be_allowed_but_no_factory_community if {
	snmp := {"v1": null, "v2c": true, "community_default": false}
	told := seen with input as allowed("allow_snmp_v2c", {"services.snmp": snmp})
	told == nothing
	factory := {"services.snmp": object.union(snmp, {"community_default": true})}
	bad_told := seen with input as allowed("allow_snmp_v2c", factory)
	bad_told == object.union(nothing, bad("snmp_default_community"))
	unknown := {"services.snmp": object.union(snmp, {"community_default": null})}
	unknown_told := seen with input as allowed("allow_snmp_v2c", unknown)
	unknown_told == object.union(nothing, {"unknown": {dark("community")}})
}

test_one_permission_is_not_the_other if {
	pages := seen with input as allowed("allow_snmp_v2c", {"services.http": true})
	pages == object.union(nothing, bad("http_open"))
	agent := seen with input as allowed("allow_http", {"services.snmp": {"v2c": true}})
	agent == object.union(nothing, {"fail": {clear("v2c")}})
}

test_a_missing_permission_allows_nothing if {
	facts := {"services.http": true, "services.snmp": {"v2c": true}}
	told := seen with input as json.remove(device(facts), ["params/allow_http", "params/allow_snmp_v2c"])
	told == object.union(nothing, {"fail": {{"code": "http_open", "values": {}}, clear("v2c")}})
}

test_without_facts_the_gate_speaks if {
	told := seen with input as object.union(json.remove(device({}), ["facts"]), {"facts": {}})
	told == nothing
}

test_cameras_without_address_and_retired_devices_are_not_judged if {
	analog := seen with input as object.union(device({}), {"subject": {"kind": "camera", "analog": true}})
	analog == object.union(nothing, {"not_applicable": {{"code": "no_ip", "values": {}}}})
	gone := seen with input as object.union(device({}), {"subject": {"status": "decommissioned"}})
	cause := {"code": "decommissioned", "values": {"status": "decommissioned"}}
	gone == object.union(nothing, {"not_applicable": {cause}})
}

# The gate says that there is no answer; the rule has nothing to add.
test_without_an_answer_about_snmp_the_rule_is_silent if {
	rest := {"facts": object.remove(closed, ["services.snmp"])}
	told := seen with input as object.union(object.remove(device({}), ["facts"]), rest)
	told == nothing
}
