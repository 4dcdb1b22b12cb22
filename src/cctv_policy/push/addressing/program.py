"""Scripts for the device's own program (`sh/cctv-readdress.sh`), and what it answers. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from cctv_policy.push.model import Move, Script

STATE = "/var/lib/cctv-policy/readdress"
PROGRAM = f"{STATE}/cctv-readdress"


@cache
def piece(name: str) -> str:
    """One of the shell files of this package."""
    return files(__package__).joinpath("sh", f"{name}.sh").read_text("utf-8")


def prepare(move: Move, move_id: str) -> Script:
    """Puts program and move on the device's disk, keeps the old files, checks the new ones."""
    lines = [
        f"mkdir -p -m 755 {STATE.rpartition('/')[0]}; mkdir -p -m 700 {STATE}; cd {STATE}",
        "if [ -e pending ] || [ -e rolling ]; then echo failed=pending; exit 1; fi",
        "[ ! -f files ] || /bin/sh ./cctv-readdress clean || :",
        "rm -rf move edits files text.* try confirmed",
        _write("cctv-readdress.part", piece("cctv-readdress").replace("@TAKEN@", piece("taken"))),
        "mv cctv-readdress.part cctv-readdress",
        _write("move", "".join(f"{k}={v}\n" for k, v in _described(move, move_id).items())),
    ]
    table = ""
    for number, edit in enumerate(move.edits):
        lines.append(_write(f"text.{number}", edit.text))
        sha = edit.sha256 or "absent"
        table += f"{number} {edit.first} {edit.last} {sha} {edit.path}\n"
    lines += [_write("edits", table), f"/bin/sh {PROGRAM} prepare"]
    return Script(sh="\n".join(lines), timeout_s=60)


def _described(move: Move, move_id: str) -> dict[str, str]:
    return {
        "id": move_id,
        "system": move.system,
        "interface": move.interface,
        "profile": move.profile,
        "old": move.old,
        "new": move.new,
        "old_gateway": move.old_gateway or "",
        "gateway": move.gateway or "",
    }


def _write(name: str, text: str) -> str:
    return f"printf %s {shlex.quote(text)} >{name}"


def call(verb: str, *arguments: str, timeout_s: int = 20) -> Script:
    """One verb of the program that `prepare` left on the device."""
    words = " ".join(shlex.quote(word) for word in (verb, *arguments))
    return Script(sh=f"/bin/sh {PROGRAM} {words}", timeout_s=timeout_s)


def status(interface: str) -> Script:
    """How the last move stands, and the interface's addresses; also where none ever was."""
    absent = "printf 'machine=%s\\nstate=none\\n' \"$(cat /etc/machine-id)\""
    sh = f"""\
if [ -f {PROGRAM} ]; then /bin/sh {PROGRAM} status; else {absent}; fi
ip -o addr show dev {shlex.quote(interface)} scope global | while read -r _ _ _ address _; do
    printf 'address=%s\\n' "$address"
done"""
    return Script(sh=sh, timeout_s=20)


def answers(text: str) -> Mapping[str, tuple[str, ...]]:
    """The `key=value` lines of an answer, by key."""
    found: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        key, equals, value = line.strip().partition("=")
        if equals and key.isidentifier():
            found[key] = (*found.get(key, ()), value)
    return found
