"""R041, R043: links ordered from the command line are carried out like a rep's own, and can be taken back."""

import sys
from collections.abc import Callable, Iterable, Mapping
from types import FrameType
from typing import Any
from unittest.mock import patch

import pytest

from sfrouter.journey.dossier import look_up_surroundings
from sfrouter.journey.explain import UnknownLeadError
from sfrouter.journey.link import (
    TakeBack,
    UnknownAccountError,
    UnknownBatchError,
    account_called,
    leads_called,
    link_orders,
    undo_batch,
)
from sfrouter.journey.outlook import outlooks
from sfrouter.ledger.decisions import Standing
from sfrouter.mirror.reader import Company, Reader
from sfrouter.model.order import LinkOrder, OrderKind, OrderState
from sfrouter.model.records import Lead
from tests.journey.stage import ACME, BOB, CARL, DORA, NOON, ROUTER, SARAH, Stage, an_id

OTHER = an_id("account", 2)


@pytest.fixture
def stage() -> Stage:
    """Acme of Sarah, and three leads of "Acme Labs" whom the pool shared out."""
    made = Stage(rules=tuple(one for one in Stage().policy.rules if one.name != "company_profile"))
    made.account()
    for _ in range(3):
        made.lead(company="Acme Labs")
    made.cycle()
    return made


def order(stage: Stage, said: str, account: str = ACME) -> str:
    """Link, as the command does; the name of the batch."""
    desk = stage.house.desk
    batch = f"b{stage.clock.now():%H%M%S}"
    orders = link_orders(
        leads_called(desk, said), account_called(desk, account), by="Ann", at=stage.clock.now(), batch=batch
    )
    stage.ledger.order_links(orders)
    return batch


def take_back(stage: Stage, batch: str) -> tuple[TakeBack, ...]:
    desk = stage.house.desk
    around = look_up_surroundings(desk, stage.clock.now())
    found = undo_batch(
        desk, batch, around.directory, around.intake_ids, by="Ann", at=stage.clock.now(), new_batch=f"u{batch}"
    )
    stage.ledger.order_links([one.order for one in found if one.order])
    return found


def undone(stage: Stage) -> None:
    """The org carries out what was taken back."""
    for write in stage.waiting_writes():
        decision = stage.ledger.decisions_of(write.lead_id)[-1].decision
        from sfrouter.model.write import WriteState

        stage.settle(write.lead_id, WriteState.DONE)
        stage.edit(
            write.lead_id, by=ROUTER, owner_id=decision.owner.id if decision.owner else decision.lead_owner_id,
            account_id=decision.link_account_id,
        )  # fmt: skip


def now(stage: Stage) -> list[tuple[str | None, str | None]]:
    leads = stage.house.desk.reader.all_leads()
    return [(one.owner_id, one.account_id) for one in leads]


def test_a_pattern_links_every_lead_of_such_a_company_and_undo_gives_each_back(stage: Stage) -> None:
    before = now(stage)
    assert sorted(owner for owner, _ in before if owner) == sorted([BOB, CARL, DORA])
    batch = order(stage, "acme LABS*")
    stage.cycle()
    assert now(stage) == [(SARAH, ACME)] * 3
    assert all(one.order for one in take_back(stage, batch))
    stage.decide()
    undone(stage)
    assert now(stage) == before
    assert stage.decide().decisions == ()


def test_carrying_out_a_bulk_link_reads_the_companys_leads_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """R043: not once for each of its leads; and what one decision leaves, the next one sees all the same."""
    stage = Stage()
    stage.account()
    for number in range(12):
        stage.lead(company="Acme Labs", email=f"p{number}@acmelabs.example")
    stage.cycle()
    order(stage, "Acme Labs")
    read: list[Company] = []
    usual = Reader.company_leads

    def counted(self: Reader, company: Company) -> tuple[Lead, ...]:
        read.append(company)
        return usual(self, company)

    monkeypatch.setattr(Reader, "company_leads", counted)
    decisions = stage.cycle()
    assert [stage.owner(one) for one in decisions] == [SARAH] * 12
    assert len(read) == len(set(read)) <= 2, "by account and domain, and by name"


