"""A repository to its records: what is read and refused; the cache changes nothing."""

import sqlite3

import pytest

from cctv_policy.errors import GitError
from cctv_policy.records import load_records, record_path
from tests.records.repo import Repo
from tests.records.samples import SAMPLES, SITE, sample


@pytest.fixture
def repo(tmp_path):
    return Repo(tmp_path / "r")


def faults(repo, **more):
    return [(f.path.rsplit("/", 1)[-1], f.code) for f in load_records(repo.folder, **more).faults]


def approval(**changes):
    return {
        "schema_version": "1",
        "id": "REQ-115-0001",
        "site_id": SITE,
        "role": "officer",
        "person": "P-0001",
        "decision": "approve",
        "at": "2026-03-02T10:00+08:00",
        "method": "digital",
        "request_sha256": "0" * 64,
        "signature": "AAAA",
    } | changes


HOME = f"records/{SITE}/115/REQ-115-0001/approvals"


def test_all_kinds_are_loaded_with_their_values(repo):
    repo.put(*SAMPLES.values())
    head = repo.commit()
    found = load_records(repo.folder)
    assert found.faults == ()
    assert found.rev == head
    assert found.files == len(SAMPLES)
    assert {s.id for s in found.records.values()} == {d["id"] for d in SAMPLES.values()}
    assert all(s.value is not None and s.value.id == s.id for s in found.records.values())
    assert found.records[SITE, "REQ-115-0001"].data["status"] == "submitted"
    assert [s.id for s in found.of("REQ")] == ["REQ-115-0001"]
    assert list(found.of("REQ", "other-es")) == []


def test_approvals_belong_to_their_record_in_order_of_steps(repo):
    repo.put(sample("REQ"))
    repo.write(f"{HOME}/20-unit_head.yaml", approval(role="unit_head"))
    repo.write(f"{HOME}/10-officer.yaml", approval())
    repo.commit()
    found = load_records(repo.folder)
    assert found.faults == ()
    steps = found.approvals[SITE, "REQ-115-0001"]
    assert [s.value.role for s in steps] == ["officer", "unit_head"]


def test_an_approval_needs_its_record(repo):
    repo.write(f"{HOME}/10-officer.yaml", approval())
    repo.commit()
    assert faults(repo) == [("10-officer.yaml", "missing_file")]


def test_an_approval_lies_where_its_role_says(repo):
    repo.put(sample("REQ"))
    repo.write(f"{HOME}/30-principal.yaml", approval())
    repo.commit()
    assert faults(repo) == [("30-principal.yaml", "id_mismatch")]


def test_the_working_tree_does_not_count(repo):
    repo.put(sample("REQ"))
    repo.commit()
    repo.put(sample("REQ") | {"colour": "blue"})
    assert faults(repo) == []
    repo.git("add", "-A")
    assert faults(repo) == []
    assert faults(repo, index=True) == [("REQ-115-0001.yaml", "unknown_field")]
    assert load_records(repo.folder, index=True).rev is None


def test_an_older_revision_can_be_asked(repo):
    repo.put(sample("REQ"))
    first = repo.commit()
    repo.put(sample("INS"))
    repo.commit()
    assert load_records(repo.folder, first).files == 1
    assert load_records(repo.folder).files == 2


def test_a_repository_without_records_has_none(repo):
    repo.write("README.md", "x\n")
    repo.commit()
    assert load_records(repo.folder).files == 0


def test_a_folder_without_git_is_read_from_its_files(tmp_path):
    folder = tmp_path / "plain"
    outer = Repo(tmp_path)
    outer.commit()
    Repo.write(
        type("X", (), {"folder": folder})(), record_path("REQ-115-0001", SITE), SAMPLES["REQ"]
    )
    (folder / "records" / SITE / "115" / "link.yaml").symlink_to("REQ-115-0001.yaml")
    found = load_records(folder)
    assert found.repository is None
    assert found.rev is None
    assert list(found.records) == [(SITE, "REQ-115-0001")]
    assert [f.code for f in found.faults] == ["bad_mode"]


def test_b19_links_submodules_and_executables_are_refused(repo):
    path = record_path("REQ-115-0001", SITE)
    repo.put(sample("REQ"), sample("INS"))
    (repo.folder / record_path("INS-115-0001", SITE)).chmod(0o755)
    (repo.folder / record_path("FLT-115-0001", SITE)).symlink_to("REQ-115-0001.yaml")
    head = repo.commit()
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{head},{path[:-6]}2.yaml")
    repo.git("commit", "-qm", "x")
    assert sorted(faults(repo)) == [
        ("FLT-115-0001.yaml", "bad_mode"),
        ("INS-115-0001.yaml", "bad_mode"),
        ("REQ-115-0002.yaml", "bad_mode"),
    ]
    assert list(load_records(repo.folder).records) == [(SITE, "REQ-115-0001")]


def test_b19_case_twins_and_decomposed_names_are_refused(repo):
    repo.put(sample("REQ"))
    repo.write(f"records/{SITE}/115/req-115-0001.yaml", SAMPLES["REQ"])
    repo.write(f"records/{SITE}/115/cafe\u0301.yaml", "x\n")
    repo.commit()
    codes = {code for _, code in faults(repo)}
    assert codes == {"bad_path", "name_clash"}


