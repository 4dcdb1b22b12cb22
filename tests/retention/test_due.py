"""What is due when."""

from datetime import date

from cctv_policy.retention import plan
from cctv_policy.retention.due import drills_due, due, footage_due, within
from tests.records.samples import sample
from tests.retention.office import Office, old_request


def found(office):
    return {(str(d.on), d.kind, d.subject) for d in due(office.school())}


def test_copies_holds_terms_and_destructions(tmp_path):
    kept = sample("KEP", recorded_on="2026-03-01")
    office = Office(tmp_path, old_request(2, closed_on="2026-02-28"), sample("HLD"), kept)
    told = found(office)
    assert ("2026-09-01", "copy_review", "KEP-115-0001") in told
    assert ("2026-09-01", "hold_review", "HLD-115-0001") in told
    assert ("2027-03-01", "term_over", "REQ-114-0002") in told
    assert ("2026-03-02", "destruction_open", "DST-115-0001") in told
    assert not [t for t in told if t[1] == "copy_destroy"]  # the hold protects it
    assert not [t for t in told if t[2] == "REQ-114-0001"]  # it is listed for destruction


def test_a_copy_without_hold_has_its_last_day(tmp_path):
    office = Office(tmp_path, sample("KEP", recorded_on="2026-03-01"))
    assert ("2027-03-01", "copy_destroy", "KEP-115-0001") in found(office)


def test_drills_are_due_each_quarter_and_at_once_where_none_passed(tmp_path):
    office = Office(tmp_path)
    today = date(2026, 3, 3)
    told = list(drills_due(office.repo.folder, office.keystore.settings, today))
    assert {(d.subject, d.on) for d in told} == {
        ("custodian", today),
        ("principal", today),
        ("district", today),
    }


def test_footage_that_reaches_its_maximum():
    facts = {"channels": [{"ch": "1", "overdue_on": "2026-04-01"}, {"ch": "2", "overdue_on": None}]}
    told = list(footage_due("pingxi-es", "nvr-1", facts))
    assert [(str(d.on), d.subject) for d in told] == [("2026-04-01", "nvr-1/1")]
    assert within(told, date(2026, 3, 2), 30) == told
    assert within(told, date(2026, 3, 1), 30) == []


def test_the_plan_lists_what_may_go_and_why_the_rest_stays(tmp_path):
    office = Office(tmp_path, old_request(2, closed_on="2026-02-28"), approve=False)
    made = plan(office.school())
    assert [c.id for c in made.due] == ["REG-114-0001", "REQ-114-0001"]
    assert made.eligible_from == date(2026, 2, 11)
    blocked = {name: {f.code for f in faults} for name, faults in made.blocked}
    assert blocked["REQ-114-0002"] == {"not_due"}
    assert blocked["CUS-115-0001"] == {"never_due"}
