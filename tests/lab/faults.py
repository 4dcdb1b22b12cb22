"""Things that go wrong while a host runs. Faults of its disk are knobs of ``Recorder``.

Every function takes effect at once and is undone by its counterpart, or with the host.
"""

from __future__ import annotations

from .lab import Host, run

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"


def link_down(host: Host, index: int = 0) -> None:
    """Pull the cable of a port: no route to it, or silence when the ARP entry is still known."""
    run("ip", "link", "set", host.port(index), "down")


def link_up(host: Host, index: int = 0) -> None:
    """Put the cable back."""
    run("ip", "link", "set", host.port(index), "up")


def loss(host: Host, percent: int) -> None:
    """Drop a share of the packets the host sends (the kernel has no netem)."""
    table(host, f'ingress device "{host.port()}"', f"numgen random mod 100 < {percent} drop")


def filtered(host: Host, port: int) -> None:
    """A firewall between us and the host swallows a TCP port: connects time out."""
    table(host, f'ingress device "{host.port()}"', f"tcp sport {port} drop")


def clear(host: Host) -> None:
    """End loss and filter."""
    run("nft", "delete", "table", "netdev", name(host))


def table(host: Host, hook: str, rule: str) -> None:
    """One nft table per host with one rule on what it sends."""
    chain = f"type filter hook {hook} priority 0;\n{rule}\n"
    text = f"table netdev {name(host)} {{\nchain c {{\n{chain}}}\n}}\n"
    run("nft", "-f", "-", stdin=text)


def name(host: Host) -> str:
    """A table name nft accepts."""
    return host.name.replace("-", "_")


def refused(host: Host, unit: str = "ssh") -> None:
    """Stop a service: its port answers with a reset."""
    host.exec(f"systemctl stop {unit}")


def skew(host: Host, seconds: int, *units: str) -> None:
    """Shift the clock of all programs started from now on; restarts ``units`` for it.

    The kernel's clock, and so every file's mtime, stays true. Times 0 takes it back.
    """
    host.exec(
        f"echo '{seconds:+d}s' > /etc/faketimerc; echo {FAKETIME} > /etc/ld.so.preload; "
        f"systemctl restart {' '.join(('ssh', 'snmpd', 'cron', 'rsyslog', *units))}"
    )
