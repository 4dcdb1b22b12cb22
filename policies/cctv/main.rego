# METADATA
# title: Entry point
# description: >-
#   Grades one subject by each rule that `input.rules` names with the facts it needs. A rule that no folder
#   answers for stays undefined, and the caller turns that into an error.
package cctv

import data.cctv.lib.gate
import data.cctv.router

# The revision of the policies that answered; the caller compares it with its own.
revision := data.cctv_revision

verdicts := {
	"revision": revision,
	"rules": {id: verdict |
		some id, needs in input.rules
		verdict := graded(router.rule(id), gate.blocked(needs))
	},
}

# Not applicable first (its precondition is false), then fail, then unknown, and pass only when nothing
# is missing: a violation that was seen stands, whatever else could not be read (spec §1.1).
graded(rule, blocked) := {"outcome": "not_applicable", "causes": rule.not_applicable, "notes": notes(rule)} if {
	count(object.get(rule, "not_applicable", set())) > 0
} else := {"outcome": "fail", "causes": rule.fail, "notes": notes(rule)} if {
	count(object.get(rule, "fail", set())) > 0
} else := {"outcome": "unknown", "causes": causes, "notes": notes(rule)} if {
	causes := object.get(rule, "unknown", set()) | blocked
	count(causes) > 0
} else := {"outcome": "pass", "causes": set(), "notes": notes(rule)}

notes(rule) := object.get(rule, "note", set())
