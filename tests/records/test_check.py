"""Accepting a change: an honest chain passes, every attack is refused, by every way in.

The ways: a push by path and a push over SSH to a bare repository with the pre-receive hook, and a
CI job that checks a pull request in a plain clone.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cctv_policy.records import load_records, record_path
from cctv_policy.records.chain import chains_of
from cctv_policy.records.check import check_change
from tests.records.people import DISTRICT, approval, entry, key_fpr, roster
from tests.records.repo import Repo
from tests.records.samples import HASH, SITE, sample, sealed
from tests.sshd import PROGRAM as SSHD
from tests.sshd import Door, sshd

NOW = "2026-03-03T12:00:00+08:00"
MORNING = "2026-03-03T09:00:00+08:00"
PATH = record_path("REQ-115-0001", SITE)
HOME = f"records/{SITE}/115/REQ-115-0001/approvals"
CHAIN = (("officer", "P-0001", 9), ("unit_head", "P-0002", 10), ("principal", "P-0003", 11))

HOOK = """#!{python}
import os, sys
from datetime import datetime
from pathlib import Path
from cctv_policy.records.check import pre_receive

faults = pre_receive(Path.cwd(), sys.stdin, os.environ, now=datetime.fromisoformat("{now}"))
for fault in faults:
    print("FAULT", fault)
sys.exit(bool(faults))
"""


JOB = """
import sys
from datetime import datetime
from pathlib import Path
from cctv_policy.records.check import check_change

now = datetime.fromisoformat("{now}")
for fault in check_change(Path.cwd(), sys.argv[1], sys.argv[2], now=now, ref=sys.argv[3]):
    print("FAULT", fault)
