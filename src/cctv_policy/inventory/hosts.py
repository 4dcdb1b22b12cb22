"""The inventory as pyinfra sees it: hosts with SSH data, groups, and a known_hosts file."""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cctv_policy.inventory.model import Connect, Inventory, Recorder, School

PyinfraHost = tuple[str, dict[str, Any]]

_SSH: dict[str, Any] = {
    "ssh_strict_host_key_checking": "yes",
    "ssh_allow_agent": False,
    "ssh_look_for_keys": False,
    "ssh_config_file": os.devnull,
    "ssh_connect_retries": 2,
    "ssh_paramiko_connect_kwargs": {
        "channel_timeout": 10,
        "banner_timeout": 20,
        "auth_timeout": 20,
    },
}
"""pyinfra's own defaults trust a first key, use agents, and can hang for an hour."""


def pyinfra_groups(
    inventory: Inventory, *, known_hosts: Path, keys: Path | None = None
) -> dict[str, list[PyinfraHost]]:
    """Every SSH recorder in use by group: `recorders`, `site_<id>` and `driver_<name>`.

    Host names are recorder ids. `keys` is a folder with one private key file a secret name, made
    by whoever opened the vault; without it no `ssh_key` is set.
    """
    groups: dict[str, list[PyinfraHost]] = defaultdict(list)
    for school, recorder in inventory.recorders():
        if recorder.connect is None or not recorder.in_use:
            continue
        host = (recorder.id, _data(school, recorder, recorder.connect, known_hosts, keys))
        for group in ("recorders", f"site_{school.id}", f"driver_{recorder.driver}"):
            groups[group.replace("-", "_")].append(host)
    return dict(groups)


def _data(
    school: School, recorder: Recorder, connect: Connect, known_hosts: Path, keys: Path | None
) -> dict[str, Any]:
    account = connect.push or connect
    data: dict[str, Any] = {
        **_SSH,
        "ssh_hostname": connect.host,
        "ssh_port": connect.port,
        "ssh_user": account.user,
        "ssh_known_hosts_file": str(known_hosts),
        "cctv_site": school.id,
        "cctv_driver": recorder.driver,
        "cctv_key": account.key,
    }
    if keys is not None:
        data["ssh_key"] = str(keys / account.key)
    return data


def known_hosts_text(inventory: Inventory) -> str:
    """known_hosts lines for every pinned key; plain lines only, one bad line hides the rest."""
    return pins(recorder for _, recorder in inventory.recorders() if recorder.in_use)


def pins(recorders: Iterable[Recorder]) -> str:
    """known_hosts lines of these recorders, for where they are and where they are to be."""
    lines: set[str] = set()
    for recorder in recorders:
        if (connect := recorder.connect) is None:
            continue
        network = recorder.baseline.network
        for host in (connect.host, *((network.address,) if network else ())):
            name = host if connect.port == 22 else f"[{host}]:{connect.port}"
            lines |= {f"{name} {key}" for key in connect.host_keys}
    return "".join(f"{line}\n" for line in sorted(lines))


def write_known_hosts(inventory: Inventory, path: Path) -> Path:
    """Write `known_hosts_text` to `path` atomically; returns `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as stream:
        stream.write(known_hosts_text(inventory))
    Path(stream.name).replace(path)
    return path