def test_undo_leaves_alone_what_a_person_touched_since(stage: Stage) -> None:
    """R044."""
    batch = order(stage, "Acme Labs")
    stage.cycle()
    stage.edit(an_id("lead", 2), by=SARAH, owner_id=CARL)
    found = {one.lead_id: one for one in take_back(stage, batch)}
    assert found[an_id("lead", 2)].order is None
    assert "changed" in found[an_id("lead", 2)].words
    stage.decide()
    undone(stage)
    assert now(stage)[1] == (CARL, ACME)


def test_undo_does_nothing_to_a_lead_that_somebody_moves_before_it_is_carried_out(stage: Stage) -> None:
    batch = order(stage, "Acme Labs")
    stage.cycle()
    take_back(stage, batch)
    stage.edit(an_id("lead", 2), by=SARAH, owner_id=CARL)
    assert len(stage.decide().decisions) == 2
    assert stage.ledger.open_orders() == {}


def test_an_order_that_was_not_carried_out_yet_is_withdrawn(stage: Stage) -> None:
    batch = order(stage, "Acme Labs")
    take_back(stage, batch)
    assert stage.decide().decisions == ()
    assert {one.state for one in stage.ledger.orders_in(batch)} == {OrderState.WITHDRAWN}


def test_a_former_owner_who_has_left_gets_nothing_back(stage: Stage) -> None:
    key = an_id("lead", 1)
    lead = stage.house.desk.reader.lead(key)
    assert lead is not None
    assert lead.owner_id is not None
    batch = order(stage, key)
    stage.cycle()
    stage.row("user", id=lead.owner_id, name="Gone", email="gone@ours.example", active=[False])
    (one,) = take_back(stage, batch)
    assert (one.order, "no leads any more" in one.words) == (None, True)


def test_a_lead_linked_already_is_not_ordered_again(stage: Stage) -> None:
    order(stage, an_id("lead", 1))
    stage.cycle()
    batch = order(stage, "Acme Labs*")
    assert len(stage.ledger.orders_in(batch)) == 2


def test_a_wrong_link_is_put_right_by_a_newer_order(stage: Stage) -> None:
    stage.account(2, name="Umbrella", owner_id=CARL)
    order(stage, an_id("lead", 1))
    stage.cycle()
    order(stage, an_id("lead", 1), "umbrella")
    stage.cycle()
    assert now(stage)[0] == (CARL, OTHER)


def test_a_lead_the_router_never_had_only_gets_the_link(stage: Stage) -> None:
    """It was a rep's before we came: its owner is not ours to change."""
    key = stage.lead(9, company="Acme Labs", owner_id=DORA)
    order(stage, key)
    decision = stage.one(stage.cycle())
    assert (decision.owner, decision.link_account_id) == (None, ACME)
    assert now(stage)[-1] == (DORA, ACME)


def test_a_converted_lead_is_not_linked(stage: Stage) -> None:
    stage.edit(an_id("lead", 1), converted=[True])
    assert len(leads_called(stage.house.desk, "Acme Labs")) == 2
    with pytest.raises(UnknownLeadError):
        leads_called(stage.house.desk, an_id("lead", 1))


def test_the_preview_says_what_then_happens(stage: Stage) -> None:
    desk = stage.house.desk
    leads = leads_called(desk, "Acme Labs")
    shown = outlooks(stage.start().desk, [(lead, ACME) for lead in leads], stage.clock.now())
    assert [(one.owner_now, one.owner_after) for one in shown] == [
        ("Bob", "Sarah"), ("Carl", "Sarah"), ("Dora", "Sarah"),
    ]  # fmt: skip
    stage.edit(an_id("lead", 1), by=BOB, owner_id=CARL)
    lead = desk.reader.lead(an_id("lead", 1))
    assert lead is not None
    (one,) = outlooks(desk, [(lead, ACME)], stage.clock.now())
    assert (one.stays, one.owner_now, one.owner_after) == (True, "Carl", "Carl")


