"""The embedded vault: one age file in two or more places, always written whole.

Writing: stage a synced file beside every copy, read it back and decrypt it, and only then rename
all of them. What fails before the first rename has changed nothing; what fails later leaves the new
state in one copy at least, and reading takes the newest. A copy that is behind is brought up to
date by the next write; copies that went apart are refused (`recover`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path

from cctv_policy.errors import VaultError
from cctv_policy.secretstore import Secret, checked_name
from cctv_policy.vault import base
from cctv_policy.vault.base import Lease, Listed
from cctv_policy.vault.disk import Disk, OsDisk
from cctv_policy.vault.document import Content, decode, digest, encode, follows, joined
from cctv_policy.vault.entry import Entry
from cctv_policy.vault.keys import Keys, count_recipients, seal

RECOVER = "cctv-policy vault recover"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What one place holds: its content, or why there is none."""

    path: Path
    content: Content | None
    problem: VaultError | None = None


class FileVault:
    """A vault in the files `copies`, encrypted for `recipients`, opened with `keys`.

    `single_copy`: who allowed writes that reach one copy only, and when; recorded with each.
    """

    def __init__(
        self,
        copies: Sequence[Path],
        recipients: Sequence[str],
        keys: Keys,
        *,
        single_copy: str = "",
        disk: Disk | None = None,
    ) -> None:
        self.copies = tuple(copies)
        self.recipients = tuple(sorted(recipients))
        self._keys = keys
        self._single_copy = single_copy
        self._disk: Disk = disk or OsDisk()

    def get(self, name: str) -> Secret:
        return base.current_of(checked_name(name), self.read(name))

    def read(self, name: str) -> Entry:
        return self.content().entry(checked_name(name))

    def write(self, name: str, entry: Entry, *, lease: Lease | None = None) -> Entry:
        checked_name(name)
        return self._change(lambda content: content.with_entry(name, entry, lease)).entry(name)

    def listed(self) -> tuple[Listed, ...]:
        entries = self.content().entries
        return tuple(base.listed(name, entry) for name, entry in sorted(entries.items()))

    def acquire(self, device: str, holder: str, *, force: bool = False) -> Lease:
        made: list[Lease] = []

        def take(content: Content) -> Content:
            content, lease = content.with_lease(device, holder, force=force)
            made.append(lease)
            return content

        self._change(take)
        return made[0]

    def check(self, lease: Lease) -> None:
        self.content().check(lease)

    def release(self, lease: Lease) -> None:
        self._change(lambda content: content.without_lease(lease))

    def create(self) -> None:
        """An empty vault where none is. VaultError if any copy is there."""
        with self._locked():
            there = [str(path) for path in self.copies if self._exists(path)]
            if there:
                raise VaultError("金庫已存在 (a vault is there already)", where=", ".join(there))
            self._store(Content().next(self.recipients), needed=len(self.copies))

    def content(self) -> Content:
        """The newest state. VaultError if no copy can be read or copies went apart."""
        return _newest(self.look())

    def look(self) -> tuple[Copy, ...]:
        """Every copy as it is."""
        return tuple(self._look(path) for path in self.copies)

    def recover(self, prefer: Path | None = None) -> Content:
        """Make every copy whole again, for exactly the recipients of today.

        Copies that went apart need `prefer`, the one that leads; the other's secrets are kept as
        previous values.
        """
        with self._locked():
            copies = self.look()
            content = _preferred(copies, prefer) if prefer else _newest(copies)
            self._store(content.next(self.recipients).after(content), needed=len(self.copies))
            return self.content()

    def restore(self, content: Content) -> Content:
        """Put the content of a backup beside what is there: no secret of either is lost."""
        with self._locked():
            copies = self.look()
            if any(copy.content for copy in copies):
                content = joined(_newest(copies), content)
            self._store(content.next(self.recipients).after(content), needed=len(self.copies))
            return self.content()

    def _look(self, path: Path) -> Copy:
        try:
            content = self._decoded(self._disk.read(path), path)
        except OSError as error:
            problem = VaultError(
                f"無法讀取 (cannot be read: {error.strerror})", where=str(path), fix=RECOVER
            )
            return Copy(path=path, content=None, problem=problem)
        except VaultError as problem:
            return Copy(path=path, content=None, problem=problem)
        return Copy(path=path, content=content)

    def _decoded(self, data: bytes, path: Path) -> Content:
        clear = self._keys.open(data, str(path))
        try:
            content = decode(clear)
        except ValueError as error:
            raise VaultError(str(error), where=str(path), fix=RECOVER) from None
        if count_recipients(data) != len(content.recipients):
            raise VaultError(
                "加密的金鑰數目與所載不符 (is encrypted for more or fewer keys than it says)",
                where=str(path),
                fix=RECOVER,
            )
        return content

    def _change(self, step: Callable[[Content], Content]) -> Content:
        with self._locked():
            copies = self.look()
            before = _newest(copies)
            self._refuse_other_recipients(before)
            missing = [copy for copy in copies if copy.content is None]
            if missing and not self._single_copy:
                raise _too_few(missing)
            changed = step(before)
            if changed is before:
                return before
            note = self._single_copy if missing else ""
            after = changed.next(self.recipients, note).after(before)
            self._store(after, needed=1 if self._single_copy else len(self.copies))
            return after

    def _refuse_other_recipients(self, content: Content) -> None:
        if content.recipients == self.recipients:
            return
        gone = sorted(set(content.recipients) - set(self.recipients))
        new = sorted(set(self.recipients) - set(content.recipients))
        parts = [f"still for {', '.join(gone)}"] if gone else []
        parts += [f"not yet for {', '.join(new)}"] if new else []
        raise VaultError(
            "金庫的收件人與 vault.yaml 不同 "
            f"(the vault is encrypted for others than vault.yaml names: {'; '.join(parts)})",
            fix=f"請執行 {RECOVER} 重新加密，再更換離職者知道的密碼 "
            f"({RECOVER} encrypts it for exactly those; then rotate what a leaver knew)",
        )

    def _store(self, content: Content, *, needed: int) -> None:
        """Write `content` to all copies, at least `needed` of them; raise before any is touched."""
        data = seal(encode(content), self.recipients)
        staged, faults = [], []
        for path in self.copies:
            try:
                self._stage(path, data, content)
                staged.append(path)
            except (OSError, VaultError) as error:
                self._discard(path)
                faults.append((path, error))
        if len(staged) < needed:
            for path in staged:
                self._discard(path)
            raise _not_written(faults)
        for path in staged:
            self._commit(path)

    def _stage(self, path: Path, data: bytes, content: Content) -> None:
        part = _part(path)
        self._disk.remove(part)  # left by a run that died
        self._disk.create(part, data)
        if digest(self._decoded(self._disk.read(part), part)) != digest(content):
            raise VaultError(
                "寫入後讀回不同 (reads back differently)",
                where=str(part),
                fix="請檢查磁碟 (check the disk)",
            )

    def _commit(self, path: Path) -> None:
        try:
            self._disk.replace(_part(path), path)
            self._disk.sync_folder(path.parent)
        except OSError as error:
            raise VaultError(
                f"寫入的最後一步失敗 (the last step of writing failed: {error.strerror})",
                where=str(path),
                fix=RECOVER,
            ) from None

    def _discard(self, path: Path) -> None:
        with suppress(OSError):
            self._disk.remove(_part(path))

    def _exists(self, path: Path) -> bool:
        try:
            self._disk.read(path)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return True

    def _locked(self) -> AbstractContextManager[None]:
        folder = next((p.parent for p in self.copies if p.parent.is_dir()), None)
        if folder is None:
            raise VaultError(
                "金庫的資料夾都不在 (no folder of the vault is there)",
                where=", ".join(str(path) for path in self.copies),
                fix="請掛載磁碟或建立資料夾 (mount the disk or make the folder)",
            )
        return self._disk.locked(folder / f".{self.copies[0].name}.lock")


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _newest(copies: Sequence[Copy]) -> Content:
    found = [copy.content for copy in copies if copy.content is not None]
    if not found:
        if all(isinstance(c.problem, type(copies[0].problem)) for c in copies) and len(copies) == 1:
            raise copies[0].problem or VaultError("沒有副本 (no copy)")
        raise VaultError(
            "金庫的副本都無法讀取 (no copy of the vault can be read):\n"
            + "\n".join(f"  {copy.problem}" for copy in copies),
            fix="請用 cctv-policy vault init 新建，或 vault recover --from 還原備份 "
            "(cctv-policy vault init makes a new one, vault recover --from restores a backup)",
        )
    newest = max(found, key=lambda content: content.serial)
    if not all(follows(newest, content) for content in found):
        raise VaultError(
            "金庫的副本不一致：各自被寫過 "
            "(the copies of the vault went apart: each was written without the other)",
            where=", ".join(str(copy.path) for copy in copies),
            fix=f"請執行 {RECOVER} --prefer 檔案，另一份的密碼會保留 "
            f"({RECOVER} --prefer FILE; the secrets of the other are kept)",
        )
    return newest