"""


def said(text: str) -> set[str]:
    """The codes of the faults in an output. Each says where it is and what to do about it."""
    lines = [line.split("FAULT ")[1] for line in text.split("\n") if "FAULT " in line]
    assert all(re.match(r"\S+: \w+: .+ → .", line) for line in lines), lines
    return {line.split(": ")[1] for line in lines}


class Clerk(Repo):
    """A working clone and the bare repository with the hook that it pushes to."""

    def __init__(self, folder: Path, door: Door | None = None) -> None:
        self.server = Repo(folder / "server.git", "--bare")
        super().__init__(folder / "clone")
        hook = self.server.folder / "hooks" / "pre-receive"
        hook.write_text(HOOK.format(python=sys.executable, now=NOW))
        hook.chmod(0o755)
        self.environment = {"PYTHONPATH": str(Path(__file__).parents[2] / "src")}
        url = str(self.server.folder)
        if door:
            self.environment |= door.environment
            url = door.url(self.server.folder)
        self.git("remote", "add", "origin", url)

    def push(self, *words: str, branch: str = "main") -> set[str]:
        """Codes the hook answers; empty if it accepted."""
        try:
            self.git("push", "-q", *words, "origin", branch, env=self.environment)
        except RuntimeError as error:
            codes = said(str(error))
            assert codes, error
            return codes
        return set()

    def accept(self) -> None:
        assert self.push() == set()

    def request(self, **changes):
        self.put(sample("REQ", **changes))
        self.commit("REQ-115-0001", at=MORNING)

    def approve(self, role, person, hour=9, *, commit=True, **more):
        at = f"2026-03-03T{hour:02}:00:00+08:00"
        path, data = approval(self.folder, role, person, at=more.pop("at", at), **more)
        self.write(path, data)
        if commit:
            self.commit("REQ-115-0001", at=MORNING)


class PullRequest(Clerk):
    """No hook: a change comes as a branch, and a CI job looks at it in its own clone."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (self.server.folder / "hooks" / "pre-receive").unlink()
        self.job = folder / "job"

    def push(self, *words: str, branch: str = "main") -> set[str]:
        target = branch if branch != "main" else "change"
        self.git("push", "-q", "--force", "origin", f"{branch}:refs/heads/{target}")
        shutil.rmtree(self.job, ignore_errors=True)
        self.git("clone", "-q", "--no-checkout", str(self.server.folder), str(self.job))
        job = Repo.__new__(Repo)
        job.folder = self.job
        heads = job.git("branch", "-r", "--list", "origin/main")
        base = job.head("origin/main") if heads else "0" * 40
        done = subprocess.run(
            [sys.executable, "-c", JOB.format(now=NOW), base, f"origin/{target}", target],
            cwd=self.job,
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        codes = said(done.stdout)
        if not codes and branch == "main":
            self.server.git("update-ref", "refs/heads/main", f"refs/heads/{target}")
        return codes


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    with sshd(tmp_path_factory.mktemp("sshd")) as opened:
        yield opened


PUSHED = ["ssh" if SSHD or os.environ.get("CI") == "true" else "path"]
"""Without an sshd the same hook is reached by path; in CI its absence is a failure."""


@pytest.fixture(params=[*PUSHED, "pull request"])
def clerk(tmp_path, request):
    if request.param == "pull request":
        clerk = PullRequest(tmp_path)
    else:
        door = request.getfixturevalue("door") if request.param == "ssh" else None
        clerk = Clerk(tmp_path, door)
    clerk.put(*roster())
    clerk.commit("roster", at="2026-01-06T09:00:00+08:00")
    clerk.accept()
    return clerk


def approved(clerk, **changes):
    clerk.request(**changes)
    for role, person, hour in CHAIN:
        clerk.approve(role, person, hour)
    clerk.request(status="approved", **changes)


def test_the_four_steps_are_accepted_one_push_each(clerk):
    clerk.request()
    clerk.accept()
    for role, person, hour in CHAIN:
        clerk.approve(role, person, hour)
        clerk.accept()
    clerk.request(status="approved")
    clerk.accept()


def test_the_same_in_one_push_is_accepted(clerk):
    approved(clerk)
    clerk.accept()


def test_a_rejected_request_is_merged_and_kept(clerk):
    clerk.request()
    clerk.approve("officer", "P-0001", 9)
    clerk.approve("unit_head", "P-0002", 10, decision="reject")
    clerk.request(status="rejected", sealed_later=sealed("decision_reason"))
    clerk.accept()
    clerk.approve("principal", "P-0003", 11)
    assert "approval_closed" in clerk.push()


def test_a_deputy_in_the_roster_signs_for_the_principal(clerk):
    clerk.request()
    clerk.approve("officer", "P-0001", 9)
    clerk.approve("unit_head", "P-0002", 10)
    clerk.approve("principal", "P-0004", 11, acting_for="P-0003")
    clerk.request(status="approved")
    clerk.accept()


def test_b26_a_deputy_who_is_not_in_the_roster_is_refused(clerk):
    clerk.request()
    clerk.approve("officer", "P-0001", 9)
    clerk.approve("unit_head", "P-0002", 10)
    clerk.approve("principal", "P-0002", 11, acting_for="P-0003")
    assert clerk.push() == {"no_deputy"}


def test_paper_is_attested_by_the_custodian(clerk):
    clerk.request()
    for role, person, hour in CHAIN:
        clerk.approve(
            role,
            person,
            hour,
            at=f"2026-02-10T{hour:02}:00:00+08:00",
            key="P-0001",
            method="paper",
            scan_sha256=HASH,
            attested_by="P-0001",
        )
    clerk.request(status="approved")
    clerk.accept()


def test_paper_attested_by_anybody_else_is_refused(clerk):
    clerk.request()
    clerk.approve(
        "officer", "P-0001", key="P-0002", method="paper", scan_sha256=HASH, attested_by="P-0002"
    )
    assert clerk.push() == {"wrong_role"}


def test_an_agency_is_answered_by_the_principal_alone(clerk):
    clerk.put(sample("AGY"))
    clerk.commit("AGY-115-0001", at=MORNING)
    clerk.approve("principal", "P-0003", 9, record_id="AGY-115-0001")
    decision = {"by": "P-0003", "at": MORNING, "result": "consent"}
    later = sealed("decision.reason")
    clerk.put(sample("AGY", status="consented", decision=decision, sealed_later=later))
    clerk.commit("AGY-115-0001", at=MORNING)
    clerk.accept()


def test_a_court_order_needs_no_consent(clerk):
    clerk.put(sample("AGY", kind="compulsory_order", status="consented"))
    clerk.commit("AGY-115-0001", at=MORNING)
    clerk.accept()


def test_two_approvers_at_once_merge_cleanly(clerk):
    clerk.request()
    clerk.accept()
    clerk.git("checkout", "-qb", "side")
    clerk.put(sample("INS"))
    clerk.commit("INS-115-0001", at=MORNING)
    clerk.git("checkout", "-q", "main")
    clerk.approve("officer", "P-0001", 9)
    clerk.git("merge", "-q", "-m", "merge", "side", at=MORNING)
    clerk.accept()


def test_other_files_of_the_repository_are_not_our_business(clerk):
    clerk.write("inventory/schools/x.yaml", "x: y\n")
    clerk.commit("inventory", at=MORNING)
    clerk.accept()


# The sixteen attacks.


def test_attack_01_a_closed_request_is_edited(clerk):
    approved(clerk)
    clerk.request(status="approved", applied_on="2026-03-01")
    assert clerk.push() >= {"record_changed", "signature_mismatch"}


def test_attack_02_an_approval_is_deleted(clerk):
    approved(clerk)
    clerk.accept()
    (clerk.folder / f"{HOME}/20-unit_head.yaml").unlink()
    clerk.commit(at=MORNING)
    assert "approval_changed" in clerk.push()


def test_attack_03_a_step_is_skipped(clerk):
    clerk.request()
    clerk.approve("officer", "P-0001", 9)
    clerk.approve("principal", "P-0003", 11)
    assert clerk.push() == {"approval_missing"}


def test_attack_03_the_status_runs_ahead(clerk):
    clerk.request()
    clerk.approve("officer", "P-0001", 9)
    clerk.request(status="approved")
    assert clerk.push() == {"approval_missing"}


def test_attack_04_an_unknown_key_signs(clerk):
    clerk.request()
    clerk.approve("officer", "P-0001", key="P-9999")
    assert clerk.push() == {"unknown_key"}


def test_attack_05_somebody_signs_in_a_role_that_is_not_theirs(clerk):
    clerk.request()
    clerk.approve("officer", "P-0002")
    assert clerk.push() == {"wrong_role"}


def test_attack_05_a_known_key_signs_as_another_person(clerk):
    clerk.request()
    clerk.approve("officer", "P-0001", key="P-0002")
    assert clerk.push() == {"wrong_person"}


def test_attack_06_a_leaver_signs(clerk):
    clerk.request()
    clerk.approve("officer", "P-0001", 9)
    clerk.approve("unit_head", "P-0005", 10)
    assert clerk.push() == {"wrong_role", "key_expired"}


def test_attack_07_a_leaver_backdates(clerk):
    clerk.request()
    clerk.approve("officer", "P-0001", at="2026-02-27T09:00:00+08:00")
    clerk.approve("unit_head", "P-0005", at="2026-02-27T10:00:00+08:00")
    assert clerk.push() == {"key_expired"}


def test_attack_07_anybody_backdates_far(clerk):
    clerk.request()
    clerk.approve("officer", "P-0001", at="2026-02-01T09:00:00+08:00")
    assert clerk.push() == {"late_receipt"}


def test_attack_08_the_request_is_changed_after_signing(clerk):
    clerk.request()
    clerk.approve("officer", "P-0001")
    clerk.accept()
    clerk.request(requesting_unit="五年甲班")
    assert clerk.push() == {"record_changed", "signature_mismatch"}


def test_attack_09_an_approval_is_replayed_on_another_request(clerk):
    clerk.request()
    clerk.approve("officer", "P-0001")
    clerk.put(sample("REQ", id="REQ-115-0002"))
    text = (clerk.folder / f"{HOME}/10-officer.yaml").read_text()
    other = HOME.replace("0001", "0002")
    clerk.write(f"{other}/10-officer.yaml", text)
    clerk.commit(at=MORNING)
    assert clerk.push() >= {"id_mismatch", "signature_mismatch"}


def test_attack_09_a_replay_with_the_id_rewritten_does_not_verify(clerk):
    clerk.request()
    clerk.approve("officer", "P-0001")
    clerk.put(sample("REQ", id="REQ-115-0002"))
    text = (clerk.folder / f"{HOME}/10-officer.yaml").read_text()
    other = HOME.replace("0001", "0002")
    clerk.write(f"{other}/10-officer.yaml", text.replace("REQ-115-0001", "REQ-115-0002"))
    clerk.commit(at=MORNING)
    assert clerk.push() == {"signature_mismatch"}


def test_attack_10_b26_an_own_key_comes_with_the_push(clerk):
    clerk.put(entry("P-0001", 6, git_identity={"key_fpr": key_fpr("P-9999")}))
    clerk.request()
    clerk.approve("officer", "P-0001", key="P-9999")
    assert clerk.push() == {"roster_in_same_change", "approval_missing", "unknown_key"}


def test_attack_10_the_roster_alone_needs_principal_and_district(clerk):
    clerk.put(entry("P-0001", 6, git_identity={"key_fpr": key_fpr("P-9999")}))
    clerk.commit("CUS-115-0006", at=MORNING)
    assert clerk.push() == {"approval_missing"}
    record = "CUS-115-0006"
    clerk.approve("principal", "P-0003", 9, record_id=record)
    assert clerk.push() == {"approval_missing"}
    clerk.approve("district", "P-0009", 10, record_id=record)
    clerk.accept()


def test_attack_10_a_leaver_does_not_come_back_by_an_edit(clerk):
    clerk.put(entry("P-0005", 5, to="2027-02-28"))
    clerk.commit("CUS-115-0005", at=MORNING)
    assert clerk.push() == {"approval_missing", "record_changed"}


def test_attack_11_a_link_takes_the_place_of_a_record(clerk):
    target = clerk.folder / PATH
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to("/etc/passwd")
    clerk.commit(at=MORNING)
    assert clerk.push() == {"bad_mode"}


def test_attack_12_a_field_stands_twice(clerk):
    clerk.request()
    text = (clerk.folder / PATH).read_text()
    clerk.write(PATH, text + 'status: "closed"\n')
    clerk.commit(at=MORNING)
    assert "duplicate_key" in clerk.push()


def test_attack_13_a_stray_file(clerk):
    clerk.write(f"{HOME}/extra.txt", "x\n")
    clerk.commit(at=MORNING)
    assert clerk.push() == {"bad_path"}


def test_attack_14_a_change_is_hidden_inside_one_push(clerk):
    approved(clerk)
    clerk.accept()
    kept = (clerk.folder / PATH).read_bytes()
    (clerk.folder / PATH).unlink()
    clerk.commit(at=MORNING)
    clerk.write(PATH, kept)
    clerk.commit(at=MORNING)
    assert clerk.push() == {"record_deleted", "number_reused"}


def test_attack_14_an_approval_is_swapped_inside_one_push(clerk):
    clerk.request()
    clerk.approve("officer", "P-0001", 9)
    clerk.approve("officer", "P-0001", 10)
    assert clerk.push() == {"approval_changed"}


def test_attack_14_a_merge_drops_a_record(clerk):
    clerk.request()
    clerk.accept()
    clerk.git("checkout", "-qb", "side", "HEAD~1")
    clerk.write("README.md", "x\n")
    clerk.commit(at=MORNING)
    clerk.git("merge", "-q", "-s", "ours", "-m", "merge", "main", at=MORNING)
    clerk.git("branch", "-qf", "main", "side")
    assert clerk.push() == {"record_deleted"}


def test_attack_15_a_commit_from_the_future(clerk):
    clerk.put(sample("INS"))
    clerk.commit(at="2026-03-04T09:00:00+08:00")
    assert "future_commit" in clerk.push()


def test_attack_15_an_approval_from_the_future(clerk):
    clerk.request()
    clerk.approve("officer", "P-0001", at="2026-03-04T09:00:00+08:00")
    assert clerk.push() == {"future_time"}


def test_attack_16_b23_history_is_pushed_by_force(clerk):
    approved(clerk)
    clerk.accept()
    clerk.git("reset", "-q", "--hard", "HEAD~2")
    clerk.put(sample("INS"))
    clerk.commit(at=MORNING)
    assert clerk.push("--force") == {"history_rewritten"}


@pytest.mark.parametrize("clerk", PUSHED, indirect=True)
def test_attack_16_the_branch_is_deleted(clerk):
    clerk.server.git("config", "receive.denyDeleteCurrent", "ignore")
    assert clerk.push("--delete") == {"branch_deleted"}


# More ways.


def test_b24_steps_out_of_order_in_time_are_refused(clerk):
    clerk.request()
    clerk.approve("officer", "P-0001", 10)
    clerk.approve("unit_head", "P-0002", 9)
    assert clerk.push() == {"approval_order"}


def judged(tmp_path, change):
    """Codes and files of what is wrong with an approval that `change` made something else of."""
    repo = Repo(tmp_path / "plain")
    repo.put(*roster())
    base = repo.commit(at="2026-01-06T09:00:00+08:00")
    repo.put(sample("REQ"))
    path, data = approval(repo.folder, "officer", "P-0001", at=MORNING)
    repo.write(path, change(data))
    repo.commit(at=MORNING)
    now = datetime.fromisoformat(NOW)
    return {(f.code, f.path) for f in check_change(repo.folder, base, "HEAD", now=now)}


def signed_as(**parts):
    def change(data):
        raw = base64.b64decode(data["signature"])
        return data | {"signature": base64.b64encode(parts["make"](raw)).decode()}

    return change


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: data, None),
        (signed_as(make=lambda raw: raw + raw), "signature_trailing"),
        (signed_as(make=lambda raw: raw + b"\0"), "signature_trailing"),
        (signed_as(make=lambda raw: raw.replace(b"sha512", b"sha256")), "signature_hash"),
        (signed_as(make=lambda raw: raw.replace(b"@v1", b"@v2")), "signature_namespace"),
        (signed_as(make=lambda raw: raw.replace(b"-ed25519", b"-ed25518")), "signature_key_type"),
        (signed_as(make=lambda raw: raw[:-1] + bytes([raw[-1] ^ 1])), "signature_mismatch"),
        (signed_as(make=lambda raw: raw[:-1]), "signature_malformed"),
        (signed_as(make=lambda raw: b""), "bad_text"),
        (lambda data: data | {"signature": [data["signature"]] * 2}, "wrong_type"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_b24_every_defect_of_a_signature_is_told_at_its_file(tmp_path, change, code):
    wanted = {(code, f"{HOME}/10-officer.yaml")} if code else set()
    assert judged(tmp_path, change) == wanted


def test_b24_a_revoked_key_does_not_sign_and_its_successor_does(tmp_path):
    """A key is revoked by ending its roster entry; the person's next entry names another."""
    repo = Repo(tmp_path / "plain")
    repo.put(*roster())
    repo.put(entry("P-0001", 1, to="2026-02-28"))
    repo.put(entry("P-0001", 6, git_identity={"key_fpr": key_fpr("new")}) | {"from": "2026-03-01"})
    base = repo.commit(at="2026-03-01T09:00:00+08:00")
    for key, codes in (("P-0001", {"key_expired"}), ("new", set())):
        repo.git("checkout", "-q", "-B", "change", base)
        repo.put(sample("REQ"))
        repo.write(*approval(repo.folder, "officer", "P-0001", at=MORNING, key=key))
        repo.commit(at=MORNING)
        now = datetime.fromisoformat(NOW)
        found = check_change(repo.folder, base, "HEAD", now=now)
        assert {f.code for f in found} == codes


def test_b26_a_role_that_was_vacant_that_day_is_signed_by_nobody(tmp_path):
    """The principal takes office a day after the date of the approval."""
    repo = Repo(tmp_path / "plain")
    repo.put(*roster())
    repo.put(entry("P-0003", 3) | {"from": "2026-03-04"})
    base = repo.commit(at="2026-01-06T09:00:00+08:00")
    repo.put(sample("REQ"))
    for role, person, hour in CHAIN:
        at = f"2026-03-03T{hour:02}:00:00+08:00"
        repo.write(*approval(repo.folder, role, person, at=at))
    repo.commit(at=MORNING)
    repo.put(sample("REQ", status="approved"))
    repo.commit(at=MORNING)
    found = check_change(repo.folder, base, "HEAD", now=datetime.fromisoformat(NOW))
    assert {f.code for f in found} == {"wrong_role", "key_expired", "approval_missing"}


def test_b25_an_earlier_approval_was_not_the_one_signed_upon(clerk):
    clerk.request()
    clerk.approve("officer", "P-0001", 9)
    clerk.approve("unit_head", "P-0002", 10, prev=(HASH,))
    assert clerk.push() == {"signature_mismatch"}


def test_b25_a_new_sealed_block_voids_the_approvals(clerk):
    clerk.request()
    clerk.approve("officer", "P-0001", 9)
    block = sealed("applicant_name", "id_number", "phone", "reason")
    clerk.request(sealed=block | {"data": "BBBBBBBBBBBBBBBBBBBBBB=="})
    assert clerk.push() == {"record_changed", "signature_mismatch"}


def test_t59_the_applicant_does_not_approve(clerk):
    clerk.request(applicant="P-0001")
    clerk.approve("officer", "P-0001", 9)
    assert clerk.push() == {"self_approval"}


def test_a_step_the_kind_does_not_have_is_refused(clerk):
    clerk.put(sample("AGY"))
    clerk.commit("AGY-115-0001", at=MORNING)
    clerk.approve("officer", "P-0001", record_id="AGY-115-0001")
    assert clerk.push() == {"wrong_step"}


def test_an_approver_of_another_school_is_refused(clerk):
    clerk.put(sample("REQ", site_id="other-es"))
    clerk.commit("REQ-115-0001", at=MORNING)
    clerk.approve("officer", "P-0001", site="other-es")
    assert clerk.push() == {"wrong_role", "wrong_person"}


def test_b27_personal_data_never_comes_in_even_if_it_goes_again(clerk):
    clerk.request(requesting_unit="F123456784")
    clerk.request()
    assert clerk.push() == {"pii_in_clear"}


@pytest.mark.parametrize("branch", ["main", "F223456786"])
def test_b27_messages_and_branch_names_are_looked_at(clerk, branch):
    if branch != "main":
        clerk.git("checkout", "-qb", branch)
        message = "x"
    else:
        message = "申請人電話 0912345678"
    clerk.commit(message, at=MORNING)
    assert clerk.push(branch=branch) == {"pii_in_clear"}


def test_b28_a_removal_needs_an_approved_destruction_that_is_due(clerk):
    old = sample("POL", id="POL-113-0001")
    clerk.put(old)
    clerk.commit("POL-113-0001", at=MORNING)
    clerk.accept()
    (clerk.folder / record_path("POL-113-0001", SITE)).unlink()
    record = "DST-115-0001"
    clerk.put(sample("DST", targets=["POL-113-0001"], done_on=None))
    clerk.commit(record, at=MORNING)
    assert clerk.push() == {"record_deleted"}
    clerk.approve("principal", "P-0003", 9, record_id=record)
    clerk.approve("district", "P-0009", 10, record_id=record)
    clerk.accept()


def test_b28_a_removal_before_its_day_is_refused(clerk):
    clerk.put(sample("POL", id="POL-113-0001"))
    clerk.commit("POL-113-0001", at=MORNING)
    (clerk.folder / record_path("POL-113-0001", SITE)).unlink()
    record = "DST-115-0001"
    clerk.put(sample("DST", targets=["POL-113-0001"], eligible_from="2026-03-04", done_on=None))
    clerk.commit(record, at=MORNING)
    clerk.approve("principal", "P-0003", 9, record_id=record)
    clerk.approve("district", "P-0009", 10, record_id=record)
    assert clerk.push() == {"record_deleted"}


def test_b29_the_second_of_two_clerks_is_refused(clerk, tmp_path):
    other = tmp_path / "other"
    clerk.git("clone", "-q", str(clerk.server.folder), str(other))
    clerk.request()
    clerk.accept()
    second = Repo(other)
    second.put(sample("REQ", requesting_unit="五年甲班"))
    second.commit(at=MORNING)
    with pytest.raises(RuntimeError, match="rejected"):
        second.git("push", "-q", "origin", "main")


def test_a_plain_clone_is_checked_by_the_same_function(clerk):
    base = clerk.head()
    approved(clerk)
    now = datetime.fromisoformat(NOW)
    assert check_change(clerk.folder, base, clerk.head(), now=now) == []
    late = now + timedelta(days=30)
    codes = {f.code for f in check_change(clerk.folder, base, clerk.head(), now=late)}
    assert codes == {"late_receipt", "approval_missing"}, "the clock is that of the receipt"


def test_chains_of_a_loaded_repository_are_judged_without_a_clock(clerk):
    approved(clerk)
    clerk.put(sample("REQ", id="REQ-115-0002"))
    clerk.approve("officer", "P-0002", record_id="REQ-115-0002")
    found = chains_of(load_records(clerk.folder))
    good, bad = found[SITE, "REQ-115-0001"], found[SITE, "REQ-115-0002"]
    assert (good.complete, good.rejected, good.faults) == (True, False, ())
    assert [s.approval.role for s in good.steps] == ["officer", "unit_head", "principal"]
    assert good.steps[0].key == key_fpr("P-0001")
    assert (bad.complete, [f.code for f in bad.faults]) == (False, ["wrong_role"])


def test_an_earlier_receipt_counts(clerk):
    base = clerk.head()
    approved(clerk)
    late = datetime.fromisoformat(NOW) + timedelta(days=30)
    receipts = {
        f"{HOME}/{n}.yaml": datetime.fromisoformat(NOW)
        for n in ("10-officer", "20-unit_head", "30-principal")
    }
    assert check_change(clerk.folder, base, clerk.head(), now=late, receipts=receipts) == []


def test_a_new_branch_is_judged_from_where_it_left_the_main_one(clerk):
    clerk.git("checkout", "-qb", "request-1")
    clerk.request()
    clerk.approve("officer", "P-0001", 9)
    assert clerk.push(branch="request-1") == set()
    clerk.approve("unit_head", "P-0005", 10)
    assert clerk.push(branch="request-1") == {"wrong_role", "key_expired"}


def test_a_new_branch_does_not_bring_its_own_first_roster(clerk):
    clerk.git("checkout", "-q", "--orphan", "other")
    clerk.put(entry("P-0001", 1, git_identity={"key_fpr": key_fpr("P-9999")}))
    clerk.commit(at=MORNING)
    assert clerk.push(branch="other") == {"history_rewritten"}


def test_what_the_main_branch_accepted_before_is_not_judged_again(clerk):
    clerk.git("checkout", "-qb", "side")
    clerk.put(sample("INS"))
    clerk.commit(at=MORNING)
    assert clerk.push(branch="side") == set()
    clerk.git("checkout", "-q", "main")
    approved(clerk)
    clerk.accept()
    clerk.git("checkout", "-q", "side")
    clerk.git("merge", "-q", "-m", "merge", "main", at=MORNING)
    assert clerk.push(branch="side") == set()


def test_nothing_changed_is_nothing_to_refuse(clerk):
    now = datetime.fromisoformat(NOW)
    assert check_change(clerk.folder, clerk.head(), clerk.head(), now=now) == []


def test_many_requests_in_one_push_start_git_a_few_times_only(clerk, monkeypatch):
    base = clerk.head()
    for number in range(1, 41):
        record = f"REQ-115-{number:04}"
        clerk.put(sample("REQ", id=record))
        clerk.approve("officer", "P-0001", record_id=record, commit=False)
    clerk.commit(at=MORNING)
    started = []
    real = subprocess.Popen.__init__

    def counted(self, *words, **more):
        started.append(words)
        real(self, *words, **more)

    monkeypatch.setattr(subprocess.Popen, "__init__", counted)
    now = datetime.fromisoformat(NOW)
    assert check_change(clerk.folder, base, clerk.head(), now=now) == []
    assert len(started) < 20


def test_messages_of_the_check_are_plain_text(clerk):
    base = clerk.head()
    clerk.request(requesting_unit="F123456784")
    found = check_change(clerk.folder, base, clerk.head(), now=datetime.fromisoformat(NOW))
    text = json.dumps([str(f) for f in found])
    assert "F123456784" not in text
    assert os.fspath(clerk.folder) not in text
    assert DISTRICT not in text
