"""ifupdown: the interface's stanzas in /etc/network/interfaces or interfaces.d/."""

from __future__ import annotations

from dataclasses import dataclass, field

from cctv_policy.push.addressing.config import Settings, edit, odd
from cctv_policy.push.addressing.reading import ConfigFile, Situation
from cctv_policy.push.model import Edit

MAIN = "/etc/network/interfaces"
FOLDER = "/etc/network/interfaces.d/"
_STARTS: tuple[str, ...] = (
    "iface",
    "auto",
    "mapping",
    "source",
    "source-directory",
    "template",
    "rename",
)
_STARTS += ("no-auto-down", "no-scripts")
_DROPPED = frozenset({"address", "netmask", "broadcast", "network", "gateway"})
_KEPT = frozenset({"mtu", "hwaddress", "dns-nameservers", "dns-search", "dns-domain", "metric"})
_DROPPED6 = _DROPPED | {"accept_ra", "autoconf", "privext", "dad-attempts", "dad-interval"}
_IPV6 = "/proc/sys/net/ipv6/conf/$IFACE/disable_ipv6"


def _switch(value: int) -> str:
    """The line that sets the interface's IPv6 before it comes up; nothing where there is none."""
    return f"    pre-up [ ! -e {_IPV6} ] || echo {value} > {_IPV6}\n"


@dataclass(slots=True, kw_only=True)
class _Stanza:
    """A start word with its lines; `body` holds options, comments and blank lines."""

    head: str
    body: list[str] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        return self.head.split()


def edits(now: Situation, wanted: Settings) -> tuple[Edit, ...]:
    """The edit of the one file with the interface's stanzas; none if it says what is wanted."""
    files = [f for p, f in now.files.items() if p == MAIN or p.startswith(FOLDER)]
    owners: list[ConfigFile] = []
    for file in files:
        stanzas = _stanzas(file)
        _known_sources(file.path, stanzas)
        if any(s.words[:2] == ["iface", now.interface] for s in stanzas):
            owners.append(file)
    if len(owners) != 1:
        names = ", ".join(f.path for f in owners) or "none"
        raise odd(MAIN, f"files with iface {now.interface}: {names}")
    found = edit(owners[0], _rewritten(owners[0], wanted))
    return (found,) if found else ()


def _stanzas(file: ConfigFile) -> list[_Stanza]:
    """The file as stanzas; what comes before the first has an empty head."""
    out = [_Stanza(head="")]
    for line in file.lines:
        words = line.split()
        if line.rstrip("\n").endswith("\\"):
            raise odd(file.path, "continued line")
        if words and (words[0] in _STARTS or words[0].startswith("allow-")):
            out.append(_Stanza(head=line))
        else:
            out[-1].body.append(line)
    return out


def _known_sources(path: str, stanzas: list[_Stanza]) -> None:
    for stanza in stanzas:
        words = stanza.words
        if words and words[0] in ("mapping", "template", "rename"):
            raise odd(path, words[0])
        if words and words[0].startswith("source"):
            target = words[1] if len(words) > 1 else ""
            if f"{target.rstrip('/*')}/" not in (FOLDER, "interfaces.d/"):
                raise odd(path, stanza.head.strip())


def _rewritten(file: ConfigFile, wanted: Settings) -> list[str]:
    out: list[str] = []
    done = False
    for stanza in _stanzas(file):
        words = stanza.words
        if words[:2] != ["iface", wanted.interface]:
            out += [stanza.head, *stanza.body] if stanza.head else stanza.body
            continue
        if len(words) != 4 or words[2] not in ("inet", "inet6"):
            raise odd(file.path, stanza.head.strip())
        kept = _kept(file.path, stanza, wanted)
        if words[2] == "inet" and not done:
            done = True
            out += [*_inet(wanted), *kept]
        elif words[2] == "inet":
            raise odd(file.path, f"two stanzas {stanza.head.strip()}")
        else:
            out += [line for line in kept if not line.strip() or line.strip().startswith("#")]
    if not done:
        raise odd(file.path, f"no stanza iface {wanted.interface} inet")
    return out


def _kept(path: str, stanza: _Stanza, wanted: Settings) -> list[str]:
    """Options that stay, and comments; the blank lines that end a stanza stay its end."""
    if stanza.words[3] not in ("static", "dhcp", "manual", "auto"):
        raise odd(path, stanza.head.strip())
    dropped = _DROPPED6 if stanza.words[2] == "inet6" else _DROPPED
    ours = {_switch(0), _switch(1)}
    kept: list[str] = []
    for line in stanza.body:
        words = line.split()
        if not words or words[0].startswith("#"):
            kept.append(line)
        elif words[0] in dropped or line in ours or (words[0] == "dns-nameservers" and wanted.dns):
            continue
        elif words[0] in _KEPT:
            kept.append(line if line.endswith("\n") else f"{line}\n")
        else:
            raise odd(path, words[0])
    return kept


def _inet(wanted: Settings) -> list[str]:
    """The stanzas as wanted; IPv6 first, for blank lines follow the kept options of the other."""
    out: list[str] = []
    if wanted.ula:
        out += [f"iface {wanted.interface} inet6 static\n", f"    address {wanted.ula}\n"]
        out += ["    accept_ra 0\n", "    autoconf 0\n", _switch(0)]
    out += [f"iface {wanted.interface} inet static\n", f"    address {wanted.address}\n"]
    out += [f"    gateway {wanted.gateway}\n"] if wanted.gateway else []
    out += [f"    dns-nameservers {' '.join(wanted.dns)}\n"] if wanted.dns else []
    return out if wanted.ula else [*out, _switch(1)]
