"""The leads of one company are sorted out once; each lead sees of the others what it would see alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sfrouter.journey.one_company import LedgerView, OneCompany, Ordered, after, before, created, without
from sfrouter.model.records import Lead
from tests.journey.stage import BOB, CARL, INBOUND, an_id

_START = datetime(2026, 3, 2, 9, tzinfo=UTC)
_SPAN = timedelta(minutes=10)
_OWNERS = st.sampled_from([BOB, INBOUND, None])
_WORDS = st.tuples(st.integers(0, 30), _OWNERS, st.booleans(), st.booleans())


def _leads(said: list[tuple[int, str | None, bool, bool]]) -> Ordered:
    made = (
        Lead(id=an_id("lead", number), owner_id=owner, created_at=(at := _START + timedelta(minutes=minute)),
             modified_at=at, stamp=at, closed_lost=lost, converted=converted)
        for number, (minute, owner, lost, converted) in enumerate(said, 1)
    )  # fmt: skip
    return tuple(sorted(made, key=created))


def _company(leads: Ordered) -> OneCompany:
    """Every third lead has a decision, every sixth one for Carl."""

    def look_up(some: Ordered) -> LedgerView:
        ids = [one.id for one in some]
        return LedgerView(
            decided=frozenset(one for one in ids if int(one[-6:-3], 36) % 3 == 0),
            owners={one: CARL for one in ids if int(one[-6:-3], 36) % 6 == 0},
        )

    return OneCompany(all=leads, look_up=look_up, intake_ids=frozenset({INBOUND}))


@given(st.lists(_WORDS, max_size=20), st.data())
def test_sorted_in_later_is_as_sorted_out_together(
    said: list[tuple[int, str | None, bool, bool]], data: st.DataObject
) -> None:
    leads = _leads(said)
    later = data.draw(st.sets(st.integers(0, 19), max_size=5))
    few = [one for place, one in enumerate(leads) if place in later]
    grown = _company(tuple(one for one in leads if one not in few)).with_more(few)
    whole = _company(leads)
    for name in ("all", "lost", "open_and_owned", "decided", "ids"):
        assert getattr(grown, name) == getattr(whole, name)


@given(st.lists(_WORDS, min_size=1, max_size=20), st.data())
def test_a_lead_sees_all_others_in_their_order(
    said: list[tuple[int, str | None, bool, bool]], data: st.DataObject
) -> None:
    leads = _leads(said)
    lead = data.draw(st.sampled_from(leads))
    others = [one for one in leads if one.id != lead.id]
    assert list(without(leads, lead)) == others
    assert list(before(leads, lead, 4)) == [one for one in others if created(one) < created(lead)][-4:]
    near = [one for one in others if created(one) > created(lead) and one.created_at <= lead.created_at + _SPAN]
    assert list(after(leads, lead, _SPAN, 4)) == near[:4]
    assert without(tuple(others), lead) == tuple(others)


def test_an_owner_decided_counts_before_the_mirror_knows_him() -> None:
    (lead,) = _leads([(0, INBOUND, False, False)])
    sixth = replace(lead, id=an_id("lead", 6))
    assert _company((lead,)).open_and_owned == ()
    assert [one.owner_id for one in _company((sixth,)).open_and_owned] == [CARL]
