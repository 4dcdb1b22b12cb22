"""Key files and age vaults for the tests."""

from __future__ import annotations

from pathlib import Path

from cctv_policy.vault.agefile import FileVault
from cctv_policy.vault.keys import Keys, new_identity, read_keys

from .disk import FakeDisk


def keys_of(folder: Path, identity: tuple[str, str]) -> Keys:
    """The identity written to a file as age-keygen does, and read back."""
    path = folder / f"key-{identity[1][-8:]}.txt"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"# public key: {identity[1]}\n{identity[0]}\n")
    return read_keys(path)


class Two:
    """A vault in two folders with two recipients, and all its parts at hand."""

    def __init__(self, tmp_path: Path, disk: FakeDisk | None = None) -> None:
        self.mine, self.other = new_identity(), new_identity()
        self.tmp_path = tmp_path
        self.copies = (tmp_path / "a" / "vault.age", tmp_path / "b" / "vault.age")
        for copy in self.copies:
            copy.parent.mkdir(exist_ok=True)
        self.recipients = [self.mine[1], self.other[1]]
        self.disk = disk

    @property
    def settings(self) -> str:
        """The text of its vault.yaml."""
        return (
            "schema: cctv-policy/vault/1\ncopies: [a/vault.age, b/vault.age]\nrecipients:\n"
            f"  - {{holder: one, key: {self.mine[1]}}}\n  - {{holder: two, key: {self.other[1]}}}\n"
        )

    def open(self, *, disk: FakeDisk | None = None, single_copy: str = "") -> FileVault:
        """As another run would."""
        keys = keys_of(self.tmp_path, self.mine)
        return FileVault(
            self.copies, self.recipients, keys, single_copy=single_copy, disk=disk or self.disk
        )
