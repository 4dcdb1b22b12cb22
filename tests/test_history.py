"""What git says about the records (B20, B22, B23, B27; T75 to T77, T80): every way to lose one."""

import datetime as dt
import sqlite3

import pytest

from cctv_policy.gitobjects import Repository
from cctv_policy.history import read_history
from cctv_policy.records import load_records, record_path
from tests.records.repo import Repo
from tests.records.samples import SITE, sample, sealed

KEY = (SITE, "REQ-115-0001")
PATH = record_path("REQ-115-0001", SITE)


@pytest.fixture
def repo(tmp_path):
    return Repo(tmp_path / "r")


def history(repo, **more):
    return read_history(load_records(repo.folder), **more)


def events(repo, key=KEY):
    return [(e.code, e.keys) for e in history(repo).records[key].events]


def approval(repo, name="10-officer"):
    repo.write(f"records/{SITE}/115/REQ-115-0001/approvals/{name}.yaml", "x: y\n")


def rejected():
    return sample("REQ", status="rejected", sealed_later=sealed("decision_reason"))


def test_a_record_has_its_first_commit_and_no_events(repo):
    repo.put(sample("REQ"))
    first = repo.commit(at="2026-03-02T09:00:00+08:00")
    repo.put(rejected())
    repo.commit(at="2026-03-04T09:00:00+08:00")
    found = history(repo)
    assert found.known
    life = found.records[KEY]
    assert (life.first_commit, life.versions, life.events) == (first, 2, ())
    assert life.first_at == dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
    assert life.last_at == dt.datetime(2026, 3, 4, 1, 0, tzinfo=dt.UTC)
    assert life.deleted_at is None
    assert found.faults == ()


def test_b22_t75_a_deleted_record_is_seen_with_its_commit(repo):
    repo.put(sample("REQ"))
    repo.commit()
    (repo.folder / PATH).unlink()
    gone = repo.commit(at="2026-05-01T09:00:00+08:00")
    life = history(repo).records[KEY]
    assert life.deleted_in == gone
    assert life.deleted_at == dt.datetime(2026, 5, 1, 1, 0, tzinfo=dt.UTC)
    assert life.destruction is None
    assert [e.code for e in life.events] == ["record_deleted"]


def test_t75_an_approved_destruction_is_named(repo):
    repo.put(sample("REQ"))
    repo.commit()
    (repo.folder / PATH).unlink()
    repo.put(sample("DST", targets=["REQ-115-0001"]))
    repo.commit()
    assert history(repo).records[KEY].destruction == "DST-115-0001"


def test_b22_a_number_used_again_is_seen(repo):
    repo.put(sample("REQ"))
    repo.commit()
    (repo.folder / PATH).unlink()
    repo.commit()
    repo.put(sample("REQ", requesting_unit="五年甲班"))
    repo.commit()
    life = history(repo).records[KEY]
    assert [e.code for e in life.events] == ["number_reused"]
    assert life.deleted_in is None


def test_b22_moving_a_record_is_deleting_it(repo):
    repo.put(sample("REQ"))
    repo.commit()
    repo.git("mv", PATH, record_path("REQ-115-0002", SITE))
    repo.commit()
    assert events(repo) == [("record_deleted", ())]


@pytest.mark.parametrize("content", ["", "x: [\n", "# gone\n"])
def test_b22_an_emptied_record_is_seen(repo, content):
    repo.put(sample("REQ"))
    repo.commit()
    repo.write(PATH, content)
    repo.commit()
    assert events(repo) == [("record_emptied", ())]


def test_a_submitted_request_may_be_corrected_until_somebody_approves(repo):
    repo.put(sample("REQ"))
    repo.commit()
    repo.put(sample("REQ", requesting_unit="五年甲班"))
    repo.commit()
    assert events(repo) == []
    approval(repo)
    repo.commit()
    repo.put(sample("REQ", requesting_unit="六年甲班", windows=[]))
    repo.commit()
    assert events(repo) == [("record_changed", ("requesting_unit", "windows"))]


@pytest.mark.parametrize(
    ("prefix", "changes"),
    [
        ("INS", {"video_clear": False, "faults": ["FLT-115-0001"]}),
        ("REG", {"escort": "P-0009"}),
        ("REQ", {"sealed": sealed("phone")}),
        ("HLD", {"basis": "litigation"}),
    ],
)
def test_b22_a_changed_substance_is_seen(repo, prefix, changes):
    first = sample(prefix, status="approved") if prefix == "REQ" else sample(prefix)
    repo.put(first)
    repo.commit()
    repo.put(first | changes)
    repo.commit()
    name = next(n for n in changes if n != "faults")
    assert events(repo, (SITE, f"{prefix}-115-0001")) == [("record_changed", (name,))]


