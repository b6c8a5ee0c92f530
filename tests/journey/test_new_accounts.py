"""Auto-created accounts on the desk (R066-R072): asked for once, owned by the first lead's owner, leads linked."""

from datetime import timedelta
from typing import Any

import pytest

from sfrouter.followup.watches.new_account import NewAccounts
from sfrouter.journey.link_new_accounts import link_new_accounts
from sfrouter.ledger.new_accounts import AccountState
from sfrouter.ledger.reviews import raise_reviews
from sfrouter.ledger.settlement import Settlement
from sfrouter.matching.settings import MatchSettings
from sfrouter.model.decision import Decision
from sfrouter.model.new_company import Action
from sfrouter.model.review import ReviewItem, ReviewState
from sfrouter.model.write import Write, WriteKind, WriteState
from sfrouter.routing.rule import Rule
from tests.journey.stage import BOB, CARL, DORA, INBOUND, NOON, SARAH, Stage, a_policy, an_id

CREATE = NewAccounts(action=Action.CREATE)
LANGUAGES = {
    "en": ("newcompany.com", "New Company Inc", ("John", "Emily", "Sarah")),
    "ja": ("newcompany.com", "New Company Inc", ("ジョン", "エミリー", "サラ")),
    "es": ("nuevaempresa.com", "Nueva Empresa Inc", ("Juan", "Emilia", "Sara")),
    "de": ("neuefirma.com", "Neue Firma GmbH", ("Johannes", "Emilia", "Sarah")),
}
MADE = an_id("account", 77)


def without_8b(**more: Any) -> Stage:
    """The policy with places 8b off: each lead of an unknown company is shared out by itself."""
    rules: tuple[Rule, ...] = tuple(rule for rule in a_policy().rules if rule.name != "company_profile")
    return Stage(rules=rules, **{"new_accounts": CREATE, **more})


def new_company(stage: Stage, language: str = "en", *, polls: bool = True, count: int = 3) -> list[Decision]:
    """Days 1, 5 and 10 of the example, or all in one poll."""
    domain, company, people = LANGUAGES[language]
    found: list[Decision] = []
    for number in range(count):
        stage.clock.advance(3600)
        stage.lead(email=f"p{number}@{domain}", company=company, first_name=people[number % 3])
        found += stage.cycle() if polls else ()
    return found or list(stage.cycle())


def asked(stage: Stage) -> tuple[Write, ...]:
    """The accounts that wait to be made."""
    return stage.waiting_writes(WriteKind.ACCOUNT)


def answered(stage: Stage, state: WriteState, **values: Any) -> Write:
    """The org's answer to the one account that waits to be made."""
    (write,) = asked(stage)
    stage.ledger.mark_sending([write.key], stage.clock.now())
    stage.ledger.settle([Settlement(key=write.key, state=state, **values)], stage.clock.now())
    return write


def made(stage: Stage, *, seen: bool = True) -> None:
    """The org makes the account; the mirror reads it at once or later."""
    write = answered(stage, WriteState.DONE, record_id=MADE)
    if seen:
        mirrored(stage, write)


def mirrored(stage: Stage, write: Write) -> None:
    stage.row(
        "account", id=MADE, name=write.values["Name"], owner_id=write.values["OwnerId"], created_at=NOON,
        domains=[write.values["Website"]], auto_created=[True],
    )  # fmt: skip
    stage.house.desk.refresh_index()


def owners(stage: Stage, decisions: list[Decision]) -> list[str]:
    return [stage.owner(one) for one in decisions]


