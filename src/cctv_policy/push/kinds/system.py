"""Hardening of the machine below any recorder: clock, telnet, SNMP, ways in from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cctv_policy.drivers.exposure import DDNS, P2P, UPNP
from cctv_policy.drivers.framing import Reply
from cctv_policy.drivers.linux import keys
from cctv_policy.model import Text
from cctv_policy.push.kinds.scripts import change, feed, piece, quote
from cctv_policy.push.kinds.steps import (
    CLOCK,
    TRANSPORT,
    Outcome,
    Recording,
    harden,
    refuse,
    runs,
    state,
    states,
)
from cctv_policy.push.model import Wanted
from cctv_policy.push.phrases import as_is, row

CHRONY, TIMESYNCD = "chrony.service", "systemd-timesyncd.service"
OTHERS = ("ntp.service", "ntpsec.service", "openntpd.service")
EXPOSED = "A3.1-no-inbound-exposure"


def snapshot(_: Wanted) -> str:
    """Shell text of what `steps` reads."""
    openers = "|".join(sorted(UPNP | DDNS | P2P))
    return f"openers={quote(openers)}\n{piece('system')}"


def steps(reply: Reply, wanted: Wanted, recording: Recording) -> Iterator[Outcome]:
    """What must change on the machine itself."""
    yield from zone(reply, wanted, recording)
    yield from time_service(reply, wanted)
    yield from telnet(reply)
    yield from snmp(reply, wanted)
    yield from openers(reply)


def zone(reply: Reply, wanted: Wanted, recording: Recording) -> Iterator[Outcome]:
    """The time zone of the baseline; the recorder starts anew, for it names files by it."""
    want, clock = wanted.recorder.baseline.timezone, keys(reply.text("clock"))
    linked = clock.get("link", "").partition("zoneinfo/")[2]
    if not want or (linked == want and clock.get("name", want) == want):
        return
    if "has=taipei" not in reply.lines("clocks"):
        yield refuse(
            "timezone",
            Text(zh=f"主機沒有時區資料 {want}", en=f"the machine has no data of the zone {want}"),
            Text(zh="安裝 tzdata 套件", en="install the package tzdata"),
        )
        return
    yield harden(
        "timezone",
        Text(zh="設定時區", en="Set the time zone"),
        [CLOCK],
        before=as_is(
            f"{linked or clock.get('zone', '?')} (/etc/timezone: {clock.get('name', '-')})"
        ),
        after=row(
            [
                as_is(want),
                Text(zh="先前的錄影檔名不變", en="footage recorded before keeps the names it has"),
            ]
        ),
        action=recording.change(
            f"link /usr/share/zoneinfo/{want} /etc/localtime\n",
            feed("put /etc/timezone", want),
            "systemctl try-restart cron.service rsyslog.service\n",
            recording.restart(),
        ),
    )


def time_service(reply: Reply, wanted: Wanted) -> Iterator[Outcome]:
    """A time service that runs and asks the servers of the baseline."""
    lines, unit = reply.lines("clocks"), states(reply)
    want = wanted.recorder.baseline.ntp
    if "has=chronyd" in lines:
        yield from _chrony(lines, unit.get(CHRONY, {}), want)
    elif "has=timesyncd" in lines and not any(runs(unit.get(o, {})) for o in OTHERS):
        yield from _timesyncd(lines, unit.get(TIMESYNCD, {}), want)
    elif want or not any(runs(unit.get(o, {})) for o in OTHERS):
        yield refuse(
            "ntp",
            Text(
                zh="沒有可設定的網路校時服務（chrony 或 systemd-timesyncd）",
                en="there is no time service that can be set up (chrony or systemd-timesyncd)",
            ),
            Text(zh="安裝 chrony 套件", en="install the package chrony"),
        )


_NTP = Text(zh="啟用網路校時", en="Keep the clock by NTP")


def _chrony(lines: list[str], unit: dict[str, str], want: tuple[str, ...]) -> Iterator[Outcome]:
    sources = [line.removeprefix("chrony=").split() for line in lines if line[:7] == "chrony="]
    asked = [words[1] for words in sources if words[0] in ("server", "pool", "peer")]
    missing = [host for host in want if host not in asked]
    if not missing and asked and runs(unit):
        return
    if not want and not asked:
        yield _no_server()
        return
    folder = "/etc/chrony/sources.d"
    if missing and ["sourcedir", folder] in sources:
        write = feed(f"put {folder}/cctv-policy.sources", *(f"server {h} iburst" for h in want))
    elif missing:
        write = feed("add_lines /etc/chrony/chrony.conf", *(f"server {h} iburst" for h in missing))
    else:
        write = ""
    yield harden(
        "ntp",
        _NTP,
        [CLOCK],
        before=row([state(CHRONY, unit), _asks(asked)]),
        after=row([_ON, _asks([*asked, *missing])]),
        action=change(write, f"unit_on {CHRONY}\n", timeout_s=60),
    )


def _timesyncd(lines: list[str], unit: dict[str, str], want: tuple[str, ...]) -> Iterator[Outcome]:
    told = [line.partition("=")[2].split() for line in lines if line.startswith("timesyncd.NTP=")]
    asked = told[-1] if told else []
    if runs(unit) and set(want) <= set(asked):
        return
    if not want and not asked:
        yield _no_server()
        return
    place = "/etc/systemd/timesyncd.conf.d/cctv-policy.conf"
    write = feed(f"put {place}", "[Time]", f"NTP={' '.join(want)}") if want else ""
    yield harden(
        "ntp",
        _NTP,
        [CLOCK],
        before=row([state(TIMESYNCD, unit), _asks(asked)]),
        after=row([_ON, _asks(want or asked)]),
        action=change(write, f"unit_on {TIMESYNCD}\n", timeout_s=60),
    )


def _no_server() -> Outcome:
    return refuse(
        "ntp",
        Text(zh="清冊沒有校時伺服器", en="the inventory names no time server"),
        Text(zh="在清冊填寫 baseline.ntp", en="write baseline.ntp into the inventory"),
    )


_ON = Text(zh="每次開機自動校時", en="active at every boot")


def _asks(servers: Sequence[str]) -> Text:
    names = ", ".join(servers)
    return Text(zh=f"校時伺服器：{names or '無'}", en=f"asks {names or 'nobody'}")


def telnet(reply: Reply) -> Iterator[Outcome]:
    """Nothing answers on port 23."""
    found = [line.partition("=")[::2] for line in reply.lines("telnet")]
    listens = bool(re.search(r"(?m)^tcp\s.*:23\s", reply.text("sockets")))
    units = sorted({value for kind, value in found if kind == "unit" and value})
    lines = [value.split(":", 1) for kind, value in found if kind == "inetd"]
    if not listens and not units and not lines:
        return
    title = Text(zh="關閉 telnet", en="Switch telnet off")
    if not units and not lines:
        yield refuse(
            "telnet",
            Text(
                zh="連接埠 23 開放，但不知由哪個服務開放",
                en="port 23 is open and no service of systemd or inetd is known to open it",
            ),
            Text(zh="到主機上關閉該程式", en="stop that program on the recorder"),
        )
        return
    if lines:
        swaps = [feed(f"swap {quote(f)}", line, f"#cctv-policy# {line}") for f, line in lines]
        parts = [*swaps, "systemctl reload-or-restart inetd.service || true\n"]
    else:
        parts = [f"unit_off {quote(unit)}\n" for unit in units]
    who = ", ".join(units or [f for f, _ in lines])
    yield harden(
        "telnet",
        title,
        [TRANSPORT],
        before=Text(zh=f"telnet 開放中（{who}）", en=f"telnet answers ({who})"),
        after=Text(zh="連接埠 23 已關閉", en="nothing answers on port 23"),
        action=change(*parts, "port_closed 23\n"),
    )


def snmp(reply: Reply, wanted: Wanted) -> Iterator[Outcome]:
    """No community of SNMP v1 and v2c; a managed one stays where the inventory asks by v2c."""
    managed = wanted.recorder.snmp is not None and wanted.recorder.snmp.version == "v2c"
    found = [line.rsplit(":", 3) for line in reply.lines("communities")]
    going = [row for row in found if not managed or row[3] == "factory"]
    if not going:
        return
    which = "factory" if managed else "all"
    files = sorted({row[0] for row in going})
    kept = (
        Text(zh="保留納管的社群字串", en="the district's own community stays")
        if managed
        else Text(zh="只回應 SNMP v3", en="only SNMP v3 is answered")
    )
    yield harden(
        "snmp",
        Text(zh="移除 SNMP v1／v2c 社群字串", en="Take SNMP v1 and v2c communities away"),
        [TRANSPORT],
        before=row(_community(*line) for line in going),
        after=row([Text(zh="移除上列各行", en="these lines are gone"), kept]),
        action=change(
            *(f"drop_communities {quote(f)} {which}\n" for f in files), "restart snmpd.service\n"
        ),
    )


def _community(file: str, number: str, word: str, kind: str) -> Text:
    zh = "出廠字串" if kind == "factory" else "自訂字串"
    return Text(zh=f"{file}:{number} {word}（{zh}）", en=f"{file}:{number} {word} ({kind})")


def openers(reply: Reply) -> Iterator[Outcome]:
    """Programs that open the machine to the internet are off (UPnP, DDNS, a vendor's cloud)."""
    rows = [[*line.split(), ""][:2] for line in reply.lines("openers")]
    if not rows:
        return
    units = sorted({unit for _, unit in rows if unit})
    names = sorted({name for name, _ in rows})
    if not units:
        yield refuse(
            "exposure",
            Text(
                zh=f"程式 {'、'.join(names)} 執行中，但不是由 systemd 啟動",
                en=f"{', '.join(names)} runs and was not started by systemd",
            ),
            Text(zh="到主機上移除該程式", en="take the program off the recorder"),
        )
        return
    yield harden(
        "exposure",
        Text(zh="關閉 UPnP、DDNS、雲端連線", en="Switch UPnP, DDNS and clouds off"),
        [EXPOSED],
        before=as_is(f"{', '.join(names)} ({', '.join(units)})"),
        after=Text(zh="停止，開機不再啟動", en="stopped, and not started at boot"),
        action=change(*(f"unit_off {quote(unit)}\n" for unit in units)),
    )
