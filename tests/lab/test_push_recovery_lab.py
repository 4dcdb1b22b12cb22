"""What docs/push.md tells a person to do after a rotation ended so or so, typed as it stands there.

One recorder and its operator's account; each trouble is made on the recorder or in the vault.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cctv_policy.secretstore import Secret
from cctv_policy.vault import Entry
from tests.soak import long_form_only
from tests.vault.files import Two

from .lab import RUN
from .rotating import CHECKS, OPERATOR, Built, build
from .test_rotation_lab import watches
from .test_rotation_push_lab import environment, made

pytestmark = pytest.mark.lab
NAME, AT = "lab/nvr/operator", "2026-11-27T10:00:00+08:00"
CHPASSWD = "/usr/local/sbin/chpasswd"


@dataclass(slots=True)
class Site:
    """The district's folder, its vault, and the recorder."""

    one: Built
    root: Path
    two: Two
    key: Path

    def types(self, line: str) -> str:
        """What a person types in the district's folder; what was said."""
        words = line.replace("cctv-policy", f"{sys.executable} -m cctv_policy").split()
        done = subprocess.run(
            words, cwd=self.root, env=environment(self.key), capture_output=True, text=True,
            check=False, timeout=300, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        print("$", line, done.returncode, done.stdout[-900:], done.stderr[-600:], flush=True)
        return done.stdout + done.stderr

    def push(self, *more: str) -> str:
        words = " ".join(more)
        base = "cctv-policy push apply --yes --only credentials --vault vault.yaml"
        return self.types(f"{base} {words}")

    def has(self, word: str) -> None:
        """What the account has now, as somebody on site sets it. The marker no longer fits it."""
        self.one.host.exec("/usr/sbin/chpasswd", stdin=f"{OPERATOR}:{word}\n")

    def knows(self, word: str) -> None:
        entry = Entry(version=self.two.open().read(NAME).version)
        self.two.open().write(NAME, entry.with_pending(Secret(word)).promoted(AT))

    def well(self) -> bool:
        """The vault's value logs in, and nothing is left half done."""
        entry = self.two.open().read(NAME)
        works = entry.current is not None and CHECKS["os"](self.one.host, entry.current.reveal())
        return works and entry.pending is None and not entry.mark

    def instead(self, body: str) -> None:
        """Another chpasswd, before the system's own in the path."""
        self.one.host.exec(f"cat > {CHPASSWD}; chmod 755 {CHPASSWD}", stdin=f"#!/bin/sh\n{body}\n")

    def as_before(self) -> None:
        self.one.host.exec(f"rm -f {CHPASSWD}")


@pytest.fixture(scope="module")
def site(lab: None) -> Iterator[Site]:
    one = build("segment")
    root = RUN / "recovery"
    root.mkdir()
    two, key = made(one, root, pages=False)
    yield Site(one, root, two, key)
    one.host.stop()


@pytest.fixture(autouse=True)
def known(site: Site) -> Iterator[None]:
    """Each trial begins with a password that the vault knows, on an account that is due."""
    word = f"Start-{secrets.token_hex(4)}"
    site.has(word)
    site.knows(word)
    yield
    site.as_before()


def unknown(site: Site) -> None:
    site.has("Set-by-hand.77")
    assert "[credentials.os.operator1] 保管庫中的密碼都無法登入" in site.push()


def entered(site: Site, word: str) -> None:
    source = site.root / "value.txt"
    source.touch(mode=0o600)
    source.write_text(f"{word}\n")
    site.types(f"cctv-policy vault put {NAME} --from value.txt")


def test_unknown_what_the_device_has_is_entered(site: Site) -> None:
    unknown(site)
    entered(site, "Set-by-hand.77")
    assert "密碼已更換" in site.push() and site.well()


def test_budget_the_lock_time_has_passed(site: Site) -> None:
    entry = site.two.open().read(NAME)
    used = Entry(version=entry.version, current=entry.current, tries=3, mark="unknown")
    site.two.open().write(NAME, used)
    assert "登入嘗試次數已達上限" in site.push()
    assert "密碼已更換" in site.push("--fresh-budget") and site.well()


def test_busy_the_other_run_is_dead_on_another_machine(site: Site) -> None:
    site.two.open().acquire("nvr-1", "elsewhere/boot/7/7")
    assert "另一個執行程序正在處理此設備" in site.push()
    assert "密碼已更換" in site.push("--take-over") and site.well()


def test_vault_a_copy_is_lost(site: Site) -> None:
    (site.root / "b/vault.age").unlink()
    assert "保管庫" in site.push()
    site.types("cctv-policy vault recover")
    assert "密碼已更換" in site.push() and site.well()


def test_unknown_root_may_set_a_new_one(site: Site) -> None:
    unknown(site)
    assert "密碼已更換" in site.push("--reset-unknown") and site.well()


def declined(site: Site) -> None:
    site.instead("echo 'BAD PASSWORD' >&2; exit 1")
    assert "設備不接受新密碼" in site.push()
    site.as_before()


def not_applied(site: Site) -> None:
    site.instead("cat >/root/later")
    assert "尚未生效" in site.push()
    site.as_before()
    site.one.host.exec("chpasswd </root/later")


def bad_profile(site: Site) -> None:
    """It cuts to 12 characters; the inventory then says so."""
    site.instead("sed 's/^\\([^:]*:.\\{12\\}\\).*/\\1/' | /usr/sbin/chpasswd")
    assert "設備擅自截短或改寫了密碼" in site.push()
    school = site.root / "inventory/schools/school-1-es.yaml"
    text, was = school.read_text(), '    status: "in_use"\n'
    assert text.count(was) == 1
    school.write_text(text.replace(was, f"{was}    baseline: {{login_rules: {{length: 12}}}}\n"))


def wrong_device(site: Site) -> None:
    """Another recorder with the old one's keys: its machine id differs."""
    assert "密碼已更換" in site.push()
    swap = "tr 0-9a-f 1-9a-f0 </etc/machine-id >/run/id && cat /run/id >/etc/machine-id"
    site.one.host.exec(f"rm -rf /var/lib/cctv-policy/rotated; {swap}")
    school = site.root / "inventory/schools/school-1-es.yaml"
    kept = (line for line in school.read_text().splitlines() if "rotated_on" not in line)
    school.write_text("\n".join(kept) + "\n")
    site.has("As-delivered.5")
    assert "不是原來那一台" in site.push()
    entered(site, "As-delivered.5")


def old_works(site: Site) -> None:
    """Something on the recorder remembers the password of before, until it is restarted."""
    first = site.two.open().get(NAME).reveal()
    site.one.host.exec("cat >/run/remembered", stdin=first)
    site.instead("/usr/sbin/chpasswd; touch /run/changed")
    cache = "/usr/local/sbin/remembers"
    body = '#!/bin/sh\nread -r word; [ "$word" = "$(cat /run/remembered)" ]\n'
    site.one.host.exec(f"cat >{cache}; chmod 755 {cache}", stdin=body)
    site.one.host.exec(
        f"sed -i '1i auth sufficient pam_exec.so expose_authtok {cache}' /etc/pam.d/su"
    )
    assert "舊密碼也仍可登入" in site.push()
    site.one.host.exec("sed -i 1d /etc/pam.d/su")


def unreachable(site: Site) -> None:
    """The line breaks right after the change; the device is not left locked."""
    site.instead("/usr/sbin/chpasswd; pkill -KILL -u cctv-push sshd")
    assert "設備沒有回應" in site.push()
    site.as_before()


@long_form_only
@pytest.mark.parametrize(
    ("trouble", "again"),
    [
        (declined, "密碼已更換"),
        (bad_profile, "密碼已更換"),
        (not_applied, "上次中斷的更換已完成"),
        (old_works, "密碼已更換"),
        (unreachable, "上次中斷的更換已完成"),
        (wrong_device, "密碼已更換"),
    ],
)
def test_the_cause_is_gone_and_it_runs_again(
    site: Site, trouble: Callable[[Site], None], again: str
) -> None:
    trouble(site)
    assert again in site.push() and site.well()


SYSTEMCTL = "/usr/local/sbin/systemctl"


@long_form_only
def test_a_camera_whose_password_nobody_knew_and_whose_recorder_was_lost_in_between(
    site: Site,
) -> None:
    """`no_secret`: it is entered. `dependent_failed`: run again; camera and copy agree then."""
    camera, school = site.one.camera, site.root / "inventory/schools/school-1-es.yaml"
    address = camera.addresses[0].partition("/")[0]
    text = school.read_text()
    place = next(line for line in text.splitlines() if line.strip().startswith("place:"))
    more = (f"address: {address}", "login: {user: admin, secret: lab/camera}")
    lines = (place, *(place.partition("place:")[0] + line for line in more))
    school.write_text(text.replace(place, "\n".join(lines)))
    assert "vault put" in site.push()
    source = site.root / "value.txt"
    source.touch(mode=0o600)
    source.write_text(f"{camera.password}\n")
    site.types("cctv-policy vault put lab/camera --from value.txt")
    site.one.host.exec(
        f"cat >{SYSTEMCTL}; chmod 755 {SYSTEMCTL}",
        stdin='#!/bin/sh\ncase "$*" in *restart*cctv-record*)'
        ' pkill -KILL -u cctv-push sshd ;; esac\nexec /usr/bin/systemctl "$@"\n',
    )
    assert "錄影主機尚未能以新密碼錄影，也無法改回" in site.push()
    site.one.host.exec(f"rm {SYSTEMCTL}")
    said = site.push()
    entry = site.two.open().read("lab/camera")
    assert entry.current and entry.pending is None and not entry.mark, said
    assert watches(site.one, entry.current.reveal())
    unit = site.one.host.exec("cat /etc/systemd/system/cctv-record-ch1.service").stdout
    assert f"admin:{entry.current.reveal()}@" in unit
