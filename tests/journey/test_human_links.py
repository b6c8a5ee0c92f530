"""A person's link is never undone (R044), and it moves a lead only where the link leads somewhere (R039)."""

from datetime import timedelta

from sfrouter.base.database import writing
from sfrouter.mirror.put import bury
from sfrouter.model.write import WriteState
from tests.journey.stage import ACME, BOB, CARL, SARAH, Stage, an_id

OTHER = an_id("account", 2)


def merge(stage: Stage, loser: str, winner: str) -> None:
    """Two accounts become one, and the mirror has it."""
    stage.row("account", id=loser, name="Acme", deleted=True, merged_into_id=winner)
    stage.house.desk.refresh_index()


def test_an_account_made_a_moment_ago_is_fetched_before_a_lead_linked_to_it_is_decided() -> None:
    stage = Stage()
    stage.pulls.unseen.append({"number": 2, "id": OTHER, "name": "Brand New", "owner_id": CARL})
    stage.lead(account_id=OTHER)
    assert stage.owner(stage.one(stage.cycle())) == CARL
    assert stage.pulls.asked == ["account"]


def test_a_link_to_an_account_we_may_not_see_is_not_overwritten() -> None:
    """The domain says Acme; a person said something else, and a person's word stays."""
    stage = Stage()
    stage.account(domains=["acme.example"])
    lead = stage.lead(email="joe@acme.example", account_id=OTHER)
    decision = stage.one(stage.decide().decisions)
    assert stage.owner(decision) == SARAH
    assert decision.link_account_id is None
    (write,) = stage.waiting_writes()
    assert OTHER not in write.values.values()
    assert ACME not in write.values.values()
    assert lead == write.lead_id


def test_accounts_are_not_fetched_again_and_again_for_a_link_that_stays_unknown() -> None:
    stage = Stage()
    lead = stage.lead(account_id=OTHER)
    stage.cycle()
    for _ in range(5):
        stage.decide()
        stage.edit(lead, status="Working")
    assert stage.pulls.asked.count("account") <= 2


def test_a_relink_to_an_account_nobody_knows_leaves_the_lead_where_it_is() -> None:
    """Deciding without the link would take the lead from its owner and share it out."""
    stage = Stage()
    lead = stage.lead()
    assert stage.owner(stage.one(stage.cycle())) == BOB
    stage.edit(lead, by=BOB, account_id=OTHER)
    assert stage.decide().decisions == ()


def test_a_relink_to_an_account_without_an_owner_for_it_leaves_the_lead_with_its_owner() -> None:
    """The hierarchy ends at the pool: a rep who links his lead must not lose it to whoever is next in turn."""
    stage = Stage()
    stage.account(2, name="Prospect Ltd", relationship=["Prospect"])
    lead = stage.lead()
    assert stage.owner(stage.one(stage.cycle())) == BOB
    stage.edit(lead, by=BOB, account_id=OTHER)
    decision = stage.one(stage.decide().decisions)
    assert decision.owner is None
    assert decision.reason.startswith("the owner stays")
    assert decision.moves == ()
    assert stage.waiting_writes() == ()


def test_a_relink_taken_back_before_the_new_owner_was_written_leaves_the_lead_with_its_owner() -> None:
    """The wrong link, undone within seconds: the write is overtaken, and that makes the lead no stranger's."""
    stage = Stage()
    stage.account()
    lead = stage.lead()
    assert stage.owner(stage.one(stage.cycle())) == BOB
    stage.edit(lead, by=BOB, account_id=ACME)
    assert stage.owner(stage.one(stage.decide().decisions)) == SARAH
    words = "the lead was changed before it was written"
    stage.settle(lead, WriteState.SUPERSEDED, text=words, decide_anew=words)
    stage.edit(lead, by=BOB, account_id=None)
    decision = stage.one(stage.decide().decisions)
    assert decision.owner is None
    assert decision.reason.startswith("the owner stays")


def test_a_relink_of_somebody_who_has_left_is_shared_out() -> None:
    stage = Stage()
    stage.account(2, name="Prospect Ltd", relationship=["Prospect"])
    lead = stage.lead()
    stage.cycle()
    stage.row("user", id=BOB, name="Bob", email="bob@ours.example", active=[False])
    stage.edit(lead, by=SARAH, account_id=OTHER)
    assert stage.owner(stage.one(stage.decide().decisions)) == CARL


def test_a_merge_of_accounts_routes_no_lead_again() -> None:
    """The org moves the links of all leads to the account that is left; nobody relinked them."""
    stage = Stage()
    stage.account(domains=["acme.example"], relationship=["Prospect"])
    stage.account(2, name="Acme Group", owner_id=CARL)
    lead = stage.lead(email="joe@acme.example")
    assert stage.owner(stage.one(stage.cycle())) == BOB
    merge(stage, ACME, OTHER)
    stage.edit(lead, by=SARAH, account_id=OTHER)
    assert stage.decide().decisions == ()


def test_a_lead_linked_to_a_merged_account_follows_the_merge() -> None:
    stage = Stage()
    stage.account(2, name="Acme Group", owner_id=CARL)
    merge(stage, ACME, OTHER)
    stage.lead(account_id=ACME)
    decision = stage.one(stage.decide().decisions)
    assert stage.owner(decision) == CARL
    assert decision.link_account_id == OTHER


def test_a_lead_of_a_deleted_account_is_shared_out_and_not_linked_to_it() -> None:
    stage = Stage()
    stage.account(domains=["acme.example"])
    stage.house.desk.refresh_index()
    with writing(stage.mirror.engine) as connection:
        bury(connection, "account", [ACME], change=stage.mirror.next_change(connection))
    stage.lead(email="joe@acme.example")
    decision = stage.one(stage.decide().decisions)
    assert (stage.owner(decision), decision.link_account_id) == (BOB, None)


def test_link_and_owner_changed_together_are_final() -> None:
    stage = Stage()
    stage.account()
    lead = stage.lead()
    stage.cycle()
    stage.edit(lead, owner_id=CARL, account_id=ACME)
    for _ in range(3):
        assert stage.decide().decisions == ()
        stage.clock.advance(timedelta(hours=1).total_seconds())
