"""motion: its pages ask for a login and answer this machine alone, and it really records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cctv_policy.drivers.framing import Reply
from cctv_policy.drivers.motion_conf import (
    Conf,
    Setup,
    is_on,
    lanes,
    listed,
    name_pattern,
    parse_setup,
)
from cctv_policy.inventory import Account, Recorder
from cctv_policy.model import Text
from cctv_policy.push.kinds import tmpfiles
from cctv_policy.push.kinds.scripts import feed, feed_secret, piece, quote
from cctv_policy.push.kinds.shelves import stock
from cctv_policy.push.kinds.steps import (
    PASSWORDS,
    RECORDS,
    RUNNING,
    TRANSPORT,
    Outcome,
    Recording,
    Watched,
    harden,
    refuse,
    runs,
    state,
    states,
)
from cctv_policy.push.model import Refusal, Step, Wanted
from cctv_policy.push.phrases import row

UNIT = "motion.service"
LOGS = "/var/log/motion"
_NONE = ("0", "none", "")


def snapshot(wanted: Wanted) -> str:
    """Shell text: the configuration without logins, the log's folder."""
    place = wanted.recorder.settings.get("config", "/etc/motion")
    return f"set_config={quote(place)}\n{piece('motion')}"


def setup(reply: Reply) -> Setup:
    """The configuration; CannotTell without motion.conf."""
    return parse_setup(reply.text("config"))


def recording(reply: Reply) -> Recording:
    """motion's service, and where each camera's files appear."""
    conf = setup(reply)
    return Recording(
        units=(UNIT,),
        channels=tuple(watched(conf, "motion")),
        length_s=longest(conf),
        log=conf.main.get("log_file", ""),
    )


def watched(conf: Setup, software: str) -> Iterator[Watched]:
    """Where the footage of each enabled camera appears."""
    found = [lane for lane in lanes(conf, {}, software) if lane.enabled and lane.mode != "off"]
    folders = [lane.folder for lane in found]
    owns = dict(zip((lane.ch for lane in lanes(conf, {}, software)), conf.cameras, strict=False))
    for lane in found:
        shared = folders.count(lane.folder) > 1
        pattern = posix(name_pattern(conf.of(owns[lane.ch]), lane.ch)) if shared else ".*"
        yield Watched(ch=lane.ch, folder=lane.folder, pattern=pattern)


def posix(pattern: str) -> str:
    """A pattern of motion_conf.name_pattern as a POSIX extended one."""
    for perl, plain in (
        (r"\d", "[0-9]"),
        (r"\w", "[A-Za-z0-9_]"),
        ("*?", "*"),
        ("(?:", "("),
        (r"\-", "-"),
        ("$", ""),
    ):
        pattern = pattern.replace(perl, plain)
    return pattern


def longest(conf: Setup) -> float | None:
    """Seconds of the longest file that a camera writes."""
    found = [lane.length_s for lane in lanes(conf, {}, "motion") if lane.length_s]
    return max(found, default=None)


def admin(recorder: Recorder) -> Account | None:
    """The managed account of the recorder's software: the first administrator."""
    return next((a for a in recorder.accounts if a.role == "admin"), None)


