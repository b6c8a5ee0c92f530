"""Any dossier there can be, for property tests: flags, leavers, circles, gaps and unknown people included."""

from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from sfrouter.model.dossier import Dossier, NamedEntry
from sfrouter.model.records import Account, Lead, Opportunity, PartnerKind, Person, Relationship, Segment, TeamRole
from tests.routing.world import (
    CLOSED,
    INTAKE,
    NOON,
    PARTNERS,
    TODAY,
    account,
    case,
    deal,
    directory,
    dossier,
    lead,
    member,
    person,
    user_id,
)

NUMBERS = range(1, 7)
UNKNOWN = user_id(99)
owners = st.sampled_from([None, UNKNOWN, *(user_id(number) for number in NUMBERS)])
partners = st.one_of(owners, st.sampled_from([PARTNERS.id, CLOSED.id, INTAKE.id]))
flags = st.booleans()
somebody = owners.filter(bool)


@st.composite
def people(draw: st.DrawFn) -> tuple[Person, ...]:
    """Six people; anybody may have left, and successors and managers may form circles."""
    return tuple(
        person(number, active=draw(flags), manager_id=draw(owners), successor_id=draw(owners))
        for number in NUMBERS
    )


accounts = st.builds(
    account,
    owner_id=owners,
    relationship=st.sampled_from([None, *Relationship]),
    competitor=flags,
    partner_kind=st.sampled_from([None, None, *PartnerKind]),
    partner_owner_id=partners,
    partner_manager_id=owners,
    strategic=flags,
    strategic_owner_id=owners,
    named=flags,
    named_owner_id=owners,
    churned_on=st.one_of(st.none(), st.dates(TODAY - timedelta(days=400), TODAY)),
    previous_owner_id=owners,
    segment=st.sampled_from([None, *Segment]),
    contract_value=st.one_of(st.none(), st.decimals(0, 100000, places=2)),
    currency=st.sampled_from(["", "USD", "EUR", "IDR"]),
    account_manager_id=owners,
    customer_success_id=owners,
    health_low=flags,
    products=st.sampled_from([(), ("Router",), ("Router", "Analytics")]),
    auto_created=flags,
)


@cache
def others(first: int) -> st.SearchStrategy[tuple[Lead, ...]]:
    """Some other leads, newest or oldest first as they come."""
    one = st.builds(
        lead, st.integers(first, first + 9), owner_id=st.one_of(owners, st.just(INTAKE.id)),
        previous_owner_id=st.one_of(st.none(), owners),
        created_at=st.integers(0, 400).map(lambda hours: NOON - timedelta(hours=hours)),
    )  # fmt: skip
    return st.lists(one, max_size=3, unique_by=lambda item: item.id).map(tuple)


deals: st.SearchStrategy[tuple[Opportunity, ...]] = st.lists(
    st.builds(
        deal, st.integers(1, 9), owners, closed=flags, amount=st.sampled_from([None, Decimal(5), Decimal(7)]),
        currency=st.sampled_from(["USD", "EUR"]), last_activity_on=st.sampled_from([None, TODAY]),
    ),
    max_size=3, unique_by=lambda item: item.id,
).map(tuple)  # fmt: skip


# Made once: hypothesis looks each new strategy over again.
maybe_accounts = st.one_of(st.none(), accounts)
parents_of = st.lists(accounts, max_size=2)
team_sizes = st.integers(0, 3)
roles = st.sampled_from(list(TeamRole))
heirs = st.dictionaries(somebody, somebody, max_size=3)
listed_owners = st.one_of(st.none(), st.sampled_from(["p1@ours.example", "nobody@ours.example"]))
addresses = st.sampled_from(["", "203.0.113.45"])
asked_products = st.sampled_from(["", "Analytics"])
titles = st.sampled_from(["", "CEO", "Clerk"])
rate_tables = st.sampled_from([{}, {"USD": Decimal(1), "EUR": Decimal("1.1")}])
more_intakes = st.sampled_from([(), (user_id(6),)])


@st.composite
def dossiers(draw: st.DrawFn) -> Dossier:
    """A lead and everything around it."""
    crowd = draw(people())
    matched: Account | None = draw(maybe_accounts)
    values: dict[str, Any] = {}
    if matched is not None:
        parents = draw(parents_of)
        values = {
            "account": matched,
            "ancestors": tuple(parents),
            "opportunities": draw(deals),
            "open_cases": (case(),) if draw(flags) else (),
            "team": tuple(member(place, draw(somebody) or "", draw(roles)) for place in range(draw(team_sizes))),
        }
    table = draw(heirs)
    listed = draw(listed_owners)
    return dossier(
        crowd,
        directory=directory(crowd, {str(gone): str(heir) for gone, heir in table.items()}),
        lead=lead(ip=draw(addresses), product=draw(asked_products),
                  title=draw(titles)),
        named_entry=NamedEntry(company="Acme", owner_email=listed) if listed else None,
        lost_leads=draw(others(10)),
        open_leads=draw(others(20)),
        same_person=draw(others(30)),
        recent_leads=draw(others(40)),
        rates=draw(rate_tables),
        intake_ids=frozenset({INTAKE.id, *draw(more_intakes)}),
        **values,
    )  # fmt: skip
