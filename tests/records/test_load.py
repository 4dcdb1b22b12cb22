"""A repository to its records: what is read and refused; the cache changes nothing."""

import os
import shutil
import sqlite3

import pytest

from cctv_policy.errors import GitError
from cctv_policy.records import cache, folder, load, load_records, record_path
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


def cached(repo):
    return repo.folder / ".git/cctv-policy/records.sqlite"


def test_a_reading_of_another_version_is_not_used(repo, monkeypatch):
    repo.put(sample("REQ") | {"colour": "blue"})
    repo.commit()
    assert len(load_records(repo.folder).faults) == 1
    with monkeypatch.context() as patch:
        patch.setattr(load, "read_bytes", refuse)
        assert len(load_records(repo.folder).faults) == 1, "the cache is really used"
    with sqlite3.connect(cached(repo)) as base:
        base.execute("UPDATE meta SET version = 'older'")
    with monkeypatch.context() as patch:
        patch.setattr(load, "read_bytes", refuse)
        with pytest.raises(AssertionError, match="read again"):
            load_records(repo.folder)
    assert len(load_records(repo.folder).faults) == 1


def refuse(*_):
    raise AssertionError("read again")


def test_a_row_of_another_version_of_the_code_is_not_used_under_a_forged_version(repo, monkeypatch):
    repo.put(sample("REQ") | {"colour": "blue"})
    repo.commit()
    monkeypatch.setattr(cache, "code_digest", lambda: "older")
    assert len(load_records(repo.folder).faults) == 1
    monkeypatch.undo()
    with sqlite3.connect(cached(repo)) as base:
        base.execute("UPDATE meta SET version = ?", (f"{cache.code_digest()} ",))
    monkeypatch.setattr(load, "read_bytes", refuse)
    with pytest.raises(AssertionError, match="read again"):
        load_records(repo.folder)


def test_a_cache_of_an_older_schema_is_replaced(repo):
    repo.put(sample("REQ") | {"colour": "blue"})
    repo.commit()
    cached(repo).parent.mkdir()
    with sqlite3.connect(cached(repo)) as base:
        base.execute("CREATE TABLE meta (version TEXT)")
        base.execute("INSERT INTO meta VALUES ('0.1')")
        base.execute("CREATE TABLE reading (oid TEXT, path TEXT, faults TEXT)")
        base.execute("CREATE TABLE folder (path TEXT, verdict TEXT)")
        base.execute("INSERT INTO folder VALUES (?, 'good')", (f"records/{SITE}/115",))
    assert len(load_records(repo.folder).faults) == 1
    with sqlite3.connect(cached(repo)) as base:
        tables = {row[0] for row in base.execute("SELECT name FROM sqlite_master")}
        assert tables >= {"meta", "folder"}
        assert "reading" not in tables
        assert base.execute("SELECT count(sum) FROM folder").fetchone() == (1,)


@pytest.mark.parametrize("part", [0, 0.1, 0.3, 0.5, 0.9, 0.99])
def test_a_truncated_cache_is_noticed_and_written_anew(repo, part):
    repo.put(*SAMPLES.values())
    for number in range(2, 12):
        repo.put(sample("REQ", id=f"REQ-115-{number:04}") | {"colour": "blue"})
    repo.commit()
    cold = view(load_records(repo.folder))
    data = cached(repo).read_bytes()
    cached(repo).write_bytes(data[: int(len(data) * part)])
    assert view(load_records(repo.folder)) == cold
    assert view(load_records(repo.folder)) == cold
    assert len(cached(repo).read_bytes()) == len(data), "it is whole again"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE folder SET faults = CAST('[]' AS BLOB)",
        "UPDATE folder SET listing = CAST('[]' AS BLOB)",
        "UPDATE folder SET kinds = ''",
        "UPDATE folder SET files = 0",
        "UPDATE folder SET files = 'x', kinds = NULL, faults = 3",
        "UPDATE folder SET data = CAST(replace(data, 'submitted', 'withdrawn') AS BLOB)",
        "UPDATE folder SET data = NULL",
        "UPDATE folder SET data_sum = 'x'",
        "DELETE FROM folder",
        "DROP TABLE folder",
    ],
)
def test_a_damaged_row_is_read_again(repo, damage):
    repo.put(sample("REQ"), sample("INS"), sample("REQ", id="REQ-115-0002") | {"colour": "blue"})
    repo.commit()
    cold = view(load_records(repo.folder))
    assert '"submitted"' in str(cold).replace("'", '"')
    with sqlite3.connect(cached(repo)) as base:
        base.execute(damage)
    assert view(load_records(repo.folder)) == cold


