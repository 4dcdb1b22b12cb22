"""A password, community or key written into a file by mistake: refused, never repeated."""

from __future__ import annotations

import re
import shutil
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from cctv_policy.cli import run
from cctv_policy.drivers import manual
from cctv_policy.errors import InventoryError, VaultError
from cctv_policy.inventory import load_inventory
from cctv_policy.vault import open_vault
from tests.canary import found_in
from tests.collecting import context, recorder
from tests.test_inventory import CASES
from tests.vault.files import Two

GOOD = (CASES / "good" / "schools" / "alpha-es.yaml").read_text(encoding="utf-8").splitlines()
NEAR = range(next(i for i, x in enumerate(GOOD) if "connect:" in x) + 1, len(GOOD), 4)
"""Every fourth line from the recorder's doors on: where somebody would put one."""
SECRETS = ("Hunter2hunter2", "canary-community-77")
WRONG_LINES = (
    "{}", "password: {}", "password: {}: x", '"{}": 1', "{}: 1", "- {}", "? {}", "--- {}", "... {}",
    'password: "{}', "password: '{}", "password: [{}", "password: {{{}", "password: |{}",
    "password: |\n          {}", 'password: "\\{}"', "password: &{} x", "password: *{}",
    "password: !{} x", "password: !<{}> x", "%{}", "\tpassword: {}", "# {}\x07", "password: @{}",
    "password: %{}", "password: `{}", "<<: {}", "<<<<<<< {}", "community {}", "community={}",
    "key: |\n          -----BEGIN OPENSSH PRIVATE KEY-----\n          {}",
)  # fmt: skip


def wrong_files(secret: str) -> Iterator[tuple[str, list[str]]]:
    """The good file with `secret` in one place where it must not be, and how it got there."""
    for i in NEAR:
        indent = re.match(r" *", GOOD[i])[0]  # type: ignore[index]
        for form in WRONG_LINES:
            yield form, [*GOOD[: i + 1], indent + form.format(secret), *GOOD[i + 1 :]]
        if field := re.match(r"( *(?:- )?)([a-z_]+):(.*)", GOOD[i]):
            lead, name, value = field.groups()
            for line in (f"{name} {secret}", f"{name}={secret}", f"{secret}:{value}"):
                yield line, [*GOOD[:i], lead + line, *GOOD[i + 1 :]]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_in_the_inventory_is_refused_and_never_repeated(
    secret: str, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(CASES / "good", tmp_path / "inventory"))
    tried = 0
    for how, lines in wrong_files(secret):
        (folder / "schools" / "alpha-es.yaml").write_text("\n".join(lines), encoding="utf-8")
        with pytest.raises(InventoryError) as caught:
            load_inventory(folder)
        shown = traceback.TracebackException.from_exception(caught.value)
        text = "".join((str(caught.value), repr(caught.value), *shown.format()))
        assert not found_in(text.encode(), {how: secret}), (how, text)
        tried += 1
    assert tried > 150


FIELDS = ("key", "auth", "community", "secret")


@pytest.mark.parametrize("command", ["scan", "collect", "check", "inventory"])
def test_a_secret_instead_of_its_name_is_refused_by_every_command(
    command: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(CASES / "good", tmp_path / "inventory"))
    text = "\n".join(GOOD)
    for field in FIELDS:
        text = re.sub(rf"(?m)^( +{field}): .*", rf"\1: {SECRETS[0]}", text)
    (folder / "schools" / "alpha-es.yaml").write_text(text, encoding="utf-8")
    verbose = ["-vvv"] if command in ("scan", "collect") else []
    assert run([command, "--root", str(tmp_path), *verbose]) == 64
    said = "".join(capfd.readouterr())
    assert said.count("bad_secret_name") == 3
    assert not found_in(said.encode(), {"it": SECRETS[0]})


SHEET = """schema: cctv-policy/answers/1
recorder: nvr-1
answered_by: P-0007
answered_on: 2026-11-20
answers:
  device.brand: AVTECH
"""


@pytest.mark.parametrize(
    "wrong",
    [
        "  {}: x",
        "  password: {}",
        "  services.snmp: {}",
        "  time.offset_s: {}",
        "  accounts:\n    - {{name: admin, password: {}}}",
        "  accounts:\n    - {{name: admin, role: admin, enabled: true, is_default_password: {}}}",
        "cameras:\n  {}:\n    services.rtsp_auth: digest",
        "evidence:\n  - {{kind: photo, sha256: {}}}",
        "password: {}",
        "  device.model: '{}",
    ],
)
def test_a_secret_in_an_answer_sheet_is_refused_and_never_repeated(
    wrong: str, tmp_path: Path
) -> None:
    (tmp_path / "sheet.yaml").write_text(SHEET + wrong.format(SECRETS[0]) + "\n", encoding="utf-8")
    sheet = recorder(driver="manual", answers="sheet.yaml")
    reading = manual.DRIVER.read(sheet, context(root=tmp_path))
    said = repr(reading)
    assert "sheet.yaml:" in said
    assert not found_in(said.encode(), {"it": SECRETS[0]}), said


def test_a_private_key_in_the_vault_s_settings_is_refused_and_never_repeated(
    tmp_path: Path,
) -> None:
    two = Two(tmp_path)
    private = two.mine[0]
    for wrong in (
        two.settings.replace(two.mine[1], private),
        two.settings.replace("holder: one", f"holder: one, identity: {private}"),
        f"{two.settings}{private}: x\n",
    ):
        (tmp_path / "vault.yaml").write_text(wrong, encoding="utf-8")
        with pytest.raises(VaultError) as caught:
            open_vault(tmp_path / "vault.yaml", identity=None, environ={})
        assert not found_in(str(caught.value).encode(), {"it": private})
