"""Writing records (B29, B31): whole or not at all, and never over another one."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from cctv_policy.errors import RecordError
from cctv_policy.records import path_of, render, write_again, write_new
from tests.records.samples import SAMPLES, read, sample


def record(**changes):
    return read(sample("REQ", **changes)).value


def litter(folder):
    return [p.name for p in folder.rglob(".*")]


def test_a_new_record_lies_at_its_path(tmp_path):
    target = write_new(tmp_path, record())
    assert target == tmp_path / "records/pingxi-es/115/REQ-115-0001.yaml"
    assert target.read_text() == render(record())
    assert litter(tmp_path) == []


def test_b29_a_taken_number_is_never_written_over(tmp_path):
    target = write_new(tmp_path, record())
    before = target.read_bytes()
    with pytest.raises(RecordError, match="number is taken"):
        write_new(tmp_path, record(requesting_unit="五年甲班"))
    assert target.read_bytes() == before
    assert litter(tmp_path) == []


def test_b29_of_many_writers_exactly_one_gets_the_number(tmp_path):
    def attempt(n):
        try:
            write_new(tmp_path, record(requesting_unit=f"第{n}班"))
        except RecordError:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(24))) == 1
    assert litter(tmp_path) == []


def test_the_next_version_replaces_the_file(tmp_path):
    write_new(tmp_path, record())
    target = write_again(tmp_path, record(requesting_unit="五年甲班"))
    assert "五年甲班" in target.read_text()


def test_there_must_be_something_to_replace(tmp_path):
    with pytest.raises(RecordError, match="no such record"):
        write_again(tmp_path, record())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_b31_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "records").mkdir(mode=0o500)
    with pytest.raises(RecordError, match="cannot be written"):
        write_new(tmp_path, record())


def test_b31_a_file_where_a_folder_belongs_is_said(tmp_path):
    (tmp_path / "records").write_text("")
    with pytest.raises(RecordError, match="cannot be written"):
        write_new(tmp_path, record())


def test_b31_a_full_disk_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch):
    target = write_new(tmp_path, record())
    before = target.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RecordError, match="No space left"):
        write_again(tmp_path, record(requesting_unit="五年甲班"))
    assert target.read_bytes() == before
    assert litter(tmp_path) == []


@pytest.mark.parametrize("prefix", SAMPLES)
def test_path_of_a_record_is_that_of_its_id(prefix):
    assert path_of(read(SAMPLES[prefix]).value).endswith(f"/115/{prefix}-115-0001.yaml")
