"""What a hold costs: days of the recorder's capacity, or an honest "cannot tell"."""

from datetime import datetime

from cctv_policy.retention.hold import Part, preview


def part(ch, since, until):
    day = "2026-11-{}+08:00"
    return Part(
        ch=ch,
        since=datetime.fromisoformat(day.format(since)),
        until=datetime.fromisoformat(day.format(until)),
    )


def channel(ch, fit=16, **changes):
    oldest = datetime.fromisoformat("2026-11-10T00:00+08:00").timestamp()
    newest = datetime.fromisoformat("2026-11-27T00:00+08:00").timestamp()
    base = {"ch": ch, "projected_days": fit, "oldest_s": oldest, "newest_s": newest, "gaps": []}
    return base | changes


FACTS = {"channels": [channel("1"), channel("2")], "storage": [{"size_bytes": 1_600_000}]}


def look(*wanted, facts=FACTS, held=()):
    return preview("nvr-1", facts, wanted, held, needed_days=15)


def test_a_day_of_one_of_two_channels_costs_half_a_day():
    told = look(part("1", "12T00:00", "13T00:00"))
    assert (told.days_before, told.days_after, told.enough) == (16, 15.5, True)
    assert (told.costs[0].locked_days, told.costs[0].locked_bytes) == (0.5, 50_000)
    assert told.costs[0].there == "all"


def test_exactly_the_minimum_is_enough_and_less_is_not():
    assert look(part("1", "12T00:00", "14T00:00")).enough
    assert look(part("1", "12T00:00", "14T00:01")).enough is False


def test_what_is_held_already_counts_once():
    same = part("1", "12T00:00", "13T00:00")
    assert look(same, held=[same]).days_after == 15.5
    assert look(same, held=[part("2", "12T00:00", "13T00:00")]).days_after == 15


def test_footage_that_is_gone_or_torn_is_told():
    assert look(part("1", "08T00:00", "09T00:00")).costs[0].there == "none"
    assert look(part("1", "09T00:00", "11T00:00")).costs[0].there == "part"
    gap = {"start_s": 0, "end_s": 10**11}
    torn = {"channels": [channel("1", gaps=[gap])]}
    assert look(part("1", "12T00:00", "13T00:00"), facts=torn).costs[0].there == "part"


def test_without_evidence_nothing_is_claimed():
    wanted = part("1", "12T00:00", "13T00:00")
    for facts in ({}, {"channels": [channel("1", fit=None)]}, {"channels": [channel("2")]}):
        told = look(wanted, facts=facts)
        assert told.days_after is None and told.enough is None
    unseen = {"channels": [channel("1", oldest_s=None)]}
    assert look(wanted, facts=unseen).costs[0].there == "unknown"
