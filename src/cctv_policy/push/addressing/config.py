"""What the four editors of network configuration share: wanted settings, lines → Edit, refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cctv_policy.model import Text
from cctv_policy.push.addressing.reading import MASKED, ConfigFile
from cctv_policy.push.model import Edit


class NotUnderstoodError(Exception):
    """The device's configuration holds something a move must not touch. Becomes a Refusal."""

    def __init__(self, code: str, why: Text, fix: Text) -> None:
        super().__init__(code)
        self.code = code
        self.why = why
        self.fix = fix


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an interface's configuration must say. Addresses have their prefix length."""

    interface: str
    address: str
    gateway: str | None
    ula: str | None
    dns: tuple[str, ...]
    """Empty: name servers are left as they are."""


def odd(file: str, what: str) -> NotUnderstoodError:
    """A refusal for a line or key of a file that no editor knows."""
    return NotUnderstoodError(
        "unknown_config",
        Text(
            zh=f"{file} 有本工具不認得的設定（{what}），不會更動",
            en=f"{file} holds what this tool does not understand ({what}); it is not touched",
        ),
        Text(
            zh="請人工確認該設定，簡化後再試，或到現場更改",
            en="look at that setting, simplify it and try again, or change the address on site",
        ),
    )


def edit(file: ConfigFile, lines: Sequence[str]) -> Edit | None:
    """The smallest replacement of lines that makes `file` become `lines`; None if it is so already.

    NotUnderstoodError if a masked line would have to be written.
    """
    if not file.plain:
        raise odd(file.path, "link or carriage returns")
    old, new = list(file.lines), list(lines)
    if old == new:
        return None
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    text = "".join(new[head : len(new) - tail])
    if MASKED in text:
        raise odd(file.path, "password")
    return Edit(path=file.path, sha256=file.sha256, first=head + 1, last=len(old) - tail, text=text)


def resolv_conf(file: ConfigFile | None, dns: tuple[str, ...]) -> Edit | None:
    """The edit that makes /etc/resolv.conf name exactly `dns`; None if so, or if it is a link."""
    path = "/etc/resolv.conf"
    wanted = [f"nameserver {server}\n" for server in dns]
    if not dns or (file is not None and not file.plain):
        return None
    if file is None:
        return Edit(path=path, sha256="", first=1, last=0, text="".join(wanted))
    kept = [line for line in file.lines if line.split()[:1] != ["nameserver"]]
    if kept and not kept[-1].endswith("\n"):
        kept[-1] += "\n"
    at = next((i for i, x in enumerate(file.lines) if x.split()[:1] == ["nameserver"]), len(kept))
    return edit(file, [*kept[:at], *wanted, *kept[at:]])