def test_an_account_is_named_by_id_or_by_a_name_only_one_has(stage: Stage) -> None:
    desk = stage.house.desk
    assert account_called(desk, "acme").id == account_called(desk, ACME[:15]).id == ACME
    stage.account(2)
    with pytest.raises(UnknownAccountError, match="2 accounts"):
        account_called(desk, "Acme")
    with pytest.raises(UnknownAccountError, match="no account"):
        account_called(desk, "Nobody")


def test_a_batch_nobody_ordered_is_an_error(stage: Stage) -> None:
    with pytest.raises(UnknownBatchError):
        take_back(stage, "b0")


def test_a_preview_of_many_leads_says_of_each_what_a_preview_of_it_alone_says() -> None:
    """What is looked up once for all of them changes no answer; each lead's standing is asked for once."""
    stage = Stage()
    stage.account()
    leads = [stage.lead(company=f"Bulk Labs {number}", email=f"p{number}@bulk.example") for number in range(8)]
    stage.cycle()
    desk, now = stage.house.desk, stage.clock.now()
    found = [desk.reader.lead(one) for one in leads]
    wanted = [(one, ACME) for one in found if one is not None]
    together = outlooks(desk, wanted, now)
    assert together == tuple(outlooks(desk, [one], now)[0] for one in wanted)
    asked: list[int] = []
    standings = desk.ledger.standings

    def counted(lead_ids: Iterable[str]) -> Mapping[str, Standing]:
        keys = list(lead_ids)
        asked.append(len(keys))
        return standings(keys)

    with patch.object(type(desk.ledger), "standings", staticmethod(counted)):
        outlooks(desk, wanted, now)
    assert sum(asked) <= 4 * len(leads)  # not leads times leads


@pytest.mark.parametrize("domain", ["bulk.example", "gmail.com"])
def test_the_cost_of_a_lead_in_a_preview_does_not_grow_with_their_number(
    domain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in steps of our own code, not in seconds: four times the leads, about four times the steps."""
    few, many = (_steps_of_preview(count, domain, monkeypatch) for count in (25, 100))
    assert many < 4.6 * few


def _steps_of_preview(count: int, domain: str, monkeypatch: pytest.MonkeyPatch) -> int:
    stage = Stage()
    stage.account()
    leads = [stage.lead(company="Bulk Labs", email=f"p{number}@{domain}") for number in range(count)]
    stage.cycle()
    desk, now = stage.house.desk, stage.clock.now()
    wanted = [(one, ACME) for one in map(desk.reader.lead, leads) if one is not None]
    steps = 0
    monkeypatch.setattr("sfrouter.journey.company_leads._MOST_RECENT", 5)

    def within(frame: FrameType, event: str, _: Any) -> Callable[[FrameType, str, Any], Any] | None:
        nonlocal steps
        if "sfrouter/journey" not in frame.f_code.co_filename:
            return None
        frame.f_trace_opcodes = True
        steps += event == "opcode"
        return within

    before = sys.gettrace()
    sys.settrace(within)
    try:
        assert len(outlooks(desk, wanted, now)) == count
    finally:
        sys.settrace(before)
    return steps


def test_of_several_orders_for_one_lead_kept_at_once_only_the_last_stays_open() -> None:
    stage = Stage()
    made = [
        LinkOrder(
            lead_id=an_id("lead", number), kind=OrderKind.LINKED, account_id=an_id("account", account),
            account_was=None, owner_was=SARAH, by="ops", at=NOON, batch="one",
        )
        for number, account in ((1, 1), (2, 1), (1, 2))
    ]  # fmt: skip
    stage.ledger.order_links(made[:1])
    stage.ledger.order_links(made)
    stage.ledger.order_links(())
    opened = stage.ledger.open_orders()
    assert {key: one.account_id for key, one in opened.items()} == {
        an_id("lead", 1): an_id("account", 2), an_id("lead", 2): an_id("account", 1),
    }  # fmt: skip
    states = [one.state for one in stage.ledger.orders_in("one")]
    assert states == [OrderState.WITHDRAWN, OrderState.WITHDRAWN, OrderState.OPEN, OrderState.OPEN]