@pytest.mark.parametrize("polls", [True, False], ids=["three polls", "one poll"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_worked_example_in_every_language(language: str, polls: bool) -> None:
    """R066, R068, C09: Rep A has leads 1 and 3 and the account, Rep B keeps lead 2, however they arrived."""
    stage = without_8b()
    found = new_company(stage, language, polls=polls)
    assert owners(stage, found) == [BOB, CARL, BOB]
    assert (found[2].rule, found[2].place) == ("prospect_owner", "7b")
    assert "the first lead's owner has it" in found[2].reason
    (write,) = asked(stage)
    domain, company, _ = LANGUAGES[language]
    assert {key: write.values[key] for key in ("Name", "OwnerId", "Website", "Created_By_Router__c")} == {
        "Name": company, "OwnerId": BOB, "Website": domain, "Created_By_Router__c": True,
    }  # fmt: skip
    assert link_new_accounts(stage.house) == 0


def test_all_leads_are_linked_and_the_second_owner_is_told() -> None:
    """R067, C09."""
    stage = without_8b()
    found = new_company(stage)
    made(stage)
    stage.clock.advance(60)
    assert link_new_accounts(stage.house) == 3
    writes = {one.lead_id: dict(one.values) for one in stage.waiting_writes()}
    assert writes == {one.lead_id: {"Account__c": MADE} for one in found}
    stage.arrive()
    tasks = [one for one in stage.waiting_writes(WriteKind.TASK) if "New account" in str(one.values["Subject"])]
    assert [(one.lead_id, one.values["OwnerId"]) for one in tasks] == [(found[1].lead_id, CARL)]
    assert "stays yours" in str(tasks[0].values["Description"])
    assert link_new_accounts(stage.house) == 0
    assert stage.cycle() == ()  # nothing is decided again: every owner stays


def test_a_lead_that_is_still_to_get_its_owner_is_not_linked_before() -> None:
    """The third lead was edited before its owner was written: a link as its decision would leave it there."""
    stage = without_8b()
    new_company(stage, count=2)
    stage.clock.advance(3600)
    third = stage.lead(email="p2@newcompany.com", company="New Company Inc")
    assert len(stage.decide().decisions) == 1
    made(stage)
    stage.settle(third, WriteState.SUPERSEDED, decide_anew="the lead was changed")
    stage.edit(third, by=SARAH, title="Buyer")
    stage.clock.advance(60)
    assert link_new_accounts(stage.house) == 2
    (again,) = stage.decide().decisions
    assert (again.lead_id, again.number, stage.owner(again)) == (third, 2, BOB)


@pytest.mark.parametrize("answer", [WriteState.REFUSED, WriteState.DONE], ids=["refused", "written"])
def test_a_lead_that_a_person_puts_back_is_decided_anew_before_it_is_linked(answer: WriteState) -> None:
    """The org refused its owner, or a person returned it to the intake, in the moment the account is made."""
    stage = without_8b()
    new_company(stage, count=2)
    stage.clock.advance(3600)
    third = stage.lead(email="p2@newcompany.com", company="New Company Inc")
    assert len(stage.decide().decisions) == 1
    made(stage)
    stage.settle(third, answer)
    assert link_new_accounts(stage.house) == 2
    stage.edit(third, by=SARAH, title="Buyer", owner_id=INBOUND)
    assert link_new_accounts(stage.house) == 0
    (again,) = stage.decide().decisions
    assert (again.lead_id, again.number, stage.owner(again)) == (third, 2, BOB)


@pytest.mark.parametrize("private", [False, True], ids=["a company", "a private customer"])
def test_leads_are_linked_to_what_a_duplicate_rule_named_unless_it_is_a_private_customer(private: bool) -> None:
    """F42, F44: the rule compares names, and a person of that name is no company."""
    stage = without_8b()
    new_company(stage)
    answered(stage, WriteState.DONE, record_id=MADE, code="DUPLICATES_DETECTED")
    stage.row("account", id=MADE, name="New Company", owner_id=DORA, created_at=NOON, person=[private])
    stage.house.desk.refresh_index()
    stage.clock.advance(60)
    assert link_new_accounts(stage.house) == (0 if private else 3)
    stage.lead(email="p9@newcompany.com", company="Neu")
    (later,) = stage.decide().decisions
    assert later.match.account_id == (None if private else MADE)


OVER = pytest.mark.parametrize(
    "change", [{"converted": [True]}, {"status": "Unqualified"}, {"account_id": an_id("account", 9)}],
    ids=["converted", "lost", "linked by a person"],
)  # fmt: skip


def linked_of_four(**change: Any) -> list[bool]:
    """Four people write from newcompany.com; what becomes of the first lead meanwhile; which leads we link."""
    stage = without_8b()
    leads = [one.lead_id for one in new_company(stage, count=2)]
    stage.edit(leads[0], by=SARAH, owner_id=BOB, **change)
    for number in (3, 4):
        leads.append(stage.lead(email=f"q{number}@newcompany.com", company="New Company Inc"))
        stage.cycle()
    made(stage)
    stage.clock.advance(60)
    link_new_accounts(stage.house)
    links = {one.lead_id: one.values.get("Account__c") for one in stage.waiting_writes()}
    return [links.get(lead) == MADE for lead in leads]


def test_all_open_leads_of_the_domain_are_linked() -> None:
    """R067."""
    assert linked_of_four() == [True, True, True, True]


@OVER
def test_a_lead_that_is_over_or_linked_by_a_person_is_not_linked_with_the_others(change: dict[str, Any]) -> None:
    """R067, the near miss: the same four leads and the same account, but the first is open no more."""
    assert linked_of_four(**change) == [False, True, True, True]


def test_later_leads_go_to_the_account_owner_before_and_after_the_mirror_knows_it() -> None:
    """R069."""
    stage = without_8b()
    new_company(stage)
    stage.lead(email="p4@newcompany.com", company="New Company")
    assert owners(stage, list(stage.cycle())) == [BOB]
    (write,) = asked(stage)
    made(stage, seen=False)
    stage.lead(email="p5@newcompany.com", company="New Company")
    fifth = stage.one(stage.cycle())
    assert (stage.owner(fifth), fifth.link_account_id) == (BOB, MADE)
    mirrored(stage, write)
    stage.lead(email="p6@newcompany.com", company="New Company")
    sixth = stage.one(stage.cycle())
    assert (stage.owner(sixth), sixth.rule, sixth.link_account_id) == (BOB, "prospect_owner", MADE)
    assert link_new_accounts(stage.house) == 4  # leads 1 to 4; the fifth and sixth carry the link already
    assert len(asked(stage)) == 0


@pytest.mark.parametrize(
    ("mails", "why"),
    [
        (("a@gmail.com", "b@gmail.com", "c@gmail.com"), "R072 free mail"),
        (("a@mailinator.com", "b@mailinator.com", "c@mailinator.com"), "R072 disposable"),
        (("a@newco.example", "A@newco.example", "b@newco.example"), "two distinct addresses only"),
        (("a@newco.example", "b@newco.example", ""), "two leads at the domain"),
        (("a@blocked.example", "b@blocked.example", "c@blocked.example"), "R072 blocked"),
        (("a@uni.example", "b@uni.example", "c@uni.example"), "R030 shared"),
    ],
)
def test_near_misses_make_no_account(mails: tuple[str, ...], why: str) -> None:
    options = NewAccounts(action=Action.CREATE, never_for=("blocked.example",))
    stage = Stage(new_accounts=options, matching=MatchSettings(shared_domains=frozenset({"uni.example"})))
    for mail in mails:
        stage.lead(email=mail, company="New Company")
    stage.cycle()
    assert asked(stage) == (), why


@OVER
def test_converted_lost_and_linked_leads_do_not_count(change: dict[str, Any]) -> None:
    stage = Stage(new_accounts=CREATE)
    first, *_ = new_company(stage, count=2)
    stage.edit(first.lead_id, by=SARAH, owner_id=BOB, **change)
    stage.lead(email="p9@newcompany.com", company="New Company Inc")
    stage.cycle()
    assert asked(stage) == ()


def test_a_lead_that_waits_in_review_holds_the_account_back() -> None:
    stage = Stage(new_accounts=CREATE)
    first, *_ = new_company(stage, count=2)
    item = ReviewItem(lead_id=first.lead_id, account_id=an_id("account", 3), score=75, why="score", raised_at=NOON)
    with stage.ledger._store.write() as connection:
        raise_reviews(connection, [item])
    stage.lead(email="p3@newcompany.com", company="New Company Inc")
    stage.cycle()
    assert asked(stage) == ()
    stage.ledger.answer_review(first.lead_id, an_id("account", 3), ReviewState.REJECTED)
    stage.lead(email="p4@newcompany.com", company="New Company Inc")
    stage.cycle()
    assert len(asked(stage)) == 1


def test_off_makes_nothing_and_propose_only_asks() -> None:
    assert asked_after(NewAccounts()) == ((), None)
    assert asked_after(NewAccounts(action=Action.PROPOSE)) == ((), AccountState.PROPOSED)


def asked_after(options: NewAccounts) -> tuple[tuple[Write, ...], AccountState | None]:
    stage = Stage(new_accounts=options)
    found = new_company(stage)
    assert owners(stage, found) == [BOB, BOB, BOB]  # place 8b
    kept = stage.ledger.asked_account("newcompany.com")
    return asked(stage), kept.state if kept else None


def test_the_first_leads_owner_has_left_and_his_successor_has_the_account() -> None:
    """R068 with R098."""
    stage = without_8b(successors_by_email={"bob@ours.example": "dora@ours.example"})
    new_company(stage, count=2)
    stage.row("user", id=BOB, name="Bob", email="bob@ours.example", active=[False])
    stage.lead(email="p3@newcompany.com", company="New Company Inc")
    assert owners(stage, list(stage.cycle())) == [DORA]
    assert asked(stage)[0].values["OwnerId"] == DORA


def test_with_no_heir_the_third_leads_territory_owner_has_lead_and_account() -> None:
    stage = without_8b()
    new_company(stage, count=2)
    stage.row("user", id=BOB, name="Bob", email="bob@ours.example", active=[False])
    stage.lead(email="p3@newcompany.com", company="New Company Inc")
    (third,) = stage.cycle()
    assert "nobody has its first lead" in third.reason
    assert asked(stage)[0].values["OwnerId"] == stage.owner(third) != BOB


def test_a_lead_seen_late_completes_the_company_all_the_same() -> None:
    """A late commit: lead 2 by creation is seen after lead 3."""
    stage = without_8b()
    early = stage.clock.now()
    stage.lead(email="p1@newcompany.com", company="New Company Inc")
    stage.clock.advance(7200)
    stage.lead(email="p3@newcompany.com", company="New Company Inc")
    stage.cycle()
    assert asked(stage) == ()
    stage.lead(email="p2@newcompany.com", company="New Company Inc", created_at=early + timedelta(hours=1))
    assert owners(stage, list(stage.cycle())) == [BOB]
    assert len(asked(stage)) == 1


@pytest.mark.parametrize("on_its_way", [True, False], ids=["account on its way", "completes the company"])
def test_the_companys_first_lead_seen_last_goes_to_the_owner_of_the_others(*, on_its_way: bool) -> None:
    """A late commit (R009): the lead itself is its company's first, and nobody has it yet."""
    stage = Stage(new_accounts=CREATE)
    early = stage.clock.now()
    others = new_company(stage, count=3 if on_its_way else 2)
    assert set(owners(stage, others)) == {BOB}
    stage.lead(email="p9@newcompany.com", company="New Company Inc", created_at=early)
    assert owners(stage, list(stage.cycle())) == [BOB]
    assert len(asked(stage)) == 1


def test_where_the_org_refused_the_first_lead_for_good_the_others_have_one_owner() -> None:
    """R009: it stays in the intake, and nobody has it."""
    stage = Stage(new_accounts=CREATE)
    first = stage.lead(email="p0@newcompany.com", company="New Company Inc")
    stage.decide()
    stage.settle(first, WriteState.REFUSED)
    found: list[Decision] = []
    for number in (7, 8, 9):
        stage.clock.advance(3600)
        stage.lead(email=f"p{number}@newcompany.com", company="New Company Inc")
        found += stage.cycle()
    assert len(set(owners(stage, found))) == 1
    assert asked(stage)[0].values["OwnerId"] == stage.owner(found[0])


def test_a_decision_that_lost_its_footing_does_not_ask_twice() -> None:
    stage = without_8b()
    new_company(stage, count=2)
    third = stage.lead(email="p3@newcompany.com", company="New Company Inc")
    stage.decide()
    assert len(asked(stage)) == 1
    stage.settle(third, WriteState.SUPERSEDED, decide_anew="the lead was changed")
    stage.decide()
    assert len(asked(stage)) == 1
    everything = stage.ledger.writes(third)
    assert [one.state for one in everything if one.kind is WriteKind.ACCOUNT] == [WriteState.PENDING]


def test_an_owner_the_org_calls_inactive_gets_no_account_and_it_is_asked_for_again() -> None:
    stage = without_8b()
    new_company(stage)
    write = answered(stage, WriteState.REFUSED, code="INACTIVE_OWNER_OR_USER", text="inactive")
    stage.row("user", id=BOB, name="Bob", email="bob@ours.example", active=[False], successor_id=DORA)
    stage.lead(email="p4@newcompany.com", company="New Company Inc")
    assert owners(stage, list(stage.cycle())) == [DORA]
    (again,) = asked(stage)
    assert (again.values["OwnerId"], again.key != write.key) == (DORA, True)


def test_the_newest_try_is_the_last_one_though_the_machines_clock_was_set_back() -> None:
    """F29: the leads that follow join the account on its way instead of asking for it once more."""
    stage = without_8b()
    new_company(stage)
    answered(stage, WriteState.REFUSED, code="INACTIVE_OWNER_OR_USER", text="inactive")
    stage.clock.set(stage.clock.now() - timedelta(minutes=15))
    for number in (4, 5):
        stage.lead(email=f"p{number}@newcompany.com", company="New Company Inc")
    report = stage.decide()
    assert (len(report.decisions), report.failed) == (2, ())
    assert len(asked(stage)) == 1
    (newest,) = (one for one in stage.ledger.asked_accounts() if one.turn == 2)
    assert stage.ledger.asked_account("newcompany.com") == newest


def test_what_the_org_refused_for_good_is_not_asked_for_again() -> None:
    """A duplicate rule, say."""
    stage = Stage(new_accounts=CREATE)
    new_company(stage)
    answered(stage, WriteState.REFUSED, code="DUPLICATES_DETECTED", text="a duplicate")
    stage.lead(email="p9@newcompany.com", company="New Company Inc")
    stage.cycle()
    assert asked(stage) == ()
    kept = stage.ledger.asked_account("newcompany.com")
    assert kept is not None
    assert (kept.state, kept.answer) == (AccountState.REFUSED, "DUPLICATES_DETECTED: a duplicate")


def test_a_person_who_edits_the_second_lead_meanwhile_does_not_lose_it() -> None:
    """C09 outlives a failed link: only the link is tried again."""
    stage = without_8b()
    found = new_company(stage)
    made(stage)
    link_new_accounts(stage.house)
    second = found[1].lead_id
    stage.settle(second, WriteState.SUPERSEDED, decide_anew="the lead was changed before it was written")
    stage.edit(second, by=CARL, company="New Company, Inc.")
    assert [one.lead_id for one in stage.cycle()] == []
    assert link_new_accounts(stage.house) == 1
    assert stage.ledger.standings([second])[second].owner_id is None


def test_a_dry_run_asks_for_nothing() -> None:
    stage = Stage(new_accounts=CREATE)
    for number in range(3):
        stage.lead(email=f"p{number}@newcompany.com", company="New Company Inc")
    stage.decide(keep=False)
    assert asked(stage) == ()
    assert stage.ledger.asked_accounts() == ()
