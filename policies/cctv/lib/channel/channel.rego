# METADATA
# title: Channels
# description: >-
#   A recorder's channels as several rules ask for them; channels.py makes their values. null sorts below
#   every number in Rego, so a number is asked for before two are compared.
package cctv.lib.channel

# Footage is owed of every channel that the inventory names, and of whatever else records. Only an input
# that nobody listed and that is switched off owes nothing.
owed contains channel if {
	some channel in input.facts.channels
	not idle(channel)
}

idle(channel) if {
	channel.listed == false
	switched_off(channel)
}

switched_off(channel) if channel.enabled == false

switched_off(channel) if channel.mode == "off"

# Channels were told, and none of them owes footage: that proves nothing.
none_owed := {"code": "no_channel", "values": {}} if {
	input.facts.channels
	count(owed) == 0
}

# Whether ages may be judged by the recorder's clock (spec 1.3); without it nothing old is proven.
clock_usable if input.facts.clock.usable == true

clock_off := {"code": "clock_unusable", "values": {"offset_s": offset}} if {
	offset := input.facts["time.offset_s"]
	not clock_usable
}

# No record says why.
unexplained(ref) if ref in {null, ""}

# Why nothing is known of the oldest footage.
no_oldest(channel) := {"code": "channel_absent", "values": {"ch": channel.ch}} if {
	channel.absent == true
} else := {"code": "no_oldest", "values": {"ch": channel.ch}} if not is_number(object.get(channel, "oldest_s", null))
