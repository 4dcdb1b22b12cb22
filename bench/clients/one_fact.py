"""pyinfra with one fact (the output of `true`), as its API is meant to be used."""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from pyinfra.api import Config, Inventory, State  # noqa: E402
from pyinfra.api.connect import connect_all, disconnect_all  # noqa: E402
from pyinfra.api.facts import get_facts  # noqa: E402
from pyinfra.facts.server import Command  # noqa: E402


def main(hosts_file: str, key_file: str, concurrency: str) -> None:
    """Ask every host; exit 1 if any failed."""
    hosts = json.loads(Path(hosts_file).read_text())
    known = Path(hosts_file).with_suffix(".known_hosts")
    known.write_text("".join(f"{h['address']} {h['host_key']}\n" for h in hosts))
    inventory = Inventory(
        ([h["address"] for h in hosts], {}),
        override_data={
            "ssh_user": hosts[0]["user"],
            "ssh_key": key_file,
            "ssh_known_hosts_file": str(known),
            "ssh_strict_host_key_checking": "yes",
            "ssh_allow_agent": False,
            "ssh_look_for_keys": False,
        },
    )
    state = State(inventory, Config(PARALLEL=int(concurrency)))
    connect_all(state)
    told = get_facts(state, Command, ("true",))
    disconnect_all(state)
    sys.exit(len(told) != len(hosts))


if __name__ == "__main__":
    main(*sys.argv[1:])
