"""After an erasure no byte of any file in the data folder holds what was known of the person."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sfrouter.followup.watches.sla import Sla
from sfrouter.journey.erase import NobodyToEraseError, erase, erase_deleted, leads_meant
from sfrouter.journey.gone_leads import LEAST_MISSED
from sfrouter.journey.refresh import sweep
from sfrouter.mirror.forget import leads_of_email
from sfrouter.mirror.report import SweepReport
from sfrouter.model.contest import Contest
from sfrouter.model.review import ReviewState, Verdict
from sfrouter.model.write import WriteKind, WriteState
from tests.journey.stage import ACME, CARL, INBOUND, NOON, SARAH, Stage

CANARY: dict[str, Any] = {
    "first_name": "Zyxfirst", "last_name": "Zyxlast", "email": "zyxmail@zyxdomain.example",
    "company": "Zyxcompany Umbrellas", "phone": "+1 555 0100777", "ip": "203.0.113.77", "title": "Zyxtitle",
    "city": "Zyxtown", "postal_code": "ZYX99", "website": "https://www.zyxdomain.example", "source": "Zyxsource",
    "status": "Zyxstatus", "extra": {"note": "Zyxnote"},
}  # fmt: skip
WORDS = ("zyx", "0100777", "203.0.113.77", "umbrellas")


def found_in(folder: Path) -> set[str]:
    """The canaries that stand in some file, and in which."""
    hits = set()
    for path in folder.rglob("*"):
        content = path.read_bytes().lower() if path.is_file() else b""
        for word in WORDS:
            if any(word.encode(code) in content for code in ("utf-8", "utf-16-le")):
                hits.add(f"{word} in {path.name}")
    return hits


def known_person(stage: Stage) -> str:
    """A lead that left its marks everywhere: decided twice, told of, in a review, a profile, and the outbox."""
    stage.account(1, name="Zyxcompany Umbrela", domains=["elsewhere.example"])
    lead = stage.lead(**CANARY)
    stage.decide()
    stage.settle(lead, WriteState.UNKNOWN, text="Zyxlast: no")
    stage.clear_up(lead, WriteState.PENDING)
    stage.settle(lead, WriteState.DONE)
    stage.seen_written(lead)
    stage.edit(lead, owner_id=stage.ledger.decisions_of(lead)[0].decision.lead_owner_id)
    stage.row("lead", id=lead, created_at=NOON, modified_at=stage.clock.now(), owner_id="00G000000000001EAA",
              modified_by_id="005000000000002AAA", **CANARY)  # fmt: skip
    stage.decide()
    return lead


def seen_deleted(stage: Stage, lead: str) -> None:
    """A reading finds the lead in the recycle bin."""
    stage.clock.advance(1)
    stage.row("lead", id=lead, created_at=NOON, modified_at=stage.clock.now(), deleted=True)


def test_the_canaries_stand_in_both_stores_before(tmp_path: Path) -> None:
    """Otherwise the tests below would prove nothing."""
    stage = Stage(tmp_path)
    lead = known_person(stage)
    hits = found_in(tmp_path)
    assert any("mirror.db" in hit for hit in hits)
    assert any("ledger.db" in hit for hit in hits)
    assert len(stage.ledger.decisions_of(lead)) >= 2
    assert stage.ledger.profile_with(f"lead {lead}") is not None


def test_an_erased_person_is_in_no_byte_of_any_file(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    lead = known_person(stage)
    stage.row("account", id="001000000000001AAA", name="Acme", owner_id="005000000000002AAA", created_at=NOON)
    report = erase(stage.ledger, stage.mirror, [lead])
    assert found_in(tmp_path) == set()
    assert report.folded
    assert report.alive == (lead,)
    assert report.erased.decisions == len(stage.ledger.decisions_of(lead))
    assert report.erased.profile_keys >= 3
    assert stage.ledger.verify_log().sound


def test_what_stays_is_enough_to_count_and_to_go_on(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    lead = known_person(stage)
    before = stage.ledger.decisions_of(lead)
    erase(stage.ledger, stage.mirror, [lead])
    after = stage.ledger.decisions_of(lead)
    assert [(one.decision.number, one.decision.rule, one.decision.at) for one in after] == [
        (one.decision.number, one.decision.rule, one.decision.at) for one in before
    ]
    assert [one.decision.owner and one.decision.owner.id for one in after] == [
        one.decision.owner and one.decision.owner.id for one in before
    ]
    assert stage.waiting_writes() == ()
    assert stage.waiting_writes(WriteKind.TASK) == ()
    assert stage.decide().decisions == ()
    other = stage.lead()
    assert [one.lead_id for one in stage.decide().decisions] == [other]


def test_another_lead_of_the_company_keeps_its_profile_and_what_it_brought_itself(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    first = stage.lead(company="Delta Umbrellas", email="a@delta.example")
    second = stage.lead(company="Delta", email="b@delta.example")
    stage.decide()
    erase(stage.ledger, stage.mirror, [first])
    kept = stage.ledger.profile_with(f"lead {second}")
    assert kept is not None
    keys = {one.key for one in kept.keys}
    assert f"lead {first}" not in keys
    assert "domain delta.example" in keys
    assert not any("umbrellas" in key for key in keys)


def test_a_lead_deleted_in_the_org_is_erased_by_the_sweep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(tmp_path)
    lead = known_person(stage)
    other = stage.lead(company="Stays", email="x@stays.example")
    stage.decide()
    stage.row("account", id="001000000000001AAA", name="Acme", owner_id="005000000000002AAA", created_at=NOON)
    monkeypatch.setattr(stage.pulls, "sweep", lambda noun: SweepReport(noun=noun), raising=False)
    seen_deleted(stage, lead)
    sweep(stage.house)
    assert found_in(tmp_path) == set()
    (kept,) = stage.ledger.decisions_of(other)
    assert kept.decision.reason != "erased"
    assert stage.ledger.verify_log().erased == len(stage.ledger.decisions_of(lead))
    entries = stage.ledger.verify_log().entries
    sweep(stage.house)
    assert stage.ledger.verify_log().entries == entries, "each lead is erased once"


def test_a_lead_erased_while_its_owner_was_on_the_way_is_decided_anew_when_the_org_still_has_it() -> None:
    """Its write ended with the erasure; nobody else would ever give it an owner."""
    stage = Stage()
    lead = stage.lead()
    stage.decide()
    row = {"id": lead, "owner_id": INBOUND, "created_at": NOON, "modified_at": NOON, "modified_by_id": SARAH}
    assert erase(stage.ledger, stage.mirror, [lead]).alive == (lead,)
    assert stage.decide().decisions == ()
    stage.row("lead", last_name="Doe", stamp=stage.ledger.decisions_of(lead)[0].decision.lead_stamp, **row)
    assert [(one.lead_id, one.number) for one in stage.cycle()] == [(lead, 2)]
    assert stage.decide().decisions == ()


def test_a_lead_that_comes_back_after_its_erasure_stays_with_the_owner_it_was_given_to() -> None:
    """Which account it was linked to is erased: a link that nobody changed is no relink (R039)."""
    stage = Stage()
    stage.account(domains=["acme.example"])
    lead = stage.lead(email="joe@acme.example")
    assert stage.owner(stage.one(stage.cycle())) == SARAH
    back = {"id": lead, "owner_id": SARAH, "account_id": ACME, "email": "joe@acme.example", "created_at": NOON}
    seen_deleted(stage, lead)
    erase_deleted(stage.house)
    stage.account(domains=["acme.example"], owner_id=CARL)
    stage.clock.advance(60)
    stage.row("lead", modified_at=stage.clock.now(), modified_by_id=SARAH, last_name="Doe", **back)
    assert stage.decide().decisions == ()


def test_a_lead_that_comes_back_into_the_intake_is_decided_again_with_the_next_number() -> None:
    stage = Stage()
    lead = stage.lead()
    assert len(stage.decide().decisions) == 1
    seen_deleted(stage, lead)
    erase_deleted(stage.house)
    assert stage.waiting_writes() == ()
    stage.clock.advance(60)
    stage.lead(1, created_at=NOON)
    assert stage.one(stage.decide().decisions).number == 2
    assert len(stage.waiting_writes()) == 1


def test_a_mirror_that_lost_its_sight_erases_nobody(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    leads = [stage.lead() for _ in range(LEAST_MISSED + 1)]
    stage.decide()
    stage.mirror.empty()
    stage.people()
    assert erase_deleted(stage.house) is None
    assert all(stage.ledger.decisions_of(one)[0].decision.reason != "erased" for one in leads)


def test_a_write_that_is_being_sent_gets_its_answer_first(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    lead = stage.lead(**CANARY)
    stage.decide()
    (write,) = stage.waiting_writes()
    stage.ledger.mark_sending([write.key], stage.clock.now())
    report = erase(stage.ledger, stage.mirror, [lead])
    assert report.erased.in_flight == 1
    assert stage.ledger.unerased([lead]) == (lead,)
    stage.ledger.unknown_at_start(stage.clock.now())
    assert erase(stage.ledger, stage.mirror, [lead]).erased.in_flight == 0
    assert stage.ledger.unerased([lead]) == ()
    assert found_in(tmp_path) == set()


def test_people_are_found_by_any_spelling_of_their_address(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    lead = stage.lead(**CANARY)
    converted = stage.lead(**{**CANARY, "converted": [True]})
    assert set(leads_of_email(stage.mirror, " ZyxMail@ZYXdomain.example ")) == {lead, converted}
    assert leads_meant(stage.mirror, [lead[:15]], CANARY["email"]) == (lead, converted)
    assert leads_of_email(stage.mirror, "") == ()
    with pytest.raises(NobodyToEraseError):
        leads_meant(stage.mirror, [], "nobody@zyxdomain.example")
    with pytest.raises(ValueError, match="id"):
        leads_meant(stage.mirror, ["x"], "")


def test_an_erasure_beside_somebody_who_reads_says_that_the_journal_is_not_cut_yet(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    lead = stage.lead(**CANARY)
    stage.decide()
    with stage.mirror.reading() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM lead").all()
        report = erase(stage.ledger, stage.mirror, [lead])
    assert not report.folded
    assert erase(stage.ledger, stage.mirror, [lead]).folded
    assert found_in(tmp_path) == set()


def test_the_daemon_cuts_a_journal_with_the_next_sweep_that_somebody_read_at_the_erasure(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    lead = stage.lead(**CANARY)
    stage.decide()
    seen_deleted(stage, lead)
    with stage.mirror.reading() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM lead").all()
        report = erase_deleted(stage.house)
        assert report is not None
        assert not report.folded
        assert erase_deleted(stage.house) is None
        assert stage.house.desk.journals_hold_erased
    assert found_in(tmp_path) != set()
    assert erase_deleted(stage.house) is None
    assert found_in(tmp_path) == set()
    assert not stage.house.desk.journals_hold_erased


def test_every_table_of_the_ledger_was_thought_of() -> None:
    """A table added later must be erased too, or be known to hold ids and words of the set-up only."""
    from sfrouter.ledger.tables import LedgerTable

    erased = {"decision", "outbox", "review", "review_answer", "decide_anew", "contest", "sla_clock", "chain"}
    profiles = {"profile", "profile_key", "profile_word"}
    ids_only = {"rotation_turn", "given_lead", "suspended_person", "parked_kind", "note", "link_order",
                "new_account_lead", "link_to_make", "account_removal", "api_hour", "first_owner"}  # fmt: skip
    of_companies = {"alias", "never_match", "new_account"}  # docs/operations.md says that these stay
    assert set(LedgerTable.metadata.tables) == erased | profiles | ids_only | of_companies


def contested(stage: Stage, lead: str) -> None:
    contest = Contest(
        lead_id=lead, decision_number=1, wanted_id=SARAH, found_id=CARL, by_id=None, written_at=NOON,
        changed_at=NOON, why="Zyxwhy",
    )  # fmt: skip
    stage.ledger.keep_contest(contest)


def test_a_question_its_answer_a_contest_and_the_words_of_a_reply_clock_are_erased_too(tmp_path: Path) -> None:
    """That somebody was waited for, and until when, stays."""
    stage = Stage(tmp_path, watches=(Sla(hours="clock"),))
    account = stage.account(name="Zyxcompany")
    lead = stage.lead(**{**CANARY, "extra": {"last_activity_on": "Zyxday"}})
    stage.cycle()
    stage.ledger.keep_verdict(Verdict(states={(lead, account): ReviewState.SKIPPED}, by="Zyxanswerer"))
    contested(stage, lead)
    before = stage.ledger.sla_clock(lead)
    assert before is not None
    assert (before.status_was, before.activity_was) == ("Zyxstatus", "Zyxday")
    stage.account(name="Acme")
    erase(stage.ledger, stage.mirror, [lead])
    assert stage.ledger.reviews_of(lead) == ()
    assert stage.ledger.review_answerer(lead, account) == ""
    assert stage.ledger.contest_of(lead) is None
    at = stage.clock.now()
    bare = replace(before, status_was="", activity_was="", stopped_at=at, stopped_because="erased")
    assert stage.ledger.sla_clock(lead) == bare
    assert found_in(tmp_path) == set()


def test_an_erasure_takes_no_answer_contest_or_clock_of_another_lead() -> None:
    stage = Stage(watches=(Sla(hours="clock"),))
    account = stage.account(name="Zyxcompany")
    lead, other = stage.lead(**CANARY), stage.lead(**CANARY)
    stage.cycle()
    for one in (lead, other):
        stage.ledger.keep_verdict(Verdict(states={(one, account): ReviewState.SKIPPED}, by="Ann"))
        contested(stage, one)
    before = stage.ledger.sla_clock(other)
    assert before is not None
    erase(stage.ledger, stage.mirror, [lead])
    assert stage.ledger.sla_clock(other) == before
    assert stage.ledger.review_answerer(other, account) == "Ann"
    assert [one.lead_id for one in stage.ledger.contests()] == [other]