def test_b19_a_file_where_a_folder_belongs_is_refused(repo):
    repo.write(f"records/{SITE}/115", "x\n")
    repo.commit()
    assert faults(repo) == [("115", "bad_path")]


def test_stray_files_are_refused_and_notes_for_people_are_not(repo):
    repo.put(sample("REQ"))
    repo.write("records/README.md", "x\n")
    repo.write(f"records/{SITE}/115/REQ-115-0001.yaml.bak", "x\n")
    repo.write(f"{HOME}/notes.txt", "x\n")
    repo.write("elsewhere/anything.txt", "x\n")
    repo.commit()
    assert faults(repo) == [("REQ-115-0001.yaml.bak", "bad_path"), ("notes.txt", "bad_path")]


def test_b27_a_number_in_a_file_name_is_refused_and_not_repeated(repo):
    repo.write(f"records/{SITE}/115/F123456784.yaml", "x\n")
    repo.commit()
    found = load_records(repo.folder).faults
    assert {f.code for f in found} == {"bad_path", "pii_in_clear"}
    assert "F123456784" not in "".join(map(str, found))


def test_b30_an_unmerged_index_is_a_merge_conflict(repo):
    repo.put(sample("REQ"))
    repo.commit()
    repo.git("checkout", "-qb", "side")
    repo.put(sample("REQ", requesting_unit="五年甲班"))
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.put(sample("REQ", requesting_unit="六年甲班"))
    repo.commit()
    with pytest.raises(RuntimeError):
        repo.git("merge", "-q", "side")
    assert ("REQ-115-0001.yaml", "merge_conflict") in faults(repo, index=True)


def test_b18_gaps_in_numbers_are_told_by_school_kind_and_year(repo):
    for number in (1, 2, 5):
        repo.put(sample("REQ", id=f"REQ-115-000{number}"))
    repo.put(sample("REQ", id="REQ-114-0002", site_id="other-es"))
    repo.commit()
    gaps = [(g.site, g.prefix, g.year, g.missing) for g in load_records(repo.folder).gaps()]
    assert gaps == [("other-es", "REQ", 114, (1,)), (SITE, "REQ", 115, (3, 4))]


def test_b21_one_unreadable_file_among_many_costs_only_itself(repo):
    for number in range(1, 31):
        repo.put(sample("REQ", id=f"REQ-115-{number:04}"))
    repo.commit()
    oid = repo.git("rev-parse", f"HEAD:{record_path('REQ-115-0007', SITE)}")
    lost = repo.folder / ".git" / "objects" / oid[:2] / oid[2:]
    lost.chmod(0o600)
    kept = lost.read_bytes()
    lost.write_bytes(b"damaged")
    found = load_records(repo.folder)
    assert [(f.path[-17:], f.code) for f in found.faults] == [("REQ-115-0007.yaml", "unreadable")]
    assert sum(s.ok for s in found.records.values()) == 29
    lost.write_bytes(kept)
    assert load_records(repo.folder).faults == (), "damage is not remembered"


def test_a_revision_that_is_not_there_is_an_error(repo):
    with pytest.raises(GitError):
        load_records(repo.folder)
    repo.commit()
    with pytest.raises(GitError):
        load_records(repo.folder, "other")


def view(found):
    rows = [(s.path, s.sha256, s.ok, s.value, dict(s.data)) for s in found.records.values()]
    return rows, found.faults


def test_the_cache_changes_nothing_but_time(repo):
    repo.put(*SAMPLES.values())
    repo.put(sample("REQ", id="REQ-115-0002") | {"colour": "blue"})
    repo.commit()
    cold = view(load_records(repo.folder))
    base = repo.folder / ".git/cctv-policy/records.sqlite"
    assert base.exists()
    assert view(load_records(repo.folder)) == cold
    base.unlink()
    assert view(load_records(repo.folder)) == cold
    base.write_bytes(b"not a database" * 100)
    assert view(load_records(repo.folder)) == cold
    base.unlink()
    base.mkdir()
    assert view(load_records(repo.folder)) == cold


def test_a_reading_of_another_version_is_not_used(repo):
    repo.put(sample("REQ") | {"colour": "blue"})
    repo.commit()
    assert len(load_records(repo.folder).faults) == 1
    with sqlite3.connect(repo.folder / ".git/cctv-policy/records.sqlite") as base:
        base.execute("UPDATE reading SET faults = ''")
    assert len(load_records(repo.folder).faults) == 0, "the cache is really used"
    with sqlite3.connect(repo.folder / ".git/cctv-policy/records.sqlite") as base:
        base.execute("UPDATE meta SET version = 'older'")
    assert len(load_records(repo.folder).faults) == 1


def test_what_is_allowed_is_part_of_the_reading(repo):
    repo.put(sample("REQ", requesting_unit="F123456784"))
    repo.commit()
    assert faults(repo) == [("REQ-115-0001.yaml", "pii_in_clear")]
    assert faults(repo, allow={"F123456784"}) == []
    assert faults(repo) == [("REQ-115-0001.yaml", "pii_in_clear")]


def test_the_same_file_at_two_places_is_judged_at_each(repo):
    repo.put(sample("REQ"))
    repo.write(record_path("REQ-115-0002", SITE), SAMPLES["REQ"])
    repo.commit()
    assert faults(repo) == [("REQ-115-0002.yaml", "id_mismatch")]
    assert faults(repo) == [("REQ-115-0002.yaml", "id_mismatch")]
