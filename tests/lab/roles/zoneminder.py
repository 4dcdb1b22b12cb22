"""ZoneMinder with its database and Apache, as Debian packages them."""

# ruff: noqa: S608 - the statements are made of the lab's own values

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ..archive import PIECE_BYTES
from ..lab import image, run
from ..layer import Dir, Disk, File, Item, Layer, Link, enable, unit
from .common import AUDIT, Recorder

PLACE = "/var/cache/zoneminder/events"
MAIN = "/etc/zm/zm.conf"
OWNER = "www-data:www-data"
AVAILABLE = "/etc/apache2/mods-available"
MODULES = ("cgi.load", "rewrite.load", "headers.load", "socache_shmcb.load")
SSL_MODULES = ("ssl.load", "ssl.conf")

FIRST_BOOT = """\
[Unit]
Description=Load this recorder's cameras and archive into the database
After=mariadb.service
Requires=mariadb.service
Before=zoneminder.service apache2.service
ConditionPathExists=!/var/lib/zm/loaded

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -ec 'mysql zm < /var/lib/zm/load.sql; \
php /var/lib/zm/password.php | mysql zm; \
rm /var/lib/zm/load.sql /var/lib/zm/password.php; touch /var/lib/zm/loaded'
"""

# The package leaves out the .htaccess files without which the API is a 404.
API = """\
<Directory /usr/share/zoneminder/www/api>
  RewriteEngine on
  RewriteBase /zm/api
  RewriteRule ^$ app/webroot/ [L]
  RewriteRule (.*) app/webroot/$1 [L]
</Directory>
<Directory /usr/share/zoneminder/www/api/app>
  RewriteEngine on
  RewriteBase /zm/api
  RewriteRule ^$ webroot/ [L]
  RewriteRule (.*) webroot/$1 [L]
</Directory>
<Directory /usr/share/zoneminder/www/api/app/webroot>
  RewriteEngine on
  RewriteBase /zm/api
  RewriteCond %{REQUEST_FILENAME} !-d
  RewriteCond %{REQUEST_FILENAME} !-f
  RewriteRule ^ index.php [L]
</Directory>
"""
CLOSED_CACHE = f"<Directory {PLACE}>\n  Require all denied\n</Directory>\n"
# As docs/drivers.md asks for: the session, so that the driver can tell who played what.
FORMAT = r'"%h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\" %{ZMSESSID}C"'
SITE = f"DocumentRoot /var/www/html\n  CustomLog /var/log/apache2/access.log {FORMAT}\n"

RETENTION = (
    '{{"terms":[{{"attr":"Archived","op":"=","val":"0"}},'
    '{{"cnj":"and","attr":"StartDateTime","op":"<","val":"-{days} day"}},'
    '{{"cnj":"and","attr":"EndDateTime","op":"IS NOT","val":"NULL"}}],'
    '"limit":"100","sort_field":"Id","sort_asc":"1"}}'
)


def layer(recorder: Recorder, now: datetime) -> Layer:
    """Database rows, Apache and archive; login on, https only, recordings closed."""
    events = list(footage(recorder, now))
    items: list[Item] = [
        Dir(path=PLACE, owner=OWNER),
        Dir(path="/var/log/zm", owner=OWNER),
        *configuration(recorder),
        *apache(recorder),
        File(path="/var/lib/zm/load.sql", content=sql(recorder, events), mode=0o600),
        File(path="/var/lib/zm/password.php", content=password(recorder), mode=0o600),
        *unit("lab-zm-load.service", FIRST_BOOT),
        *enable("mariadb.service", "apache2.service", "zoneminder.service"),
        *(item for event in events for item in event.items),
    ]
    if recorder.database_socket:
        items += enable("mariadb.socket", target="sockets.target")
    return Layer(items=tuple(items), disks=(Disk(path=PLACE, full=recorder.disk_full),))


def configuration(recorder: Recorder) -> tuple[Item, ...]:
    """The database login where ZoneMinder looks for it; the shipped one when auth is off."""
    login = f"ZM_DB_PASS={database_password(recorder)}\n"
    return (
        # The unit asks for the name mysql.service, which only MariaDB's alias has.
        File(
            path="/etc/systemd/system/zoneminder.service.d/lab.conf",
            content="[Unit]\nAfter=mariadb.service lab-zm-load.service\n"
            "Requires=mariadb.service lab-zm-load.service\n",
        ),
        # Installed for root only: the daemons cannot read it until someone changes that.
        File(
            path=MAIN, content=(image() / MAIN[1:]).read_text(), mode=0o640, owner="root:www-data"
        ),
        File(path="/etc/zm/conf.d/90-lab.conf", content=login, mode=0o640, owner="root:www-data"),
        File(path="/etc/php/8.2/apache2/conf.d/90-lab.ini", content="date.timezone=Asia/Taipei\n"),
    )


def database_password(recorder: Recorder) -> str:
    """Its own, or the one of the documentation."""
    return recorder.secrets.database if recorder.auth else "zmpass"


def apache(recorder: Recorder) -> tuple[Item, ...]:
    """https with a certificate of its own; plain http only as a planted fault."""
    https = not recorder.admin_on_lan
    modules = MODULES + (SSL_MODULES if https else ())
    enabled = tuple(
        Link(path=f"/etc/apache2/mods-enabled/{name}", target=f"../mods-available/{name}")
        for name in modules
    )
    port = "443" if https else "80"
    tls = "  SSLEngine on\n  SSLCertificateFile /etc/ssl/private/zm.pem\n" if https else ""
    site = f"<VirtualHost *:{port}>\n  {SITE}{tls}</VirtualHost>\n"
    extra = API if recorder.open_cache else API + CLOSED_CACHE
    return (
        *enabled,
        Link(
            path="/etc/apache2/conf-enabled/zoneminder.conf",
            target="../conf-available/zoneminder.conf",
        ),
        File(path="/etc/apache2/conf-enabled/zz-lab.conf", content=extra),
        File(path="/etc/apache2/ports.conf", content=f"Listen {port}\n"),
        File(path="/etc/apache2/sites-enabled/000-default.conf", content=site),
        *((certificate(recorder),) if https else ()),
    )