def test_an_amendment_that_names_the_field_excuses_it(repo):
    repo.put(sample("INS"))
    repo.commit()
    amendment = {
        "at": "2026-04-02T09:00+08:00",
        "by": "P-0001",
        "field": "recorder_ids",
        "old_hash": "0" * 64,
        "new": "nvr-2",
        "reason": "誤植",
    }
    repo.put(sample("INS", recorder_ids=["nvr-2"], amendments=[amendment]))
    repo.commit()
    assert events(repo, (SITE, "INS-115-0001")) == []
    repo.put(sample("INS", recorder_ids=["nvr-2"]))
    repo.commit()
    assert events(repo, (SITE, "INS-115-0001")) == [("record_changed", ("amendments",))]


def test_b22_a_closed_record_only_takes_amendments(repo):
    done = rejected() | {"status": "closed", "closed_on": "2026-03-09"}
    repo.put(done)
    repo.commit()
    repo.put(done | {"art10": {"claimed": False}})
    repo.commit()
    assert events(repo) == [("record_changed", ("art10",))]


def test_a_status_only_goes_forward(repo):
    repo.put(rejected())
    repo.commit()
    repo.put(sample("REQ"))
    repo.commit()
    assert events(repo) == [("bad_status", ("status",))]


def test_lines_of_a_log_are_added_never_changed(repo):
    review = {"on": "2026-09-01", "by": "P-0003", "keep": True, "reason": "訴訟中"}
    repo.put(sample("HLD", reviews=[review]))
    repo.commit()
    repo.put(sample("HLD", reviews=[review, review | {"on": "2026-10-01"}]))
    repo.commit()
    key = (SITE, "HLD-115-0001")
    assert events(repo, key) == []
    repo.put(sample("HLD", reviews=[review | {"keep": False}]))
    repo.commit()
    assert events(repo, key) == [("record_changed", ("reviews",))]


def test_formatting_alone_is_no_change(repo):
    repo.put(sample("INS"))
    repo.commit()
    path = record_path("INS-115-0001", SITE)
    text = (repo.folder / path).read_text()
    repo.write(path, "# checked\n" + text.replace('"P-0001"', "P-0001"))
    repo.commit()
    assert events(repo, (SITE, "INS-115-0001")) == []


def test_a_changed_or_deleted_approval_is_seen(repo):
    repo.put(sample("REQ"))
    approval(repo)
    approval(repo, "20-unit_head")
    repo.commit()
    repo.write(f"records/{SITE}/115/REQ-115-0001/approvals/10-officer.yaml", "x: z\n")
    repo.commit()
    (repo.folder / f"records/{SITE}/115/REQ-115-0001/approvals/20-unit_head.yaml").unlink()
    repo.commit()
    assert events(repo) == [
        ("approval_changed", ("10-officer.yaml",)),
        ("approval_changed", ("20-unit_head.yaml",)),
    ]


def branches(repo, left, right):
    """Two branches from one commit, merged without a conflict."""
    repo.put(sample("POL"))
    repo.commit()
    repo.git("checkout", "-qb", "side")
    right()
    repo.commit()
    repo.git("checkout", "-q", "main")
    left()
    repo.commit()


def test_an_honest_merge_has_no_events(repo):
    branches(repo, lambda: repo.put(sample("REQ")), lambda: repo.put(sample("INS")))
    repo.git("merge", "-q", "-m", "merge", "side")
    found = history(repo)
    assert [life.events for life in found.records.values()] == [(), (), ()]


def test_b22_what_a_merge_drops_is_seen(repo):
    branches(repo, lambda: repo.put(sample("REQ")), lambda: repo.put(sample("INS")))
    repo.git("merge", "-q", "-s", "ours", "-m", "merge", "side")
    assert events(repo, (SITE, "INS-115-0001")) == [("record_deleted", ())]


def test_a_merge_takes_over_a_deletion_without_repeating_it(repo):
    repo.put(sample("REQ"))
    repo.commit()
    branches(repo, lambda: repo.put(sample("INS")), (repo.folder / PATH).unlink)
    repo.git("merge", "-q", "-m", "merge", "side")
    assert events(repo) == [("record_deleted", ())]


def test_b22_what_a_merge_changes_by_itself_is_seen(repo):
    repo.put(sample("REQ", status="approved"))
    repo.commit()
    branches(repo, lambda: repo.put(sample("INS")), lambda: repo.put(sample("FLT")))
    repo.git("merge", "-q", "--no-commit", "--no-ff", "side")
    repo.put(sample("REQ", status="approved", requesting_unit="五年甲班"))
    repo.commit()
    assert events(repo) == [("record_changed", ("requesting_unit",))]