def test_a_row_of_another_folder_or_tree_is_not_used(repo):
    repo.put(sample("REQ"))
    repo.put(sample("REQ", site_id="other-es") | {"colour": "blue"})
    repo.commit()
    cold = view(load_records(repo.folder))
    with sqlite3.connect(cached(repo)) as base:
        base.execute("UPDATE folder SET path = 'x' WHERE path LIKE '%other%'")
        base.execute("UPDATE folder SET path = 'records/other-es/115' WHERE path != 'x'")
        tree = repo.git("rev-parse", "HEAD:records/other-es/115")
        base.execute("UPDATE folder SET tree = ?", (tree,))
    assert view(load_records(repo.folder)) == cold


def test_a_cache_that_is_lost_after_loading_costs_only_time(repo):
    repo.put(sample("REQ"), sample("INS"))
    repo.write(f"{HOME}/10-officer.yaml", approval())
    repo.commit()
    cold = load_records(repo.folder)
    wanted = view(load_records(repo.folder))
    cached(repo).unlink()
    assert view(cold) == wanted
    assert cold.approvals[SITE, "REQ-115-0001"][0].value.person == "P-0001"


@pytest.mark.parametrize("index", [False, True])
def test_a_change_deep_in_a_folder_that_looks_as_before_is_seen(repo, index):
    """The same names, sizes and times; another byte, another mode, another approval."""
    repo.put(sample("REQ"), sample("REQ", site_id="other-es"))
    repo.write(f"{HOME}/10-officer.yaml", approval())
    repo.commit()
    assert faults(repo) == faults(repo, index=True) == []

    def seen():
        repo.git("add", "-A")
        if not index:
            repo.commit()
        return faults(repo, index=index)

    file = repo.folder / f"{HOME}/10-officer.yaml"
    before, text = file.stat(), file.read_text()
    file.write_text(text.replace('role: "officer"', 'role: "0fficer"'))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    assert seen() == [("10-officer.yaml", "bad_choice")]
    file.write_text(text)
    assert seen() == []
    file.chmod(0o755)
    assert seen() == [("10-officer.yaml", "bad_mode")]
    file.unlink()
    assert seen() == []
    (repo.folder / record_path("REQ-115-0001", "other-es")).unlink()
    assert seen() == []
    assert len(load_records(repo.folder, index=index).records) == 1


def test_of_a_changed_folder_only_what_changed_is_read_again(repo, monkeypatch):
    for number in range(1, 6):
        repo.put(sample("REQ", id=f"REQ-115-{number:04}"))
    repo.commit()
    load_records(repo.folder)
    repo.put(sample("REQ", id="REQ-115-0003", requesting_unit="六年甲班"))
    repo.commit()
    read = []

    def noted(data, entry, *rest):
        read.append(entry.path)
        return folder.read_bytes(data, entry, *rest)

    monkeypatch.setattr(load, "read_bytes", noted)
    found = load_records(repo.folder)
    assert read == [record_path("REQ-115-0003", SITE)]
    assert [s.value.requesting_unit for s in found.of("REQ")][2] == "六年甲班"
    assert found.records[SITE, "REQ-115-0005"].data["id"] == "REQ-115-0005"


def test_a_school_that_left_leaves_the_cache(repo):
    for site in ("aa-es", "bb-es", "cc-es", "dd-es"):
        repo.put(sample("REQ", site_id=site))
    repo.commit()
    assert len(load_records(repo.folder).folders) == 4
    repo.git("rm", "-rqf", "records/bb-es", "records/cc-es", "records/dd-es")
    repo.commit()
    assert [s.site for s in load_records(repo.folder).records.values()] == ["aa-es"]
    with sqlite3.connect(cached(repo)) as base:
        assert base.execute("SELECT path FROM folder").fetchall() == [("records/aa-es/115",)]


def test_b19_a_twin_of_a_schools_folder_is_refused_at_its_files(repo):
    repo.put(sample("REQ"))
    path = record_path("REQ-115-0001", SITE)
    repo.commit()
    assert faults(repo) == []
    oid = repo.git("rev-parse", f"HEAD:{path}")
    twin = path.replace(SITE, SITE.upper())
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{oid},{twin}")
    assert sorted(f.code for f in load_records(repo.folder, index=True).faults) == [
        "bad_path",
        "name_clash",
    ]
    repo.git("commit", "-qm", "x")
    found = load_records(repo.folder)
    assert [(f.path, f.code) for f in found.faults] == [(twin, "bad_path"), (path, "name_clash")]
    assert found.files == 2