def repair(reply: Reply, _: Wanted) -> Iterator[Outcome]:
    """Enabled, running, and its log can be written (else it ends at once without a word)."""
    unit, told = states(reply).get(UNIT, {}), reply.lines("logs")
    broken = bool(told) and "writable=yes" not in told
    if runs(unit) and not broken:
        return
    log = next((line[4:] for line in told if line.startswith("log=")), f"{LOGS}/motion.log")
    place = log.rpartition("/")[0] or LOGS
    before = [state(UNIT, unit)]
    if broken:
        before.append(Text(zh=f"motion 無法寫入 {place}", en=f"{place} is not writable for motion"))
    parts = [f"folder {quote(place)} 2750 motion:adm\n"] if broken else []
    yield harden(
        "recording",
        Text(zh="修復並啟用錄影服務", en="Repair the recording service and keep it on"),
        [RUNNING],
        before=row(before),
        after=row([RECORDS, Text(zh="紀錄檔可寫入", en="its log is written")]),
        action=recording(reply).change(*parts, f"unit_on {UNIT}\n"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The control page, or the stream of one file of the configuration."""

    file: str
    what: str
    port: str
    local: bool
    asks: bool

    @property
    def words(self) -> Text:
        """For people."""
        who = ("僅本機", "this machine") if self.local else ("所有位址", "every address")
        asks = ("須登入", "login") if self.asks else ("不須登入", "no login")
        return Text(
            zh=f"{self.what} {self.port}：{who[0]}、{asks[0]}",
            en=f"{self.what} {self.port}: {who[1]}, {asks[1]}",
        )


def found_pages(conf: Setup) -> Iterator[Page]:
    """The control page, the main stream, and streams that a camera's file sets differently."""
    sources: list[tuple[str, Conf, tuple[str, ...]]] = [
        (conf.main_path, conf.main, ("webcontrol", "stream"))
    ]
    for path, own in conf.cameras.items():
        if path != conf.main_path and any(key.startswith("stream_") for key in own):
            sources.append((path, conf.of(path), ("stream",)))
    for path, values, whats in sources:
        for what in whats:
            port = values.get(f"{what}_port", "0")
            if port.isdigit() and port != "0":
                method = values.get(f"{what}_auth_method", "0").lower()
                yield Page(
                    file=path,
                    what=what,
                    port=port,
                    local=is_on(values, f"{what}_localhost", "on"),
                    asks=method not in _NONE and bool(values.get(f"{what}_authentication")),
                )


def web(reply: Reply, wanted: Wanted) -> Iterator[Outcome]:
    """Every page asks for the managed login and answers this machine alone.

    A port that the school has declared stays open, with a login; that it is not encrypted is said.
    """
    conf, account = setup(reply), admin(wanted.recorder)
    every = list(found_pages(conf))
    declared = {str(p) for p in wanted.recorder.declared_ports}
    opens = [p for p in every if not p.local and p.port not in declared]
    silent = [p for p in every if not p.asks]
    yield from said_of_declared([p.port for p in every if not p.local and p.port in declared])
    if silent and account is None:
        yield no_account()
    edits = [feed(f"set_key {quote(p.file)} {p.what}_localhost", "on") for p in opens]
    edits += [] if account is None else [_login(p, account) for p in silent]
    if not edits:
        return
    port = next((p.port for p in every if p.what == "webcontrol"), None)
    proof = ""
    if port and account and silent:
        url = quote(f"http://127.0.0.1:{port}/")
        proof = f"asks {url}\n" + feed_secret(f"takes {url}", f'user = "{account.account}:$login"')
    touched = [p for p in every if p in opens or (p in silent and account)]
    yield harden(
        "web",
        Text(
            zh="網頁與串流須登入，且只接受本機連線",
            en="Pages ask for a login, on this machine alone",
        ),
        [TRANSPORT, PASSWORDS] if silent else [TRANSPORT],
        before=row(p.words for p in touched),
        after=row(_after(p, account, declared).words for p in touched),
        action=recording(reply).change(
            *edits,
            f"restart {UNIT}\n",
            proof,
            secrets={"login": account.secret} if account and silent else None,
        ),
    )


def _after(page: Page, account: Account | None, declared: set[str]) -> Page:
    local = page.local or page.port not in declared
    asks = page.asks or account is not None
    return Page(file=page.file, what=page.what, port=page.port, local=local, asks=asks)


def _login(page: Page, account: Account) -> str:
    """Digest, for basic would send the password in the clear to whoever gets between."""
    head = f"set_key {quote(page.file)} {page.what}_auth"
    return feed(f"{head}_method", "2") + feed_secret(
        f"{head}entication", f"{account.account}:$login"
    )


def said_of_declared(ports: list[str]) -> Iterator[Outcome]:
    """Open ports that the school needs stay open; a person must encrypt them."""
    for port in dict.fromkeys(ports):
        yield refuse(
            f"http-{port}",
            Text(
                zh=f"清冊聲明需要連接埠 {port}，因此仍以未加密的 HTTP 開放",
                en=f"the inventory declares port {port}, so it stays open on plain HTTP",
            ),
            Text(
                zh="在前面加上 HTTPS 代理伺服器，或從 declared_ports 移除後再推送",
                en="put an HTTPS proxy before it, or take it out of declared_ports and push again",
            ),
        )


def no_account() -> Outcome:
    """Nothing can ask for a login that nobody manages."""
    return refuse(
        "login",
        Text(
            zh="網頁不需登入，而清冊沒有納管的管理者帳號",
            en="pages ask for no login, and the inventory has no managed administrator's account",
        ),
        Text(
            zh="在清冊 accounts 加上帳號（role: admin）與密碼名稱",
            en="add an account (role: admin) with the name of its secret to `accounts`",
        ),
    )


def retain(reply: Reply, wanted: Wanted) -> Iterator[Step | Refusal]:
    """motion deletes nothing itself: systemd-tmpfiles does, a folder as a whole."""
    conf, archives = setup(reply), listed(reply)
    found = stock(reply, list(lanes(conf, archives, "motion")), archives)
    patterns = {w.ch: w for w in watched(conf, "motion")}
    yield from tmpfiles.plan(reply, wanted, found, patterns)
