"""What people read, word for word in every language: Tasks and the reason on the lead, held against frozen files.

The files in tests/routing/spoken/ are read by people who speak the language. After a wanted change of a sentence
write them anew: SPOKEN=write python -m pytest tests/routing/test_languages.py
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from sfrouter.model.assignment import Owner, OwnerKind
from sfrouter.model.dossier import Dossier
from sfrouter.model.records import Opportunity, PartnerKind, Relationship, TeamRole
from sfrouter.routing.decide import decide
from sfrouter.routing.finish import shared_out
from sfrouter.routing.phrases import BOOKS
from sfrouter.routing.tell import reason_for, tell
from tests.routing.test_decide import rules
from tests.routing.test_tell import notices
from tests.routing.world import NOON, account, case, deal, dossier, lead, member, person, user_id

SPOKEN = Path(__file__).parent / "spoken"
CUSTOMER = Relationship.CUSTOMER


def scenes() -> Iterator[tuple[str, Dossier]]:
    """One for each sort of Task."""
    sarah, walter = person(1, "Sarah"), person(2, "Walter", active=False, successor_id=user_id(3))
    bob, carla, vera = person(3, "Bob"), person(4, "Carla"), person(5, "Vera")
    people = (sarah, walter, bob, carla, vera)
    contract = account(owner_id=user_id(1), relationship=CUSTOMER, contract_value=Decimal(30000), currency="USD")
    rates = {"USD": Decimal(1)}
    trouble = replace(contract, customer_success_id=user_id(4))
    yield "customer", dossier(people, account=contract, rates=rates)
    yield "open case", dossier(people, account=trouble, rates=rates, open_cases=(case(),))
    yield "low health", dossier(people, account=replace(trouble, health_low=True), rates=rates)
    yield "owner left", dossier(people, account=replace(contract, owner_id=user_id(2)), rates=rates)
    deals: tuple[Opportunity, ...] = (deal(1, user_id(3), name="Renewal"),)
    yield "deal of somebody else", dossier(people, account=contract, rates=rates, opportunities=deals)
    team = (member(1, user_id(4), TeamRole.CUSTOMER_SUCCESS),)
    strategic = account(owner_id=user_id(1), strategic=True)
    yield "executive", dossier(people, account=strategic, team=team, lead=lead(title="CEO"))
    partner = account(owner_id=user_id(1), partner_kind=PartnerKind.INVOLVED, partner_manager_id=user_id(3))
    yield "partner involved", dossier(people, account=replace(partner, auto_created=True))
    yield "unknown company", dossier(people)
    burst = tuple(lead(number, created_at=NOON) for number in (7, 8))
    yield "burst", dossier(people, account=contract, rates=rates, recent_leads=burst)


def spoken(language: str) -> str:
    """All scenes as their readers have them."""
    blocks = []
    for name, scene in scenes():
        people = {key: replace(one, language=language) for key, one in scene.directory.people.items()}
        told_in = replace(scene, directory=replace(scene.directory, people=people))
        ruling = decide(told_in, rules())
        if ruling.to_default:
            sarah = Owner(id=user_id(1), kind=OwnerKind.PERSON, name="Sarah")
            ruling = shared_out(ruling, sarah, territory="West Coast", pool="west", words="4 turns so far")
        lines = [f"== {name}", f"on the lead: {reason_for(told_in, ruling)}"]
        for one in tell(told_in, ruling, notices()):
            lines.append(f"{one.kind} ({one.language}): {one.subject}\n  {one.text}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


@pytest.mark.parametrize("language", sorted(BOOKS))
def test_people_read_what_was_agreed(language: str) -> None:
    path, now = SPOKEN / f"{language}.txt", spoken(language)
    if os.environ.get("SPOKEN") == "write":
        path.write_text(now, "utf-8")
    assert now == path.read_text("utf-8")


@pytest.mark.parametrize("language", sorted(BOOKS))
def test_nobody_reads_how_many_turns_the_others_had(language: str) -> None:
    assert "turns so far" not in spoken(language)


def test_an_owner_whose_language_nobody_speaks_is_told_in_the_policys() -> None:
    people = (person(1, "Sarah", language="fr"),)
    scene = dossier(people, account=account(owner_id=user_id(1), relationship=CUSTOMER))
    ruling = decide(scene, rules())
    (notice,) = tell(scene, ruling, notices(), language="es")
    assert (notice.language, notice.subject) == ("es", "Nuevo lead: Acme")
    assert reason_for(scene, ruling, language="de").startswith("Acme ist Kunde")
