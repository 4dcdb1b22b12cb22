# METADATA
# title: Who may ask this OPA server what
# description: >-
#   Default deny. The holder of the token may ask the entry point, and nothing else; anyone may ask for
#   health. Start OPA with --authentication=token --authorization=basic and the token in the environment.
# schemas:
#   - input: schema.authz
package system.authz

default allow := false

allow if {
	token := opa.runtime().env.CCTV_POLICY_OPA_TOKEN
	count(token) >= 32
	input.identity == token
	input.method == "POST"
	input.path == ["v1", "data", "cctv", "verdicts"]
}

allow if {
	input.method == "GET"
	input.path == ["health"]
}
