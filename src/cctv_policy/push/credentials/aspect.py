"""The aspect (model.Aspect): which accounts need another password, and which should not be there.

Rules 8, 9, 10 and 15. The recorder carries a marker for each secret that was rotated here: the day
and a fingerprint of what the device stored then. So a second run changes nothing, and a password
that somebody changed since is seen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cctv_policy import defaults
from cctv_policy.drivers.framing import CannotTell, Reply
from cctv_policy.model import Text
from cctv_policy.push.credentials.accounts import Target, targets
from cctv_policy.push.credentials.realms import REALMS, config_folder
from cctv_policy.push.kinds.scripts import change, piece, quote
from cctv_policy.push.model import AspectName, Refusal, Rotation, Script, Step, Wanted
from cctv_policy.push.phrases import row
from cctv_policy.push.sections import named, only
from cctv_policy.state import Why

DEFAULT, AGE, ACCOUNTED = (
    "A3.2-no-default-password",
    "A3.2-credential-age",
    "A3.2-admin-accounts-accounted",
)
PROTECTED = frozenset({"root"})
"""Never switched off by a push, whoever asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the recorder tells of one target."""

    there: bool
    empty: bool
    rotated_on: dt.date | None
    same: bool
    """Whether the device still stores what the last rotation left."""


class Credentials:
    """The aspect."""

    @property
    def name(self) -> AspectName:
        """After hardening, which switches logins on."""
        return "credentials"

    def script(self, wanted: Wanted) -> str:
        """Names of accounts, and of each target whether it is there and when it was rotated."""
        place, driver = quote(config_folder(wanted.recorder)), quote(wanted.recorder.driver)
        body = f"account= realm= place={place} config={place} driver={driver}\n"
        body += piece("credentials") + piece("accounts")
        seen: dict[str, Target] = {}
        for os_names in (frozenset[str](), frozenset(a.account for a in wanted.recorder.accounts)):
            seen |= {t.id: t for t in targets(wanted.recorder, os_names)}
        for target in seen.values():
            words = (target.id, target.realm, target.account, target.place)
            body += f"section target tell_target {' '.join(quote(w) for w in words)}\n"
        return named("credentials", body)

    def plan(self, reply: Reply, wanted: Wanted) -> Iterable[Step | Refusal]:
        """Factory accounts off, unknown ones reported, managed ones rotated where it is due."""
        own = only("credentials", reply)
        users = dict(_users(own))
        yield from _strangers(users, wanted)
        yield from _rotations(own, users.get("os", ()), wanted)


def _users(reply: Reply) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Realm → accounts that can log in. CannotTell if the system's own list is not there."""
    found: dict[str, list[str]] = {"os": []}
    for line in reply.lines("users"):
        realm, _, name = line.partition(" ")
        found.setdefault(realm, []).append(name)
    if not found["os"]:
        raise CannotTell(Why.ODD_OUTPUT, "no account of the operating system was told")
    for realm, names in found.items():
        yield realm, tuple(dict.fromkeys(names))


def _rotations(reply: Reply, os_names: Iterable[str], wanted: Wanted) -> Iterator[Step | Refusal]:
    told = _targets_told(reply)
    admins = 0
    for target in targets(wanted.recorder, frozenset(os_names)):
        found = told.get(target.id)
        if found is None:
            raise CannotTell(Why.ODD_OUTPUT, f"nothing was told of {target.id}")
        if not found.there and target.realm != "motion":  # whose login hardening makes
            yield _absent(target)
            continue
        why = _due(target, found, wanted)
        if why is None:
            continue
        if target.admin:
            admins += 1
        if target.admin and admins > 1:
            yield _second(target)
        else:
            yield _step(target, found, why)


def _targets_told(reply: Reply) -> dict[str, Found]:
    found = {}
    for section in reply.all("target"):
        line = reply.check(section).strip()
        words = line.split(" ")
        if len(words) != 5:
            raise CannotTell(Why.ODD_OUTPUT, "an account's state cannot be read")
        id_, there, empty, day, same = words
        found[id_] = Found(
            there=there == "there",
            empty=empty == "empty",
            rotated_on=None if day == "never" else dt.date.fromisoformat(day),
            same=same == "same",
        )
    return found