def test_t77_numbers_that_no_commit_ever_had_are_gaps(repo):
    for number in (6, 8):
        repo.put(sample("REQ", id=f"REQ-115-000{number}"))
    repo.commit()
    assert history(repo).gaps == {(SITE, "REQ", 115): (1, 2, 3, 4, 5, 7)}


def test_a_destroyed_number_is_no_gap(repo):
    repo.put(sample("REQ"))
    repo.put(sample("REQ", id="REQ-115-0002"))
    repo.commit()
    (repo.folder / PATH).unlink()
    repo.commit()
    assert history(repo).gaps == {}


def test_b20_t76_without_the_whole_history_nothing_is_known(repo, tmp_path):
    repo.put(sample("REQ"))
    repo.commit()
    repo.commit()
    repo.git("clone", "-q", "--depth=1", f"file://{repo.folder}", str(tmp_path / "shallow"))
    found = read_history(load_records(tmp_path / "shallow"))
    assert (found.known, found.why, found.records) == (False, "shallow", {})
    plain = tmp_path / "plain"
    plain.mkdir()
    found = read_history(load_records(plain))
    assert (found.known, found.why) == (False, "no_git")


def test_b23_rewritten_history_is_seen_from_a_checkpoint(repo):
    repo.put(sample("REQ"))
    repo.commit()
    repo.put(sample("INS"))
    seen = repo.commit()
    assert history(repo, checkpoint=seen).faults == ()
    repo.git("commit", "-q", "--amend", "-m", "other")
    assert [f.code for f in history(repo, checkpoint=seen).faults] == ["history_rewritten"]
    assert history(repo, checkpoint="1" * 40).lost == {seen: (), "1" * 40: ()}


def kept(repo):
    return repo.folder / ".git" / "cctv-policy" / "history.sqlite"


def told(found):
    return (dict(found.records), found.gaps, found.faults, found.lost)


def test_walking_new_commits_only_finds_what_walking_all_finds(repo):
    """A life with everything in it, audited after each commit and at once."""

    def put(data, at):
        repo.put(data)
        repo.commit(at=at)
        return history(repo)

    put(sample("REQ", requesting_unit="F123456784"), "2026-03-02T09:00:00+08:00")
    put(sample("REQ"), "2026-03-02T09:10:00+08:00")
    approval(repo)
    put(sample("INS"), "2026-03-03T09:00:00+08:00")
    repo.git("checkout", "-qb", "side")
    put(sample("REQ", requesting_unit="六年甲班"), "2026-03-04T09:00:00+08:00")
    repo.git("checkout", "-q", "main")
    put(sample("HLD"), "2026-03-01T09:00:00+08:00")
    repo.git("merge", "-q", "-m", "merge", "side")
    history(repo)
    (repo.folder / PATH).unlink()
    put(sample("REQ", id="REQ-115-0003"), "2026-03-06T09:00:00+08:00")
    put(sample("REQ"), "2026-03-07T09:00:00+08:00")
    (repo.folder / record_path("INS-115-0001", SITE)).unlink()
    found = put(sample("DST", targets=["INS-115-0001"]), "2026-03-08T09:00:00+08:00")
    assert {e.code for e in found.records[KEY].events} == {"record_changed", "number_reused"}
    assert {f.code for f in found.faults} == {"pii_in_clear", "clock_wrong"}
    kept(repo).unlink()
    assert told(history(repo)) == told(found)


def test_only_new_commits_are_walked(repo, monkeypatch):
    repo.put(sample("REQ"))
    repo.commit()
    history(repo)
    repo.put(sample("INS"))
    new = repo.commit()
    walked = []
    commits = Repository.commits

    def noted(*args, **more):
        for commit in commits(*args, **more):
            walked.append(commit.oid)
            yield commit

    monkeypatch.setattr(Repository, "commits", noted)
    assert len(history(repo).records) == 2
    assert walked == [new]
    history(repo)
    assert walked == [new]


def test_b23_records_that_went_with_rewritten_history_are_named_until_they_are_back(repo):
    first = repo.commit()
    repo.put(sample("REQ"))
    seen = repo.commit()
    history(repo)
    repo.git("reset", "-q", "--hard", first)
    repo.put(sample("INS"))
    repo.commit()
    for _ in range(2):
        found = history(repo)
        assert found.lost == {seen: (KEY,)}
        assert [f.code for f in found.faults] == ["history_rewritten"]
    repo.commit()
    assert history(repo).lost == {seen: (KEY,)}
    repo.git("reset", "-q", "--hard", seen)
    assert history(repo).lost == {}


