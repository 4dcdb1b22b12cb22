# METADATA
# title: Kept records
# description: What the rules of 六 ask of what git says about the request forms and the register.
package cctv.lib.kept

# What was lost of the records of one kind. `kept` is the fact of that kind.
causes(kept) := union({
	{{"code": "lost", "values": lost} | some lost in kept.lost; lost.until != ""},
	{{"code": "lost_open", "values": lost} | some lost in kept.lost; lost.until == ""},
	{{"code": "blanked", "values": blanked} | some blanked in kept.blanked},
	{{"code": "sequence_gap", "values": {"id": id}} | some id in kept.skipped},
	{{"code": "rewritten", "values": gone} | some gone in kept.rewritten},
})

no_terms(kept) := {{"code": "no_term", "values": {"id": id}} | some id in kept.no_term}
