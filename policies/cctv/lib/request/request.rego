# METADATA
# title: Requests
# description: What several rules of 五(一) ask of an access request.
package cctv.lib.request

# A request that came to nothing. One by which somebody viewed footage is judged whatever its status says.
unpursued := {"code": "not_pursued", "values": {"stage": stage}} if {
	stage := input.facts.request.stage
	stage in {"draft", "rejected", "withdrawn"}
	input.facts.request.served == false
}
