# METADATA
# title: Devices
# description: What the inventory says of the device, as several rules ask it.
package cctv.lib.device

# A device that is not in service; the status comes from the inventory (and later from its record).
retired := {"code": "decommissioned", "values": {"status": input.subject.status}} if {
	input.subject.status in {"in_storage", "decommissioned"}
}

# A camera on a coaxial cable has no address and no login. A network camera whose address nobody wrote
# down is not one: a blank in the inventory takes nothing out of a rule.
analog := {"code": "no_ip", "values": {}} if input.subject.analog == true
