"""A pyinfra deploy: the changes of bench/push.py as pyinfra's own operations.

`pyinfra HOSTS bench/clients/same_changes.py --data ntp=… --data account=…`
"""

from pyinfra.context import host
from pyinfra.operations import files, server, systemd

files.line(
    name="ask the time server",
    path="/etc/chrony/chrony.conf",
    line=f"server {host.data.ntp} iburst",
    escape_regex_characters=True,
    _sudo=True,
)
systemd.service(
    name="time service on", service="chrony.service", running=True, enabled=True, _sudo=True
)
systemd.service(
    name="telnet off", service="telnet.socket", running=False, enabled=False, _sudo=True
)
server.user(  # noqa: S604 - a login shell, no shell command
    name="account off",
    user=host.data.account,
    shell="/usr/sbin/nologin",
    ensure_home=False,
    _sudo=True,
)
