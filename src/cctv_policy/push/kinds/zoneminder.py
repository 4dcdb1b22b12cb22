"""ZoneMinder: login on, https only, recordings and database closed, logs that outlive a quarter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cctv_policy.drivers.framing import CannotTell, Reply
from cctv_policy.drivers.network import parse_sockets, reachable
from cctv_policy.inventory import Recorder
from cctv_policy.model import Text
from cctv_policy.push.kinds.motion import admin, no_account, said_of_declared
from cctv_policy.push.kinds.scripts import change, feed, piece, quote
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
from cctv_policy.push.model import Wanted
from cctv_policy.push.phrases import as_is, row
from cctv_policy.state import Why

EVENTS = "/var/cache/zoneminder/events"
UNIT = "zoneminder.service"
LOGGED = "A5.4-register-entry"
KEEP_LOGS_D = 100
"""A quarter and a week: the register is compared with the logs every quarter."""

SITE = (
    "<VirtualHost *:443>",
    "  DocumentRoot /var/www/html",
    "  ErrorLog ${APACHE_LOG_DIR}/error.log",
    "  CustomLog ${APACHE_LOG_DIR}/access.log combined",
    "  SSLEngine on",
    "  SSLCertificateFile /etc/ssl/private/cctv-policy.pem",
    "</VirtualHost>",
)
_RANDOM = """\
random=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \\n')
[ "${#random}" = 48 ] || fail 'no random numbers'
sql <<END_OF_SQL || exit 1
UPDATE Config SET Value = '$random' WHERE Name = 'ZM_AUTH_HASH_RANDOM';
END_OF_SQL
"""


def snapshot(_: Wanted) -> str:
    """Shell text of what `close` and `repair` read."""
    return piece("zoneminder")


def rows(reply: Reply, kind: str) -> list[list[str]]:
    """Rows of the settings section. CannotTell if the database did not answer."""
    found = [line.split("\t") for line in reply.lines("settings")]
    if not any(row[0] == "config" for row in found):
        raise CannotTell(Why.ODD_OUTPUT, "the database did not answer")
    return [row[1:] for row in found if row[0] == kind]


def recording(reply: Reply) -> Recording:
    """Its service, and the folder of each monitor that records."""
    found = [r for r in rows(reply, "monitor") if r[2] == "1" and r[1] in ("Record", "Mocord")]
    return Recording(
        units=(UNIT,),
        channels=tuple(Watched(ch=r[0], folder=f"{EVENTS}/{r[0]}") for r in found),
        length_s=max((float(r[3]) for r in found if r[3].isdigit()), default=None),
    )


def repair(reply: Reply, _: Wanted) -> Iterator[Outcome]:
    """Database, web server and recorder run, now and at every boot."""
    unit = states(reply)
    database = "mysql.service" if "mysql.service" in unit else "mariadb.service"
    names = (database, "apache2.service", UNIT)
    off = [name for name in names if not runs(unit.get(name, {}))]
    if not off:
        return
    yield harden(
        "recording",
        Text(zh="啟用錄影服務", en="Keep the recording services on"),
        [RUNNING],
        before=row(state(name, unit.get(name, {})) for name in off),
        after=RECORDS,
        action=recording(reply).change(*(f"unit_on {name}\n" for name in off)),
    )


def close(reply: Reply, wanted: Wanted) -> Iterator[Outcome]:
    """Login, database, web server, logs."""
    config = {r[0]: r[1] for r in rows(reply, "config")}
    yield from login(reply, config, wanted.recorder)
    yield from database(reply)
    yield from web(reply, wanted)
    yield from logs(reply, config)


def login(reply: Reply, config: dict[str, str], recorder: Recorder) -> Iterator[Outcome]:
    """ZM_OPT_USE_AUTH on and a hash secret of its own. Passwords are the affair of credentials."""
    off = config.get("ZM_OPT_USE_AUTH") != "1"
    factory = config.get("ZM_AUTH_HASH_RANDOM") == "factory"
    if not off and not factory:
        return
    if off and admin(recorder) is None:
        yield no_account()
        return
    parts = [_RANDOM] if factory else []
    if off:
        back = "UPDATE Config SET Value = '0' WHERE Name = 'ZM_OPT_USE_AUTH';"
        parts.append(feed("sql_undo", back) + feed("sql", back.replace("'0'", "'1'")))
    yield harden(
        "login",
        Text(zh="啟用登入驗證", en="Switch the login on"),
        [TRANSPORT, PASSWORDS],
        before=_login(off=off, factory=factory),
        after=_login(off=False, factory=False),
        action=recording(reply).change(*parts, f"restart {UNIT}\n"),
    )


def _login(*, off: bool, factory: bool) -> Text:
    asks = ("不須登入", "login off") if off else ("須登入", "login on")
    secret = (
        ("出廠的雜湊密鑰", "hash secret factory")
        if factory
        else ("自己的雜湊密鑰", "hash secret own")
    )
    return Text(zh=f"{asks[0]}、{secret[0]}", en=f"{asks[1]}, {secret[1]}")


def database(reply: Reply) -> Iterator[Outcome]:
    """The database answers this machine alone (Debian's socket unit opens 3306 to everybody)."""
    unit = states(reply).get("mariadb.socket", {})
    listens = reachable(parse_sockets(reply.text("sockets")), 3306)
    socket = unit.get("ActiveState") == "active" or unit.get("UnitFileState") == "enabled"
    if not listens and not socket:
        return
    place = "/etc/mysql/mariadb.conf.d/99-cctv-policy.cnf"
    parts = ["unit_off mariadb.socket\n"] if socket else []
    parts.append(feed(f"put {place}", "[mysqld]", "bind-address = 127.0.0.1"))
    yield harden(
        "database",
        Text(zh="資料庫只接受本機連線", en="The database answers this machine alone"),
        [TRANSPORT],
        before=row(
            [
                state("mariadb.socket", unit),
                Text(zh="3306 開放", en="3306 open")
                if listens
                else Text(zh="3306 關閉", en="3306 closed"),
            ]
        ),
        after=Text(
            zh="mariadb.socket 停用，3306 僅限本機",
            en="mariadb.socket off, 3306 on 127.0.0.1 only",
        ),
        action=recording(reply).change(
            *parts, "restart mariadb.service\n", "port_closed 3306\n", f"restart {UNIT}\n"
        ),
    )


def _apache(reply: Reply, kind: str) -> list[tuple[str, str]]:
    """File and line of one kind of finding."""
    found = (
        line.removeprefix(f"{kind} ") for line in reply.lines("apache") if line.startswith(kind)
    )
    return [(line.partition(":")[0], line.partition(":")[2]) for line in found]


def web(reply: Reply, wanted: Wanted) -> Iterator[Outcome]:
    """https instead of http, and no recording without a login."""
    listening = parse_sockets(reply.text("sockets"))
    http, https = reachable(listening, 80), reachable(listening, 443)
    openssl = "has openssl" in reply.lines("apache")
    closed = bool(_apache(reply, "closed"))
    parts: list[str] = []
    before: list[Text] = []
    after: list[Text] = []
    if not closed:
        parts.append(
            feed(
                "put /etc/apache2/conf-available/cctv-policy.conf",
                f'<Directory "{EVENTS}">',
                "  Require all denied",
                "</Directory>",
            )
            + "link ../conf-available/cctv-policy.conf /etc/apache2/conf-enabled/cctv-policy.conf\n"
        )
        before.append(
            Text(zh="任何人可讀取 /zm/cache/events", en="/zm/cache/events open to everybody")
        )
        after.append(
            Text(
                zh="/zm/cache/events 關閉，登入網頁後才能播放",
                en="/zm/cache/events closed; recordings play through the page, after a login",
            )
        )
    if http and 80 in wanted.recorder.declared_ports:
        yield from said_of_declared(["80"])
    elif http and not https and not openssl:
        yield refuse(
            "https",
            Text(
                zh="主機沒有 openssl，無法製作憑證", en="there is no openssl to make a certificate"
            ),
            Text(zh="安裝 openssl 套件後再推送", en="install openssl and push again"),
        )
    elif http:
        listens = _apache(reply, "listen")
        if not https:
            parts.append(_tls(listens))
            before.append(Text(zh="沒有 HTTPS", en="no https"))
            after.append(
                Text(
                    zh="HTTPS（443），主機自簽憑證",
                    en="https on 443 with a certificate of this machine's own",
                )
            )
        for file, line in listens:
            if re.fullmatch(r"\s*Listen\s+(?:\S*:)?80(?:\s+http)?\s*", line):
                parts.append(feed(f"swap {quote(file)}", line, "Listen 127.0.0.1:80"))
        before.append(Text(zh="80 埠未加密", en="plain http on 80"))
        after.append(Text(zh="HTTP 僅限本機", en="http for this machine only"))
    if parts:
        check = "quietly apache2ctl configtest || fail 'apache refuses its configuration'\n"
        yield harden(
            "web",
            Text(zh="改用 HTTPS，錄影檔須登入", en="https only, and no recording without a login"),
            [TRANSPORT],
            before=row(before),
            after=row(after),
            action=change(*parts, check, "restart apache2.service\n"),
        )


def _tls(listens: list[tuple[str, str]]) -> str:
    """A certificate, Apache's module, a site for it."""
    own = any(re.search(r"\b443\b", line) for _, line in listens)
    mods = "".join(
        f"link ../mods-available/{name} /etc/apache2/mods-enabled/{name}\n"
        for name in ("ssl.load", "ssl.conf", "socache_shmcb.load")
    )
    head = [] if own else ["Listen 443"]
    site = feed("put /etc/apache2/sites-available/cctv-policy.conf", *head, *SITE)
    return (
        f"certificate /etc/ssl/private/cctv-policy.pem\n{mods}{site}"
        "link ../sites-available/cctv-policy.conf /etc/apache2/sites-enabled/cctv-policy.conf\n"
    )


def logs(reply: Reply, config: dict[str, str]) -> Iterator[Outcome]:
    """Logs live longer than a quarter, and hold no session that could be used again."""
    parts: list[str] = []
    before: list[Text] = []
    limit = config.get("ZM_LOG_DATABASE_LIMIT", "")
    days = re.fullmatch(r"\s*(\d+)\s*day\w*\s*", limit, re.IGNORECASE)
    if days and int(days[1]) < KEEP_LOGS_D:
        set_to = "UPDATE Config SET Value = '{} day' WHERE Name = 'ZM_LOG_DATABASE_LIMIT';"
        parts.append(feed("sql_undo", set_to.format(int(days[1]))))
        parts.append(feed("sql", set_to.format(KEEP_LOGS_D)))
        before.append(Text(zh=f"Logs 資料表 {limit}", en=f"table Logs {limit}"))
    for file, line in _apache(reply, "rotate"):
        word, _, number = line.strip().partition(" ")
        if number.strip().isdigit() and int(number) < KEEP_LOGS_D:
            new = line.replace(f"{word} {number}", f"{word} {KEEP_LOGS_D}")
            parts.append(feed(f"swap {quote(file)}", line, new))
            before.append(as_is(f"{file}: {line.strip()}"))
    for file, line in _apache(reply, "cookie"):
        new = re.sub(r"%\{(?:ZMSESSID\}C|Cookie\}i)", "-", line)
        parts.append(feed(f"swap {quote(file)}", line, new))
        before.append(
            Text(
                zh=f"{file}：紀錄含明文工作階段", en=f"{file}: the log holds sessions in the clear"
            )
        )
    if parts:
        yield harden(
            "logs",
            Text(zh="延長紀錄保存期間", en="Keep logs longer than a quarter"),
            [LOGGED],
            before=row(before),
            after=Text(
                zh=f"保存 {KEEP_LOGS_D} 日，不含明文工作階段",
                en=f"{KEEP_LOGS_D} days, no session in the clear",
            ),
            action=change(
                *parts,
                "quietly apache2ctl configtest || fail 'apache refuses its configuration'\n",
                "quietly systemctl reload apache2.service || fail 'apache does not reload'\n",
            ),
        )