def _preferred(copies: Sequence[Copy], prefer: Path) -> Content:
    leading = next((c.content for c in copies if c.path == prefer and c.content), None)
    if leading is None:
        raise VaultError("不是可讀的金庫副本 (is no readable copy of the vault)", where=str(prefer))
    for copy in copies:
        if copy.content is not None and copy.path != prefer:
            leading = joined(leading, copy.content)
    return leading


def _too_few(missing: Sequence[Copy]) -> VaultError:
    return VaultError(
        "缺少一份金庫副本，因此不作更改 "
        "(a copy of the vault is missing, so nothing is changed):\n"
        + "\n".join(f"  {copy.problem}" for copy in missing),
        fix=f"請執行 {RECOVER}，或加 --allow-single-copy（會留下紀錄） "
        f"({RECOVER}; or --allow-single-copy, which is recorded)",
    )


def _not_written(faults: Sequence[tuple[Path, OSError | VaultError]]) -> VaultError:
    said = [
        f"  {path}: {error.strerror if isinstance(error, OSError) else error.what}"
        for path, error in faults
    ]
    return VaultError(
        "金庫無法寫入，因此不作更改 (the vault cannot be written, so nothing is changed):\n"
        + "\n".join(said),
        fix="請清出空間或修復磁碟，或加 --allow-single-copy（會留下紀錄） "
        "(free or repair the disk; or --allow-single-copy, which is recorded)",
    )
