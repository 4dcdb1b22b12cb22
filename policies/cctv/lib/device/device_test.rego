package cctv.lib.device_test

import data.cctv.lib.device

test_in_storage_is_retired if {
	got := device.retired with input as {"subject": {"status": "in_storage"}}
	got == {"code": "decommissioned", "values": {"status": "in_storage"}}
}

test_decommissioned_is_retired if {
	got := device.retired with input as {"subject": {"status": "decommissioned"}}
	got == {"code": "decommissioned", "values": {"status": "decommissioned"}}
}

test_in_use_is_not_retired if {
	not device.retired with input as {"subject": {"status": "in_use"}}
}

test_any_other_status_is_not_retired if {
	not device.retired with input as {"subject": {"status": "in_repair"}}
	not device.retired with input as {"subject": {}}
}

test_analog if {
	got := device.analog with input as {"subject": {"analog": true}}
	got == {"code": "no_ip", "values": {}}
}

test_a_network_device_is_not_analog if {
	not device.analog with input as {"subject": {"analog": false}}
	not device.analog with input as {"subject": {}}
}
