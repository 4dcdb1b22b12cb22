"""netplan: the interface's block below `ethernets:` of the one file that has it."""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from cctv_policy.push.addressing.config import Settings, edit, odd
from cctv_policy.push.addressing.reading import ConfigFile, Situation
from cctv_policy.push.model import Edit

FOLDER = "/etc/netplan/"
_SET = frozenset(
    {"addresses", "gateway4", "gateway6", "routes", "dhcp4", "dhcp6", "accept-ra", "link-local",
     "dhcp4-overrides", "dhcp6-overrides"}
)  # fmt: skip
_KEPT = frozenset(
    {"mtu", "macaddress", "optional", "wakeonlan", "dhcp-identifier", "ipv6-privacy", "renderer",
     "nameservers"}
)  # fmt: skip


def edits(now: Situation, wanted: Settings) -> tuple[Edit, ...]:
    """The edit of the interface's file; none if it says what is wanted."""
    owners: list[tuple[ConfigFile, Any]] = []
    for path, file in now.files.items():
        if "/netplan/" not in path:
            continue
        root = _root(file)
        _networkd_only(path, root)
        block = _at(root, "network", "ethernets", now.interface)
        if block is not None:
            owners.append((file, block))
    if len(owners) != 1 or not owners[0][0].path.startswith(FOLDER):
        names = ", ".join(file.path for file, _ in owners) or "none"
        raise odd(FOLDER, f"files with {now.interface}: {names}")
    file, block = owners[0]
    found = edit(file, _rewritten(file, block, wanted))
    return (found,) if found else ()


def _root(file: ConfigFile) -> Any:
    if not file.plain:
        raise odd(file.path, "link or carriage returns")
    try:
        return YAML(typ="safe", pure=True).compose("".join(file.lines))
    except (YAMLError, ValueError):
        raise odd(file.path, "not YAML") from None


def _at(node: Any, *keys: str) -> Any:
    """The node at a path of mappings; None where there is none."""
    for key in keys:
        if node is None or node.id != "mapping":
            return None
        node = next((v for k, v in node.value if k.value == key), None)
    return node


def _networkd_only(path: str, root: Any) -> None:
    """Bonds, bridges, VLANs and Wi-Fi may sit on the interface; another renderer asks others."""
    network = _at(root, "network")
    for key, value in network.value if network is not None and network.id == "mapping" else ():
        if key.value not in ("version", "renderer", "ethernets"):
            raise odd(path, key.value)
        if key.value == "renderer" and value.value != "networkd":
            raise odd(path, f"renderer: {value.value}")


def _rewritten(file: ConfigFile, block: Any, wanted: Settings) -> list[str]:
    if block.id != "mapping" or block.flow_style or not block.value:
        raise odd(file.path, f"{wanted.interface} is not written in lines of its own")
    column = block.value[0][0].start_mark.column
    drop = _SET | ({"nameservers"} if wanted.dns else set())
    gone: set[int] = set()
    for key, value in block.value:
        name = key.value
        if name not in _SET | _KEPT or (name == "renderer" and value.value != "networkd"):
            raise odd(file.path, name)
        if name == "routes":
            _only_default(file.path, value)
        if (
            name == "nameservers"
            and wanted.dns
            and [k.value for k, _ in value.value] != ["addresses"]
        ):
            raise odd(file.path, "nameservers with search")
        if name in drop:
            gone |= set(range(key.start_mark.line, _last_line(file, key, value) + 1))
    first = block.value[0][0].start_mark.line
    lines = list(file.lines)
    if not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    kept = [line for number, line in enumerate(lines) if number >= first and number not in gone]
    settings = [f"{' ' * column}{line}\n" for line in _settings(wanted)]
    return [*lines[:first], *settings, *kept]


def _last_line(file: ConfigFile, key: Any, value: Any) -> int:
    """The last line of a value; a block's end mark lies behind the comments that follow it."""
    start, end = int(key.start_mark.line), int(value.end_mark.line)
    if value.end_mark.column == 0 or (value.id != "scalar" and not value.flow_style):
        end -= 1
    while end > start and (not (text := file.lines[end].strip()) or text.startswith("#")):
        end -= 1
    return max(start, end)


def _only_default(path: str, routes: Any) -> None:
    for route in routes.value if routes.id == "sequence" else ():
        if {k.value: v.value for k, v in route.value}.get("to") not in ("default", "0.0.0.0/0"):
            raise odd(path, "routes beside the default")


def _settings(wanted: Settings) -> list[str]:
    addresses = [wanted.address, *([wanted.ula] if wanted.ula else [])]
    quoted = ", ".join(f'"{address}"' for address in addresses)
    out = [f"addresses: [{quoted}]"]
    if wanted.gateway:
        out.append(f'routes: [{{to: "0.0.0.0/0", via: "{wanted.gateway}"}}]')
    if wanted.dns:
        servers = ", ".join(f'"{server}"' for server in wanted.dns)
        out.append(f"nameservers: {{addresses: [{servers}]}}")
    local = "[ipv6]" if wanted.ula else "[]"
    return [*out, "dhcp4: false", "dhcp6: false", "accept-ra: false", f"link-local: {local}"]
