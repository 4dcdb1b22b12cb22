"""`cctv-policy vault`: values only to a terminal, keys only from files, both languages."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from cctv_policy.vault.keys import new_identity

VALUE = "canary-5519-value"


class District:
    """A folder with a vault of two copies and two holders."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.mine, self.other = new_identity(), new_identity()
        for folder in ("a", "b"):
            (root / folder).mkdir()
        self.key = self.private("key.txt", self.mine[0])

    def private(self, name: str, text: str) -> Path:
        path = self.root / name
        path.touch(mode=0o600)
        path.write_text(text + "\n")
        return path

    def environ(self) -> dict[str, str]:
        return {**os.environ, "CCTV_POLICY_IDENTITY": str(self.key)}

    def vault(self, *argv: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            (sys.executable, "-m", "cctv_policy", "vault", *argv),
            cwd=self.root, capture_output=True, text=True, check=False, env=self.environ(),
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def on_a_terminal(self, *argv: str, typed: str = "") -> tuple[int, str]:
        """Exit code, and what a person saw."""
        pid, line = pty.fork()
        if pid == 0:
            os.chdir(self.root)
            os.environ |= self.environ()
            command = (sys.executable, "-m", "cctv_policy", "vault", *argv)
            os.execv(sys.executable, command)  # noqa: S606 - a terminal needs a fork
        seen = b""
        wanted = typed.splitlines(keepends=True)
        try:
            while chunk := os.read(line, 4096):
                seen += chunk
                if wanted and seen.rstrip().endswith(("：".encode(), b":")):
                    os.write(line, wanted.pop(0).encode())
                    seen += b"|"
        except OSError:
            pass
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode()

    def init(self) -> None:
        done = self.vault(
            "init", "--copy", "a/vault.age", "--copy", "b/vault.age",
            "--recipient", f"P-0001={self.mine[1]}", "--recipient", f"safe={self.other[1]}",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def put(self, name: str = "school/nvr-1/admin", value: str = VALUE) -> None:
        source = self.private("value.txt", value)
        done = self.vault("put", name, "--from", str(source))
        assert done.returncode == 0 and value not in done.stdout + done.stderr, done.stderr


@pytest.fixture
def district(tmp_path: Path) -> District:
    """With a vault and one secret."""
    made = District(tmp_path)
    made.init()
    made.put()
    return made


def test_a_vault_is_made_listed_and_read_on_a_terminal(district: District) -> None:
    listed = district.vault("list")
    assert listed.returncode == 0 and "school/nvr-1/admin" in listed.stdout
    assert VALUE not in listed.stdout + listed.stderr
    code, seen = district.on_a_terminal("show", "school/nvr-1/admin")
    assert code == 0 and VALUE in seen


@pytest.mark.parametrize("command", [("show", "school/nvr-1/admin"), ("export",)])
def test_no_value_goes_into_a_pipe(district: District, command: tuple[str, ...]) -> None:
    done = district.vault(*command)
    assert done.returncode == 64 and VALUE not in done.stdout + done.stderr
    assert "terminal" in done.stderr and "Traceback" not in done.stderr


def test_a_password_is_typed_twice_and_not_shown(district: District) -> None:
    code, seen = district.on_a_terminal("put", "school/nvr-2/admin", typed="Typed-99\nTyped-99\n")
    assert code == 0 and "Typed-99" not in seen, seen
    code, seen = district.on_a_terminal("show", "school/nvr-2/admin")
    assert code == 0 and "Typed-99" in seen
    code, seen = district.on_a_terminal("put", "school/nvr-3/admin", typed="One-1\nTwo-2\n")
    assert code == 64 and "differ" in seen


def test_what_was_entered_before_is_kept(district: District) -> None:
    district.put(value="canary-second-1")
    code, seen = district.on_a_terminal("show", "--all", "school/nvr-1/admin")
    assert code == 0 and VALUE in seen and "canary-second-1" in seen and "previous 1" in seen
    assert district.vault("put", "school/nvr-1/admin", "--from", "value.txt").stdout.strip() == (
        "school/nvr-1/admin 沒有變動"
    )


def test_a_folder_of_secrets_is_taken_over_whole_or_not_at_all(district: District) -> None:
    folder = district.root / "secrets"
    (folder / "school").mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    for name in ("one", "two"):
        path = folder / "school" / name
        path.touch(mode=0o600)
        path.write_text(f"canary-{name}\n")
    (folder / "school/two").chmod(0o644)
    refused = district.vault("import", "secrets")
    assert refused.returncode == 64 and "chmod 600" in refused.stderr
    assert "school/one" not in district.vault("list").stdout
    (folder / "school/two").chmod(0o600)
    assert district.vault("import", "secrets").returncode == 0
    listed = district.vault("list", "--lang", "en").stdout
    assert "school/one" in listed and "school/two" in listed and "canary" not in listed


def test_a_lost_copy_is_told_and_recovered(district: District) -> None:
    (district.root / "b/vault.age").unlink()
    listed = district.vault("list", "--lang", "en")
    assert listed.returncode == 2 and "copy 2" in listed.stderr
    refused = district.vault("put", "x/y", "--from", "value.txt")
    assert refused.returncode == 64 and "nothing is changed" in refused.stderr
    allowed = district.vault("put", "x/y", "--from", "value.txt", "--allow-single-copy")
    assert allowed.returncode == 0
    done = district.vault("recover", "--lang", "en")
    assert done.returncode == 0 and "2 secrets, 2 holders" in done.stdout
    assert district.vault("list").returncode == 0


def test_an_export_is_encrypted_and_puts_a_lost_vault_back(district: District) -> None:
    done = district.vault("export", "--to", "out.age", "--recipient", district.mine[1])
    data = (district.root / "out.age").read_bytes()
    assert done.returncode == 0 and data.startswith(b"age-encryption") and b"canary" not in data
    for folder in ("a", "b"):
        (district.root / folder / "vault.age").unlink()
    lost = district.vault("list")
    assert lost.returncode == 64 and "vault recover --from" in lost.stderr
    assert district.vault("recover", "--from", "out.age").returncode == 0
    assert VALUE in district.on_a_terminal("show", "school/nvr-1/admin")[1]


def test_another_key_is_refused_clearly(district: District) -> None:
    other = district.private("other.txt", new_identity()[0])
    done = district.vault("list", "--identity", str(other))
    assert done.returncode == 64 and "your key does not open" in done.stderr


def test_a_key_in_the_environment_or_an_argument_is_no_path(district: District) -> None:
    done = district.vault("list", "--identity", district.mine[0])
    assert done.returncode == 64 and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("schema: cctv-policy/vault/1\ncopies: [a/v.age, b/v.age]\n", "recipients: at least two"),
        ("schema: cctv-policy/vault/1\ncopies: [a/v.age, a/w.age]\n", "copies: at least two"),
        ("schema: cctv-policy/vault/2\n", "schema"),
        ("recipients:\n  - {holder: x, key: ssh-rsa}\n", "age1"),
        ("- list\n", "mapping"),
    ],
)
def test_a_vault_yaml_that_cannot_be_used_is_told_by_line(
    tmp_path: Path, text: str, said: str
) -> None:
    district = District(tmp_path)
    (tmp_path / "vault.yaml").write_text(text)
    done = district.vault("list")
    assert done.returncode == 64 and said in done.stderr and "vault.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def test_init_leaves_nothing_behind_where_it_fails(tmp_path: Path) -> None:
    district = District(tmp_path)
    done = district.vault("init", "--copy", "a/vault.age", "--recipient", "x=age1oops")
    assert done.returncode == 64 and not (tmp_path / "vault.yaml").exists()
    assert "age1oops" not in done.stderr or "Traceback" not in done.stderr