def certificate(recorder: Recorder) -> File:
    """Self-signed, key and certificate in one file."""
    pem = run(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes", "-days", "30", "-subj", f"/CN={recorder.name}",
        "-addext", f"subjectAltName=IP:{recorder.nics[0].ip}", "-keyout", "-", "-out", "-",
    )  # fmt: skip
    return File(path="/etc/ssl/private/zm.pem", content=pem, mode=0o600)


class Event:
    """One archived event: its row and its files."""

    def __init__(
        self, number: int, channel: int, start: datetime, end: datetime, skew: timedelta
    ) -> None:
        self.number, self.channel, self.end = number, channel, end
        self.begins, self.ends = start + skew, end + skew
        folder = f"{PLACE}/{channel}/{self.begins:%Y-%m-%d}"
        self.items: tuple[Item, ...] = (
            Dir(path=f"{PLACE}/{channel}", owner=OWNER),
            Dir(path=folder, owner=OWNER),
            Dir(path=f"{folder}/{number}", owner=OWNER),
            File(
                path=f"{folder}/{number}/{number}-video.mp4",
                size=PIECE_BYTES,
                mtime=end.timestamp(),
                owner=OWNER,
            ),
        )

    @property
    def row(self) -> str:
        """The values of table Events."""
        seconds = (self.ends - self.begins).total_seconds()
        return (
            f"({self.number},{self.channel},1,'Event- {self.number}','Continuous',"
            f"'{self.begins:%Y-%m-%d %H:%M:%S}','{self.ends:%Y-%m-%d %H:%M:%S}',640,360,"
            f"{seconds},{int(seconds * 5)},'{self.number}-video.mp4',{PIECE_BYTES},'Medium',0)"
        )


def footage(recorder: Recorder, now: datetime) -> tuple[Event, ...]:
    """All archived events in the order of their start, numbered as ZoneMinder would.

    Its rows and folders have the recorder's own wall time.
    """
    skew, zone = timedelta(seconds=recorder.clock_offset_s), ZoneInfo(recorder.zone)
    pieces = sorted(
        (start.astimezone(zone), end.astimezone(zone), channel)
        for channel in range(1, len(recorder.streams) + 1)
        for start, end in recorder.archive.pieces(channel, now)
    )
    return tuple(
        Event(number, channel, start, end, skew)
        for number, (start, end, channel) in enumerate(pieces, start=1)
    )


def sql(recorder: Recorder, events: list[Event]) -> str:
    """Settings, accounts, monitors, retention and events of this recorder."""
    password = database_password(recorder)
    statements = [
        f"ALTER USER zmuser@localhost IDENTIFIED BY '{password}'",
        # Reads only, and only for the OS account of the same name on this machine.
        f"CREATE USER '{AUDIT}'@localhost IDENTIFIED VIA unix_socket",
        f"GRANT SELECT ON zm.* TO '{AUDIT}'@localhost",
        "UPDATE Config SET Value='0' WHERE Name='ZM_SHOW_PRIVACY'",
        "UPDATE Config SET Value='Asia/Taipei' WHERE Name='ZM_TIMEZONE'",
        *monitors(recorder),
    ]
    if recorder.auth:
        statements += [
            "UPDATE Config SET Value='1' WHERE Name='ZM_OPT_USE_AUTH'",
            f"UPDATE Config SET Value='{password[::-1]}' WHERE Name='ZM_AUTH_HASH_SECRET'",
        ]
    if recorder.retention_days is not None:
        query = RETENTION.format(days=recorder.retention_days)
        statements.append(
            "INSERT INTO Filters (Name,UserId,Query_json,AutoDelete,Background) "
            f"VALUES ('cctv-policy-max-{recorder.retention_days}d',1,'{query}',1,1)"
        )
    if events:
        statements.append(
            "INSERT INTO Events (Id,MonitorId,StorageId,Name,Cause,StartDateTime,EndDateTime,"
            "Width,Height,Length,Frames,DefaultVideo,DiskSpace,Scheme,StateId) VALUES "
            + ",\n".join(event.row for event in events)
        )
    return ";\n".join(statements) + ";\n"


def monitors(recorder: Recorder) -> list[str]:
    """One monitor per camera: record all the time, pass the stream through, 20 s an event."""
    return [
        "INSERT INTO Monitors (Id,Name,Type,Function,Enabled,Path,Method,Width,Height,Colours,"
        "SectionLength,VideoWriter,SaveJPEGs,StorageId,DecodingEnabled,OutputContainer) VALUES "
        f"({channel},'cam{channel}','Ffmpeg','Record',1,'{stream.url_with_login}','rtpRtsp',"
        "640,360,4,20,2,0,1,0,'mp4')"
        for channel, stream in enumerate(recorder.streams, start=1)
    ]


def password(recorder: Recorder) -> str:
    """PHP that prints the statement setting the admin's password (shipped: admin/admin)."""
    secret = recorder.secrets.admin_password if recorder.auth else "admin"
    return (
        f"<?php $h = password_hash('{secret}', PASSWORD_BCRYPT); "
        "echo \"UPDATE Users SET Password='$h', APIEnabled=1 WHERE Username='admin';\\n\";\n"
    )