def test_the_index_before_the_first_commit_is_read(repo):
    repo.put(sample("REQ"))
    repo.write("records/stray.txt", "x\n")
    repo.git("add", "-A")
    found = load_records(repo.folder, index=True)
    assert [f.code for f in found.faults] == ["bad_path"]
    assert list(found.records) == [(SITE, "REQ-115-0001")]
    assert found.files == 2


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


def _as_before(repo, home):
    pass


def _changed(repo, home):
    (repo.folder / home).write_text("id: [\n")


def _same_size_and_time(repo, home):
    file = repo.folder / home
    before, text = file.stat(), file.read_text()
    file.write_text(text.replace("status", "statue"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def _staged_and_taken_back(repo, home):
    text = (repo.folder / home).read_text()
    _changed(repo, home)
    repo.git("add", "-A")
    (repo.folder / home).write_text(text)


def _staged(repo, home):
    _changed(repo, home)
    repo.git("add", "-A")


def _gone(repo, home):
    (repo.folder / home).unlink()


def _school_gone(repo, home):
    shutil.rmtree((repo.folder / home).parent)


def _new(repo, home):
    repo.put(sample("REQ", id="REQ-115-0002"), sample("REQ", site_id="new-es"))


def _loose(repo, home):
    (repo.folder / "records/somewhere.yaml").write_text("x\n")


def _ignored(repo, home):
    (repo.folder / ".gitignore").write_text("*.bak\nREQ-115-0009.yaml\n")
    (repo.folder / f"{home}.bak").write_text("x\n")
    repo.write(record_path("REQ-115-0009", SITE), sample("REQ", id="REQ-115-0009", status="odd"))


def _ignored_folder(repo, home):
    (repo.folder / ".gitignore").write_text("records/new-es/\n")
    repo.put(sample("REQ", site_id="new-es", status="odd"))


def _assumed_unchanged(repo, home):
    repo.git("update-index", "--assume-unchanged", home)
    _changed(repo, home)


def _skipped(repo, home):
    repo.git("update-index", "--skip-worktree", home)
    _changed(repo, home)


def _link(repo, home):
    (repo.folder / home).unlink()
    (repo.folder / home).symlink_to("/etc/passwd")


def _school_is_a_link(repo, home):
    school = repo.folder / "records" / SITE
    school.rename(repo.folder / "elsewhere")
    school.symlink_to("../elsewhere")


def _twin(repo, home):
    repo.write(home.replace(SITE, SITE.upper()), sample("REQ"))


def _repository_within(repo, home):
    within = (repo.folder / home).parent
    repo.git("init", "-q", str(within))
    (within / "REQ-115-0008.yaml").write_text("id: [\n")


@pytest.mark.parametrize(
    "change",
    [
        _as_before, _changed, _same_size_and_time, _staged_and_taken_back, _staged, _gone,
        _school_gone, _new, _loose, _ignored, _ignored_folder, _assumed_unchanged, _skipped, _link,
        _school_is_a_link, _twin, _repository_within,
    ],
)  # fmt: skip
def test_what_lies_here_is_the_same_with_and_without_gits_help(repo, change):
    repo.put(sample("REQ"), sample("FLT"), sample("REQ", site_id="other-es"))
    repo.write(f"{HOME}/10-officer.yaml", approval())
    repo.commit()
    load.load_here(repo.folder)
    change(repo, record_path("REQ-115-0001", SITE))
    here, plain = load.load_here(repo.folder), load.load_folder(repo.folder)
    for found in (here, plain):
        assert (found.rev, found.repository) == (None, None)
    assert here.faults == plain.faults
    assert here.files == plain.files
    assert list(here.folders) == list(plain.folders)
    told = [
        {key: (s.path, s.sha256, s.ok, s.faults, s.data) for key, s in found.records.items()}
        for found in (here, plain)
    ]
    assert told[0] == told[1]
    assert list(here.approvals) == list(plain.approvals)


def test_only_what_changed_here_is_read(repo, monkeypatch):
    repo.put(sample("REQ"), sample("REQ", site_id="other-es"))
    repo.commit()
    load.load_here(repo.folder)
    read = []
    real = load._read_file
    monkeypatch.setattr(load, "_read_file", lambda *a: read.append(a[1].path) or real(*a))
    load.load_here(repo.folder)
    assert read == []
    _changed(repo, record_path("REQ-115-0001", "other-es"))
    assert len(load.load_here(repo.folder).faults) == 1
    assert read == [record_path("REQ-115-0001", "other-es")]


def test_before_the_first_commit_the_files_count(repo):
    repo.put(sample("REQ"))
    assert load.load_here(repo.folder).files == 1
