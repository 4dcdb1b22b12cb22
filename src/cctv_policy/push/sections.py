"""The sections of one aspect within the one reply that all aspects share. Pure."""

from __future__ import annotations

from dataclasses import replace

from cctv_policy.drivers.framing import Reply, Section

SHARED = ("clock",)
"""What drivers/sh/begin.sh tells before any aspect."""

_NAMED = """\
section() {{
    printf '\\n%s {aspect}-%s\\n' "$mark" "$1"
    shift
    "$@" </dev/null 2>/dev/null
    printf '\\n%s rc %s\\n' "$mark" "$?"
}}
"""


def named(aspect: str, script: str) -> str:
    """`script`, whose sections get the aspect's name in front."""
    return _NAMED.format(aspect=aspect) + script


def only(aspect: str, reply: Reply) -> Reply:
    """The aspect's own sections under their short names, and the shared ones."""
    head = f"{aspect}-"
    found: dict[str, tuple[Section, ...]] = {}
    for name, sections in reply.sections.items():
        if name.startswith(head):
            short = name.removeprefix(head)
            found[short] = tuple(section._replace(name=short) for section in sections)
        elif name in SHARED:
            found[name] = sections
    return replace(reply, sections=found)