def test_another_version_of_the_tool_walks_anew_and_remembers_what_was_seen(repo, monkeypatch):
    repo.put(sample("REQ"))
    seen = repo.commit()
    history(repo)
    monkeypatch.setattr("cctv_policy.history._digest", lambda: "other")
    repo.git("commit", "-q", "--amend", "-m", "other")
    assert history(repo).lost == {seen: ()}


def test_work_on_a_branch_is_no_checkpoint(repo):
    repo.put(sample("REQ"))
    repo.commit()
    history(repo)
    repo.git("checkout", "-qb", "REQ-115-0001")
    repo.put(sample("INS"))
    repo.commit()
    assert len(history(repo).records) == 2
    repo.git("commit", "-q", "--amend", "-m", "other")
    assert history(repo).lost == {}
    repo.git("checkout", "-q", "main")
    found = history(repo)
    assert (len(found.records), found.lost) == (1, {})


@pytest.mark.parametrize("broken", [b"no database", b""])
def test_a_broken_store_costs_only_time(repo, broken):
    repo.put(sample("REQ"))
    repo.commit()
    before = told(history(repo))
    kept(repo).write_bytes(broken)
    assert told(history(repo)) == before


def test_a_store_that_another_holds_is_done_without(repo):
    repo.put(sample("REQ"))
    repo.commit()
    before = told(history(repo))
    repo.put(sample("INS"))
    repo.commit()
    with sqlite3.connect(kept(repo)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert len(history(repo).records) == 2
        other.rollback()
    assert before[0].keys() <= dict(history(repo).records).keys()


def test_a_deleted_record_keeps_what_its_term_is_counted_from(repo):
    repo.put(rejected() | {"status": "closed", "closed_on": "2026-03-09"})
    repo.commit()
    (repo.folder / PATH).unlink()
    repo.commit()
    anchors = history(repo).records[KEY].anchors
    assert anchors == {"closed_on": "2026-03-09", "applied_on": "2026-03-02"}


def test_b34_a_commit_dated_before_its_parent_is_seen(repo):
    repo.commit(at="2026-03-02T09:00:00+08:00")
    repo.commit(at="2025-03-02T09:00:00+08:00")
    assert [f.code for f in history(repo).faults] == ["clock_wrong"]


def test_b27_t80_a_number_in_any_commit_is_found_and_never_repeated(repo):
    repo.put(sample("REQ", requesting_unit="F123456784"))
    repo.commit()
    repo.put(sample("REQ"))
    repo.commit()
    found = history(repo)
    assert load_records(repo.folder).faults == ()
    assert [f.code for f in found.faults] == ["pii_in_clear"]
    assert "F123456784" not in str(found.faults)


@pytest.mark.parametrize(
    ("path", "message", "branch"),
    [
        ("notes.txt", "REQ-115-0001", None),
        (None, "電話 0912345678", None),
        (None, "x", "F223456786"),
        ("scan-F123456784.txt", "x", None),
    ],
)
def test_b27_numbers_in_files_messages_branches_and_names_are_found(repo, path, message, branch):
    if path:
        repo.write(path, "F123456784\n" if path == "notes.txt" else "x\n")
    repo.commit(message)
    if branch:
        repo.git("branch", branch)
    found = history(repo).faults
    assert [f.code for f in found] == ["pii_in_clear"]
    for value in ("F123456784", "F223456786", "0912345678"):
        assert value not in str(found)


def test_b27_a_personal_field_in_clear_in_an_old_version_is_found(repo):
    repo.put(sample("REQ") | {"applicant_name": "林小明"})
    repo.commit()
    repo.put(sample("REQ"))
    repo.commit()
    found = history(repo).faults
    assert [f.code for f in found] == ["pii_in_clear"]
    assert "小明" not in str(found)


def test_a_pattern_without_checksum_is_no_finding(repo):
    repo.commit("F123456789")
    assert history(repo).faults == ()


def test_allowed_synthetic_numbers_are_no_finding(repo):
    repo.commit("F123456784")
    assert history(repo, allow={"F123456784"}).faults == ()


def test_b20_a_missing_blob_makes_history_unknown(repo):
    repo.put(sample("REQ"))
    repo.commit()
    repo.put(sample("REQ", requesting_unit="五年甲班"))
    repo.commit()
    oid = repo.git("rev-parse", f"HEAD~1:{PATH}")
    (repo.folder / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    found = history(repo)
    assert (found.known, found.why) == (False, "corrupt")
