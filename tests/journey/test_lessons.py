"""What reviews taught reaches company profiles and new accounts, not only the matching (RV1, R061, R066)."""

from sfrouter.followup.watches.new_account import NewAccounts
from sfrouter.model.new_company import Action
from sfrouter.model.write import WriteKind
from tests.journey.stage import ACME, BOB, SARAH, Stage
from tests.journey.test_reviews import owners, say_no, say_yes

CREATE = NewAccounts(action=Action.CREATE)


def labs(stage: Stage, number: int) -> str:
    """A lead of "Acme Labs", which may or may not belong to Acme."""
    return stage.lead(company="Acme Labs", email=f"p{number}@labs-of-acme.example")


def with_doubt() -> tuple[Stage, str]:
    """Acme, and one lead of Acme Labs about which a person is asked."""
    stage = Stage(new_accounts=CREATE)
    stage.account()
    first = labs(stage, 1)
    assert owners(stage.cycle()) == [BOB]
    assert [one.account_id for one in stage.ledger.reviews()] == [ACME]
    return stage, first


def test_a_pair_that_never_matches_is_a_company_of_its_own_with_profile_and_account() -> None:
    stage, first = with_doubt()
    say_no(stage, first)
    labs(stage, 2)
    second = stage.one(stage.cycle())
    assert (second.rule, stage.owner(second)) == ("company_profile", BOB)
    labs(stage, 3)
    third = stage.one(stage.cycle())
    assert stage.owner(third) == BOB
    (write,) = stage.waiting_writes(WriteKind.ACCOUNT)
    assert write.values["Name"] == "Acme Labs"


def test_without_an_answer_no_account_is_made() -> None:
    """The near miss: while a person is asked, the company may turn out to be Acme."""
    stage, _ = with_doubt()
    for number in (2, 3, 4):
        labs(stage, number)
        stage.cycle()
    assert stage.waiting_writes(WriteKind.ACCOUNT) == ()


def test_a_learnt_name_belongs_to_its_account_and_earns_no_other() -> None:
    stage, first = with_doubt()
    say_yes(stage, first)
    stage.cycle()
    for number in (2, 3, 4):
        labs(stage, number)
        assert owners(stage.cycle()) == [SARAH]
    assert stage.waiting_writes(WriteKind.ACCOUNT) == ()
    assert stage.ledger.asked_accounts() == ()


def test_a_lesson_is_taken_in_once_and_stands_beside_the_admins_own_lists() -> None:
    stage, first = with_doubt()
    desk = stage.house.desk
    before = desk.policy.matching
    assert not desk.learn()
    say_no(stage, first)
    assert desk.learn()
    assert not desk.learn()
    added = set(desk.policy.matching.never_match) - set(before.never_match)
    assert [(one.company, one.account) for one in added] == [("Acme Labs", ACME)]