def _due(target: Target, found: Found, wanted: Wanted) -> Text | None:
    """Why it is to be rotated; None: it is not."""
    last = max((d for d in (found.rotated_on, target.declared_on) if d), default=None)
    if found.empty:
        return Text(zh="空白或預設密碼", en="empty or factory password")
    if last is None:
        return Text(zh="從未更換", en="never rotated")
    if found.rotated_on and not found.same:
        return Text(
            zh=f"{found.rotated_on} 之後改過：有人變更，或上次更換中斷",
            en=f"changed since {found.rotated_on}, by somebody or by a rotation that was cut off",
        )
    changes = [day for day in wanted.school.custodian_changes or () if day > last]
    if changes:
        return Text(
            zh=f"管理人員於 {max(changes)} 異動", en=f"the custodian changed on {max(changes)}"
        )
    return None


def _step(target: Target, found: Found, why: Text) -> Step:
    words = REALMS[target.realm].words
    part = f" ({target.place})" if target.realm == "snmp" else ""
    last = found.rotated_on
    before = [Text(zh=f"{last} 更換過", en=f"rotated on {last}"), why] if last else [why]
    return Step(
        id=f"credentials.{target.id}",
        aspect="credentials",
        title=Text(
            zh=f"更換密碼：{words.zh} {target.account}{part}",
            en=f"Rotate the password: {words.en} {target.account}{part}",
        ),
        rules=(DEFAULT, AGE),
        before=row(before),
        after=Text(
            zh=f"此設備專用的新密碼，存入保管庫 {target.secret}",
            en=f"a new password for this device alone, in the vault as {target.secret}",
        ),
        action=Rotation(account=target.account, secret=target.secret),
    )


def _absent(target: Target) -> Refusal:
    return _refuse(
        target.id,
        f"清冊中的帳號 {target.account} 不在主機上",
        f"the inventory's account {target.account} is not on the recorder",
        "更正清冊，或先在主機上建立帳號；網頁登入由 hardening 啟用",
        "correct the inventory, or make the account; hardening switches logins of pages on",
    )


def _second(target: Target) -> Refusal:
    """R18: never both administrators in one run."""
    return _refuse(
        target.id,
        f"另一位管理者的密碼在本次更換；{target.account} 留待下次",
        f"another administrator's password changes in this run; {target.account} waits",
        "確認本次結果後再推送一次",
        "see that this run went well, then push again",
    )


def _strangers(users: dict[str, tuple[str, ...]], wanted: Wanted) -> Iterator[Step | Refusal]:
    recorder = wanted.recorder
    managed = {account.account for account in recorder.accounts}
    if recorder.connect:
        managed.add(recorder.connect.user)
        if recorder.connect.push:
            managed.add(recorder.connect.push.user)
    vendors = [name for name in (recorder.driver, recorder.brand, recorder.oem) if name]
    factory = {entry.account for name in vendors for entry in defaults.of_vendor(name)}
    for realm, names in users.items():
        if realm not in ("os", "motioneye", "zoneminder"):
            continue
        for name in names:
            if name in managed:
                continue
            known = name in factory and realm != "os"
            if (known or wanted.disable_unknown_accounts) and name not in PROTECTED:
                yield _switch_off(realm, name, wanted, factory=known)
            else:
                yield _refuse(
                    f"{realm}.{name}",
                    f"{REALMS[realm].words.zh} {name} 不在清冊中",
                    f"the {REALMS[realm].words.en} {name} is not in the inventory",
                    "確認是誰的帳號：加入清冊，或以 --disable-unknown-accounts 停用",
                    "find out whose it is: add it to the inventory, or switch it off with "
                    "--disable-unknown-accounts",
                )


def _switch_off(realm: str, name: str, wanted: Wanted, *, factory: bool) -> Step:
    place = quote(config_folder(wanted.recorder))
    kind = Text(zh="出廠帳號", en="factory account") if factory else REALMS[realm].words
    return Step(
        id=f"credentials.off.{realm}.{name}",
        aspect="credentials",
        title=Text(zh=f"停用{kind.zh} {name}", en=f"Switch off the {kind.en} {name}"),
        rules=(DEFAULT, ACCOUNTED),
        before=Text(zh="可以登入", en="can log in"),
        after=Text(zh="不能登入", en="cannot log in"),
        action=Script(
            sh=change(
                piece("credentials"),
                f"account={quote(name)} realm={realm} place={place}\noff_{realm}\ntaken\n",
            ).sh,
            timeout_s=120,
        ),
    )


def _refuse(name: str, zh: str, en: str, fix_zh: str, fix_en: str) -> Refusal:
    return Refusal(
        id=f"credentials.{name}",
        aspect="credentials",
        why=Text(zh=zh, en=en),
        fix=Text(zh=fix_zh, en=fix_en),
    )
