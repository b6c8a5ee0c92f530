"""A flood from one domain on the desk: given out up to the limit, then held back and told once; no account."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from sfrouter.followup.watches.new_account import NewAccounts
from sfrouter.journey.accounts import agree
from sfrouter.journey.dossier import gather, look_up_surroundings
from sfrouter.journey.explain import explain_lead
from sfrouter.journey.proposals import open_proposals
from sfrouter.journey.retold import decision_in
from sfrouter.journey.route_lead import route_lead
from sfrouter.ledger.decision_json import decision_to_json
from sfrouter.ledger.new_accounts import AccountState
from sfrouter.matching.settings import MatchSettings
from sfrouter.model.assignment import Rotation
from sfrouter.model.decision import Decision
from sfrouter.model.new_company import Action
from sfrouter.model.write import WriteKind, WriteState
from sfrouter.routing.flood import Flood
from tests.journey.stage import ACME, BOB, INBOUND, NOON, RIVALS, SARAH, UNROUTED, Stage

FIVE = Flood(leads=5)
CREATE = NewAccounts(action=Action.CREATE)


def flood(stage: Stage, count: int, *, every: float = 10) -> list[str]:
    """So many leads of different people of one company, one each so many seconds."""
    made = []
    for _ in range(count):
        stage.clock.advance(every)
        made.append(stage.lead(email=f"p{stage.count}@delta.example", company="Delta"))
    return made


def owners(stage: Stage, decisions: Iterable[Decision]) -> list[str]:
    return [stage.owner(one) for one in decisions]


def alerts(decisions: Iterable[Decision]) -> list[bool]:
    return [bool(one.alert) for one in decisions]


@pytest.mark.parametrize("keep", [True, False], ids=["for real", "dry run"])
def test_beyond_the_limit_they_wait_in_the_queue_and_one_alert_is_raised(keep: bool) -> None:
    """R084, C19."""
    stage = Stage(flood=FIVE)
    flood(stage, 12)
    found = stage.decide(keep=keep).decisions
    assert owners(stage, found) == [BOB] * 5 + [UNROUTED] * 7
    assert alerts(found) == [False] * 5 + [True] + [False] * 6
    assert [one.rule for one in found[5:]] == ["flood"] * 7
    assert all(not one.notices and not one.moves for one in found[5:])


def test_polls_and_restarts_change_neither_who_is_held_back_nor_how_often_it_is_told(tmp_path: Path) -> None:
    stage, found = Stage(tmp_path, flood=FIVE), list[Decision]()
    for count in (3, 4, 1, 5):
        flood(stage, count, every=1)
        found += stage.decide().decisions  # nothing is sent meanwhile
        stage.start()
    assert owners(stage, found) == [BOB] * 5 + [UNROUTED] * 8
    assert alerts(found) == [False] * 5 + [True] + [False] * 7


def test_a_flood_that_lasts_is_one_and_another_day_is_another() -> None:
    """For hours more than the limit an hour: one alert. A quiet day later the domain is like any other."""
    stage, found = Stage(flood=FIVE), list[Decision]()
    for _ in range(10):
        flood(stage, 6, every=300)
        found += stage.cycle()
    assert set(owners(stage, found[5:])) == {UNROUTED}
    assert sum(alerts(found)) == 1
    stage.clock.advance(24 * 3600)
    flood(stage, 6)
    later = stage.cycle()
    assert (owners(stage, later), alerts(later)) == ([BOB] * 5 + [UNROUTED], [False] * 5 + [True])


def test_a_lead_that_comes_into_sight_late_tells_the_flood_no_second_time() -> None:
    stage = Stage(flood=FIVE)
    flood(stage, 8)
    assert sum(alerts(stage.cycle())) == 1
    stage.lead(email="late@delta.example", created_at=NOON + timedelta(seconds=55))
    late = stage.one(stage.cycle())
    assert (stage.owner(late), late.alert) == (UNROUTED, "")


def test_a_customers_owner_is_not_flooded_in_the_customers_name() -> None:
    """Neither with leads nor with Tasks about them; the link is written, as the match is certain (C15)."""
    stage = Stage(flood=FIVE)
    stage.account(domains=["delta.example"])
    flood(stage, 9)
    found = stage.cycle()
    assert owners(stage, found) == [SARAH] * 5 + [UNROUTED] * 4
    assert {one.link_account_id for one in found} == {ACME}
    held = {one.lead_id for one in found[5:]}
    assert held.isdisjoint(one.lead_id for one in stage.waiting_writes(WriteKind.TASK))


def test_the_policys_own_queue_has_them_and_the_catch_all_where_that_cannot() -> None:
    for queue, there in (("Rivals", RIVALS), ("Nowhere", UNROUTED), ("Inbound", UNROUTED), ("", UNROUTED)):
        stage = Stage(flood=Flood(leads=2, queue=queue))
        flood(stage, 3)
        assert owners(stage, stage.cycle()) == [BOB, BOB, there]


def test_without_any_queue_they_stay_where_they_are_until_there_is_one() -> None:
    """Never to a rep, and never lost (L05)."""
    stage = Stage(flood=Flood(leads=2))
    stage.row("queue", id=UNROUTED, name="Unrouted", developer_name="Dev_Unrouted", takes_leads=False)
    (*_, last) = flood(stage, 3)
    found = stage.cycle()[2]
    assert (found.rule, found.owner) == ("catch_all", None)
    assert "more than 2 leads of delta.example" in found.alert
    assert stage.cycle() == ()
    stage.row("queue", id=UNROUTED, name="Unrouted", developer_name="Dev_Unrouted", takes_leads=True)
    again = stage.one(stage.cycle())
    assert (again.lead_id, again.rule, stage.owner(again)) == (last, "flood", UNROUTED)


def test_a_lead_that_a_person_puts_back_is_given_out() -> None:
    """L02: that is how a person releases it, in the middle of the flood."""
    stage = Stage(flood=FIVE)
    *_, held = flood(stage, 7)
    stage.cycle()
    assert stage.cycle() == ()  # nothing is decided again by itself
    stage.edit(held, by=SARAH, owner_id=INBOUND)
    again = stage.one(stage.cycle())
    assert (again.rule, stage.owner(again)) == ("company_profile", BOB)


def test_a_lead_that_a_person_links_goes_to_the_accounts_owner() -> None:
    """R039: out of the queue, too."""
    stage = Stage(flood=FIVE)
    *_, held = flood(stage, 7)
    stage.cycle()
    stage.account()
    stage.edit(held, by=BOB, account_id=ACME)
    assert owners(stage, stage.cycle()) == [SARAH]


def test_a_decision_that_could_not_be_written_is_made_anew_without_a_second_alert() -> None:
    stage = Stage(flood=FIVE)
    *_, first, _ = flood(stage, 7)
    assert alerts(stage.decide().decisions)[5]
    stage.settle(first, WriteState.SUPERSEDED, decide_anew="the lead was changed")
    stage.edit(first, by=INBOUND, owner_id=INBOUND, title="CEO")
    again = stage.one(stage.decide().decisions)
    assert (again.lead_id, again.number, again.rule, again.alert) == (first, 2, "flood", "")


@pytest.mark.parametrize("domain", ["gmail.com", "shared.example"], ids=["free mail", "a shared domain"])
def test_what_is_no_companys_domain_is_counted_for_nobody(domain: str) -> None:
    """R029, R030: many honest people write from there."""
    stage = Stage(flood=Flood(leads=2), matching=MatchSettings(shared_domains=frozenset({"shared.example"})))
    for number in range(6):
        stage.lead(email=f"p{number}@{domain}")
    assert not any(one.rule == "flood" for one in stage.cycle())


@pytest.mark.parametrize("setting", [None, Flood(leads=40)], ids=["off", "not reached"])
def test_where_there_is_no_flood_every_decision_is_the_same_to_the_byte(setting: Flood | None) -> None:
    stages = (Stage(new_accounts=CREATE), Stage(new_accounts=CREATE, flood=setting))
    for stage in stages:
        flood(stage, 40)
    plain, watched = ([decision_to_json(one) for one in stage.cycle()] for stage in stages)
    assert plain == watched


def test_a_decision_made_again_from_its_evidence_is_the_same_to_the_byte() -> None:
    """What was seen of the flood is in the dossier: nothing is looked up outside it."""
    stage = Stage(flood=FIVE, new_accounts=CREATE)
    for lead_id in flood(stage, 8):
        desk = stage.house.desk
        lead = desk.reader.lead(lead_id)
        assert lead is not None
        dossier = gather(lead, desk, look_up_surroundings(desk, stage.clock.now()))
        one, other = (
            route_lead(dossier, stage.policy, Rotation(), number=1, open_leads={}, catch_all=desk.catch_all(
                dossier.directory, dossier.intake_ids)) for _ in range(2)
        )  # fmt: skip
        assert decision_to_json(one) == decision_to_json(other)
        assert len(dossier.influx.before if dossier.influx else ()) <= 5


def test_a_flood_makes_no_account_but_a_proposal_that_a_person_may_agree_to() -> None:
    """R066: the leads that wait are seen before the third is decided."""
    stage = Stage(flood=FIVE, new_accounts=CREATE)
    flood(stage, 6)
    found = stage.cycle()
    asked = stage.ledger.asked_account("delta.example")
    assert asked is not None
    assert (asked.state, stage.waiting_writes(WriteKind.ACCOUNT)) == (AccountState.PROPOSED, ())
    (third,) = (step for step in found[2].steps if step.rule == "flood")
    assert (third.ids, "before an account is made" in third.words) == (("R066", "R069"), True)
    (proposal,) = open_proposals(stage.house.desk, stage.clock.now())
    assert proposal.asked.domain == "delta.example"
    flood(stage, 10)
    stage.cycle()
    assert stage.waiting_writes(WriteKind.ACCOUNT) == ()  # whatever else comes
    assert agree(stage.house, "delta.example").state is AccountState.ON_ITS_WAY
    (write,) = stage.waiting_writes(WriteKind.ACCOUNT)
    assert write.values["OwnerId"] == BOB


def test_as_many_leads_as_are_allowed_make_their_account() -> None:
    stage = Stage(flood=FIVE, new_accounts=CREATE)
    flood(stage, 5)
    stage.cycle()
    assert len(stage.waiting_writes(WriteKind.ACCOUNT)) == 1


def test_an_account_asked_for_before_the_flood_stands_and_its_leads_are_held_back_all_the_same() -> None:
    stage = Stage(flood=FIVE, new_accounts=CREATE)
    flood(stage, 3)
    stage.cycle()
    assert len(stage.waiting_writes(WriteKind.ACCOUNT)) == 1
    flood(stage, 9)
    assert owners(stage, stage.cycle()) == [BOB] * 2 + [UNROUTED] * 7


def test_explain_tells_it_in_five_languages() -> None:
    stage = Stage(flood=FIVE)
    *_, last = flood(stage, 6)
    stage.cycle()
    kept = explain_lead(stage.house.desk, last, stage.clock).newest
    assert kept is not None
    told = {language: decision_in(kept, language) for language in ("en", "de", "es", "ja", "id")}
    assert told["de"].reason == (
        "Unrouted. Grund: mehr als 5 Leads von delta.example kamen innerhalb von 1 Stunde, "
        "daher sieht sich diesen zuerst ein Mensch an"
    )
    said = [(one.reason, one.alert, one.steps[-1].words) for one in told.values()]
    assert [len(set(one)) for one in zip(*said, strict=True)] == [5, 5, 5]


def test_the_leads_of_a_domain_are_read_once_a_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not once a lead; and never while no flood is watched for."""
    for setting, most in ((None, 0), (FIVE, 1)):
        stage = Stage(flood=setting)
        flood(stage, 30)
        reader, asked = type(stage.house.desk.reader), list[str]()
        plain = reader.leads_came
        monkeypatch.setattr(
            reader, "leads_came", lambda self, domain, since, asked=asked, plain=plain: (
                asked.append(domain), plain(self, domain, since))[1]
        )  # fmt: skip
        stage.decide(keep=False)
        monkeypatch.setattr(reader, "leads_came", plain)
        assert len(asked) == most
