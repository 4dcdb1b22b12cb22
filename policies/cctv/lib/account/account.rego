# METADATA
# title: Accounts
# description: The accounts that count as system administrator (三(二)), as several rules ask for them.
package cctv.lib.account

# In use with an administrator's role. What the device does not tell is held against the account: an
# unknown role may be the administrator's, and only `enabled: false` takes an account out.
admins contains account if {
	some account in input.facts.accounts
	not account.enabled == false
	is_admin(object.get(account, "role", null))
}

is_admin(role) if role in {null, ""}

is_admin(role) if {
	is_string(role)
	some name in input.params.admin_roles
	lower(role) == lower(name)
}

# Devices and this run may disagree about the time by this much (evidence.py FUTURE_TOLERANCE).
tolerance_s := 300

# A change that lies in the future proves nothing: the device's clock is wrong.
from_future(account) if account.changed_s > input.as_of_s + tolerance_s

# Changed after the day of commissioning. On that day itself the installer still knows the password.
changed_since_commissioning(account) if account.changed_s >= input.subject.commissioned_until_s

# The accounts were told, and no administrator is among them: something was not read.
none_told := {"code": "no_admin_account", "values": {}} if {
	input.facts.accounts
	count(admins) == 0
}

values(account) := {
	"account": account.name,
	"realm": object.get(account, "realm", "device"),
}
