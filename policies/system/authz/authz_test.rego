package system.authz_test

import data.system.authz

secret := "0123456789abcdef0123456789abcdef"

question := {
	"identity": secret,
	"method": "POST",
	"path": ["v1", "data", "cctv", "verdicts"],
}

runtime := {"env": {"CCTV_POLICY_OPA_TOKEN": secret}}

test_the_holder_may_ask_the_entry_point if {
	authz.allow with input as question with opa.runtime as runtime
}

test_another_token_may_not if {
	not authz.allow with input as object.union(question, {"identity": "guess"}) with opa.runtime as runtime
}

test_nothing_else_may_be_asked if {
	not authz.allow with input as object.union(question, {"path": ["v1", "data"]}) with opa.runtime as runtime
	not authz.allow with input as object.union(question, {"path": ["v1", "policies"]}) with opa.runtime as runtime
	not authz.allow with input as object.union(question, {"method": "PUT"}) with opa.runtime as runtime
}

test_a_short_token_opens_nothing if {
	short := {"env": {"CCTV_POLICY_OPA_TOKEN": "short"}}
	not authz.allow with input as object.union(question, {"identity": "short"}) with opa.runtime as short
}

test_a_server_without_a_token_opens_nothing if {
	not authz.allow with input as question with opa.runtime as {"env": {}}
	not authz.allow with input as object.union(question, {"identity": ""}) with opa.runtime as {"env": {}}
}

test_anyone_may_ask_for_health if {
	authz.allow with input as {"method": "GET", "path": ["health"]} with opa.runtime as runtime
	not authz.allow with input as {"method": "POST", "path": ["health"]} with opa.runtime as runtime
}
