"""The write that makes an account: its values, its mark, and one key a domain and try."""

from sfrouter.model.ids import to_18
from sfrouter.model.new_company import Action, NewCompany
from sfrouter.model.write import WriteKind
from sfrouter.writeback.plan_account import account_write
from sfrouter.writeback.task_text import reference, references_in
from tests.journey.stage import the_mapping
from tests.ledger.samples import BOB, decision

ORG = to_18("00D000000000001")
COMPANY = NewCompany(domain="new.example", name="New", action=Action.CREATE, lead_ids=("a", "b", "c"))


def test_it_is_marked_so_that_it_is_found_again_whatever_it_is_renamed_to() -> None:
    write = account_write(decision(), COMPANY, BOB, 1, the_mapping(), ORG)
    assert write.kind is WriteKind.ACCOUNT
    assert write.values["Created_By_Router__c"] is True
    assert references_in(str(write.values["Description"])) == {reference(write.key)}


def test_the_same_company_has_one_key_whichever_lead_asks_and_another_at_the_next_try() -> None:
    one = account_write(decision(), COMPANY, BOB, 1, the_mapping(), ORG)
    assert account_write(decision(number=2), COMPANY, BOB, 1, the_mapping(), ORG).key == one.key
    assert account_write(decision(), COMPANY, BOB, 2, the_mapping(), ORG).key != one.key
