"""systemd-networkd: the [Network] section of the interface's own .network file."""

from __future__ import annotations

import re

from cctv_policy.push.addressing.config import Settings, edit, odd
from cctv_policy.push.addressing.reading import Situation
from cctv_policy.push.model import Edit

FOLDER = "/etc/systemd/network/"
_SET = frozenset({"Address", "Gateway", "DHCP", "IPv6AcceptRA", "LinkLocalAddressing"})
_KEPT = frozenset(
    {
        "DNS", "Domains", "NTP", "LLDP", "EmitLLDP", "LLMNR", "MulticastDNS", "DNSSEC",
        "DNSOverTLS", "DNSDefaultRoute", "ConfigureWithoutCarrier", "IgnoreCarrierLoss",
        "Description", "IPv6PrivacyExtensions",
    }
)  # fmt: skip
_SECTIONS = frozenset({"Match", "Link", "Network"})


def edits(now: Situation, wanted: Settings) -> tuple[Edit, ...]:
    """The edits of the interface's file; none if it says what is wanted."""
    file = now.files.get(now.network_file)
    if not now.network_file.startswith(FOLDER) or file is None:
        raise odd(now.network_file or FOLDER, "no file of its own below /etc")
    dropins = [path for path in now.files if path.startswith(f"{now.network_file}.d/")]
    if dropins:
        raise odd(dropins[0], "drop-in")
    _only_this_interface(file.path, file.lines, now.interface)
    found = edit(file, _rewritten(file.path, file.lines, wanted))
    return (found,) if found else ()


def _only_this_interface(path: str, lines: tuple[str, ...], interface: str) -> None:
    section, names = "", []
    for line in lines:
        text = line.strip()
        if head := re.fullmatch(r"\[(\w+)\]", text):
            section = head[1]
        elif section == "Match" and text and text[0] not in "#;":
            names.append(re.sub(r"\s*=\s*", "=", text))
    if names != [f"Name={interface}"]:
        raise odd(path, f"[Match] {'; '.join(names) or 'is empty'}")


def _rewritten(path: str, lines: tuple[str, ...], wanted: Settings) -> list[str]:
    drop = _SET | ({"DNS"} if wanted.dns else set())
    out: list[str] = []
    section, at = "", None
    for line in lines:
        text = line.strip()
        if head := re.fullmatch(r"\[(\w+)\]", text):
            section = head[1]
            if section not in _SECTIONS:
                raise odd(path, text)
            out.append(line if line.endswith("\n") else f"{line}\n")
            at = len(out) if section == "Network" and at is None else at
            continue
        key = text.partition("=")[0].strip()
        if text.endswith("\\"):
            raise odd(path, "continued line")
        if section == "Network" and text and text[0] not in "#;":
            if key in drop:
                continue
            if key not in _KEPT:
                raise odd(path, f"{key}=")
        out.append(line)
    if at is None:
        raise odd(path, "no [Network]")
    out[at:at] = _settings(wanted)
    return out


def _settings(wanted: Settings) -> list[str]:
    out = [f"Address={wanted.address}"]
    out += [f"Gateway={wanted.gateway}"] if wanted.gateway else []
    out += [f"Address={wanted.ula}"] if wanted.ula else []
    out += [f"DNS={server}" for server in wanted.dns]
    out += ["DHCP=no", "IPv6AcceptRA=no", f"LinkLocalAddressing={'ipv6' if wanted.ula else 'no'}"]
    return [f"{line}\n" for line in out]
