"""Section 10: everyone who should know gets one Task per lead, leavers and competitors' leads none."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfrouter.model.dossier import Dossier
from sfrouter.model.records import Relationship
from sfrouter.routing.decide import decide
from sfrouter.routing.notice import NoticePart
from sfrouter.routing.notices import shelf
from sfrouter.routing.notices.busy_company import raised
from sfrouter.routing.tell import tell
from tests.routing.dossiers import dossiers
from tests.routing.test_decide import rules
from tests.routing.world import NOON, account, case, dossier, lead, person, user_id

HOUR = timedelta(hours=1)


def notices(**options: dict[str, Any]) -> tuple[NoticePart, ...]:
    """All there are."""
    written: dict[str, dict[str, Any]] = {"executive": {"vp_sales": "p5@ours.example"}, **options}
    return tuple(part.model_validate(written.get(name, {})) for name, part in shelf().items())


@given(dossiers())
@settings(max_examples=150, deadline=None)
def test_each_person_is_told_once_beside_the_alert_and_nobody_who_left(any_one: Dossier) -> None:
    told = tell(any_one, decide(any_one, rules()), notices())
    assert all(any_one.directory.people[one.person_id].active for one in told)
    shared = Counter(one.person_id for one in told if one.kind != "busy_company")
    assert not shared or max(shared.values()) == 1
    assert sum(one.kind == "busy_company" for one in told) <= 1
    assert all(one.subject and one.text and one.ids and len(one.subject) <= 255 for one in told)


@given(dossiers())
@settings(max_examples=100, deadline=None)
def test_a_competitors_lead_tells_nobody_and_no_text_quotes_the_ip(any_one: Dossier) -> None:
    typed = replace(any_one, lead=replace(any_one.lead, ip="203.0.113.45", company="203.0.113.45"))
    told = tell(typed, decide(typed, rules()), notices())
    if typed.account is not None and typed.account.competitor:
        assert told == ()
    assert not any("203.0.113.45" in one.subject + one.text for one in told)


@given(dossiers())
@settings(max_examples=60, deadline=None)
def test_no_task_quotes_who_wrote(any_one: Dossier) -> None:
    """R154: whoever may see the lead reads name, address and number there."""
    name, number, address = "Zwettler", "+4930901820", "q.zwettler@delta.example"
    lead = replace(any_one.lead, first_name="Quirin", last_name=name, email=address, phone=number)
    typed = replace(any_one, lead=lead)
    told = tell(typed, decide(typed, rules()), notices())
    said = " ".join(one.subject + one.text for one in told)
    assert not [value for value in ("Quirin", name, number, address) if value in said]


def test_a_company_that_is_called_like_a_person_is_named() -> None:
    """R154: the same word as in `test_no_task_quotes_who_wrote`; as the company's name the owner needs it."""
    wrote = lead(first_name="Quirin", last_name="Zwettler", company="Zwettler GmbH", state="California")
    one = dossier([person(1)], lead=wrote, account=account(name="Zwettler GmbH", owner_id=user_id(1),
                                                          relationship=Relationship.CUSTOMER))  # fmt: skip
    (told,) = tell(one, decide(one, rules()), notices())
    assert "Zwettler GmbH" in told.text
    assert "Quirin" not in told.subject + told.text


@given(dossiers())
@settings(max_examples=100, deadline=None)
def test_a_person_who_owns_the_lead_has_the_new_owners_task(any_one: Dossier) -> None:
    ruling = decide(any_one, rules())
    told = tell(any_one, ruling, notices())
    owner_is_person = ruling.owner is not None and ruling.owner.id in any_one.directory.people
    owners = [one for one in told if one.kind == "new_owner"]
    assert bool(owners) is (owner_is_person and not ruling.silent)
    assert all(ruling.owner is not None and one.person_id == ruling.owner.id for one in owners)


def test_the_new_owners_task_is_due_from_the_leads_creation() -> None:
    """R085: an outage does not move the time."""
    created = NOON - 5 * HOUR
    acme = account(owner_id=user_id(1), relationship=Relationship.CUSTOMER)
    late = dossier([person(1)], account=acme, lead=lead(created_at=created))
    (told,) = tell(late, decide(late, rules()), notices(new_owner={"respond_within_minutes": 90}))
    assert told.due_at == created + timedelta(minutes=90)


def test_two_reasons_for_one_person_are_one_task_with_both_ids() -> None:
    acme = account(
        owner_id=user_id(1), relationship=Relationship.CUSTOMER, strategic=True, customer_success_id=user_id(1)
    )
    seen = dossier([person(1)], account=acme, open_cases=(case(),))
    (told,) = tell(seen, decide(seen, rules()), notices())
    assert told.kind == "new_owner"
    assert {"R142", "R120", "R079"} <= set(told.ids)
    assert len(told.text.splitlines()) == 3


def test_a_closed_case_is_no_trouble() -> None:
    acme = account(owner_id=user_id(1), relationship=Relationship.CUSTOMER, customer_success_id=user_id(2))
    seen = dossier([person(1), person(2)], account=acme, open_cases=(case(closed=True),))
    assert [one.kind for one in tell(seen, decide(seen, rules()), notices())] == ["new_owner"]


@pytest.mark.parametrize(
    ("minutes", "alarms"),
    [
        ([0], []),
        ([0, 60], []),
        ([0, 60, 120], [2]),  # exactly two hours is inside
        ([0, 60, 121], []),
        ([0, 1, 2, 3, 4, 5], [2]),  # once a burst
        ([0, 1, 2, 122], [2]),
        ([0, 1, 2, 123, 124, 125], [2, 5]),  # a new burst after the window
        ([5, 5, 5], [2]),
        ([10, 20, 0], [2]),  # the first of them comes into sight last
        ([10, 20, 30, 0], [2]),
        ([10, 20, 0, 30, 130], [2]),  # it holds from the lead that filled the count
        ([10, 20, 0, 141, 142, 143], [2, 5]),
        ([120, 60, 0], [2]),
        ([121, 60, 0], []),
    ],
)
def test_a_burst_raises_one_alarm(minutes: list[int], alarms: list[int]) -> None:
    """R084, C19. The minutes stand in the order in which the leads are decided."""
    moments: list[datetime] = [NOON + timedelta(minutes=minute) for minute in minutes]
    assert raised(moments, 3, 2 * HOUR) == alarms


@given(st.lists(st.integers(0, 600), max_size=30))
def test_two_alarms_are_never_within_one_window(minutes: list[int]) -> None:
    moments = [NOON + timedelta(minutes=minute) for minute in sorted(minutes)]
    rung = [moments[place] for place in raised(moments, 3, 2 * HOUR)]
    assert all(later - earlier > 2 * HOUR for earlier, later in pairwise(rung))


@given(st.lists(st.integers(0, 120), min_size=3, max_size=12))
def test_a_burst_within_one_window_raises_one_alarm_in_whatever_order_it_is_seen(
    minutes: list[int],
) -> None:
    assert raised([NOON + timedelta(minutes=minute) for minute in minutes], 3, 2 * HOUR) == [2]
