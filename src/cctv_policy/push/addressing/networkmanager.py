"""NetworkManager: [ipv4] and [ipv6] of the interface's key file."""

from __future__ import annotations

import re

from cctv_policy.push.addressing.config import Settings, edit, odd
from cctv_policy.push.addressing.reading import Situation
from cctv_policy.push.model import Edit

FOLDER = "/etc/NetworkManager/system-connections/"
_DROPPED = re.compile(r"method|address\d*|addresses\d*|gateway|dhcp-.*|addr-gen-mode|ip6-privacy")
_KEPT = re.compile(r"may-fail|dns-.*|ignore-auto-.*|never-default|route-metric|required-timeout")
_MASTER = re.compile(r"master|slave-type|controller|port-type")


def edits(now: Situation, wanted: Settings) -> tuple[Edit, ...]:
    """The edit of the active connection's key file; none if it says what is wanted."""
    path = now.profile[1]
    file = now.files.get(path)
    if not path.startswith(FOLDER) or file is None:
        raise odd(path or FOLDER, "no key file of its own below /etc")
    found = edit(file, _rewritten(path, file.lines, now.interface, wanted))
    return (found,) if found else ()


def _rewritten(path: str, lines: tuple[str, ...], interface: str, wanted: Settings) -> list[str]:
    out: list[str] = []
    section, said, done = "", {}, set()
    for line in lines:
        text = line.strip()
        if head := re.fullmatch(r"\[([^]]+)\]", text):
            section = head[1]
            out.append(line if line.endswith("\n") else f"{line}\n")
            if section in ("ipv4", "ipv6"):
                if section in done:
                    raise odd(path, f"[{section}] twice")
                done.add(section)
                out += _settings(section, wanted)
            continue
        key, _, value = (part.strip() for part in text.partition("="))
        if section == "connection" and key:
            said[key] = value
        if section in ("ipv4", "ipv6") and text and not text.startswith("#"):
            if _DROPPED.fullmatch(key) or (key == "dns" and (wanted.dns or section == "ipv6")):
                continue
            if key != "dns" and not _KEPT.fullmatch(key):
                raise odd(path, f"[{section}] {key}")
        out.append(line)
    _one_ethernet(path, said, interface)
    for section in ("ipv4", "ipv6"):
        if section not in done:
            if out and not out[-1].endswith("\n"):
                out[-1] += "\n"
            out += ["\n", f"[{section}]\n", *_settings(section, wanted)]
    return out


def _one_ethernet(path: str, said: dict[str, str], interface: str) -> None:
    if said.get("type") not in ("ethernet", "802-3-ethernet"):
        raise odd(path, f"type={said.get('type', '')}")
    if said.get("interface-name") != interface:
        raise odd(path, f"interface-name={said.get('interface-name', '')}")
    for key in said:
        if _MASTER.fullmatch(key):
            raise odd(path, key)


def _settings(section: str, wanted: Settings) -> list[str]:
    if section == "ipv6":
        if not wanted.ula:
            return ["method=disabled\n"]
        return ["method=manual\n", f"address1={wanted.ula}\n"]
    gateway = f",{wanted.gateway}" if wanted.gateway else ""
    out = ["method=manual\n", f"address1={wanted.address}{gateway}\n"]
    return out + ([f"dns={';'.join(wanted.dns)};\n"] if wanted.dns else [])
