"""What an erasure leaves of a company profile when the words of the others' decisions have gone before it."""

import pytest

from sfrouter.journey.profiles import split_profile
from sfrouter.ledger.retention import Keep
from tests.journey.stage import Stage
from tests.journey.test_profiles import acme

AGES = pytest.mark.parametrize("keep", [Keep(), Keep(traces=1)], ids=["words kept", "words forgotten"])


def forgotten(stage: Stage, keep: Keep) -> None:
    """Three days pass."""
    stage.clock.advance(3 * 86_400)
    stage.ledger.forget_old(keep, stage.ledger.now())


def keys_beside(stage: Stage, lead: str) -> set[str]:
    """The domains and names of a lead's profile."""
    found = stage.ledger.profile_with(f"lead {lead}")
    return {one.key for one in found.keys if not one.key.startswith("lead ")} if found else set()


@AGES
def test_what_a_person_said_of_a_company_outlives_the_erasure_of_one_of_its_leads(keep: Keep) -> None:
    """RV1: nobody but the person knows that these are two companies."""
    stage = Stage()
    acme(stage, one_by_one=True)
    one, other = (stage.lead(email=f"{name}@acme.com", company="Acme Corp") for name in "ab")
    stage.cycle()
    split_profile(stage.house.desk, "acme.com", ["acme.com"])
    said = stage.ledger.corrections().apart
    forgotten(stage, keep)
    stage.ledger.erase_leads([one])
    assert stage.ledger.corrections().apart == said
    assert keys_beside(stage, other) == {"domain acme.com"}


@AGES
def test_a_domain_that_only_the_erased_lead_had_goes_with_it(keep: Keep) -> None:
    stage = Stage()
    leads = [one.lead_id for one in acme(stage, one_by_one=True)]
    forgotten(stage, keep)
    stage.ledger.erase_leads([leads[1]])
    assert keys_beside(stage, leads[0]) == {"domain acmecorp.com", "domain acmecorp.net", "name acme"}


def test_a_name_that_only_the_erased_lead_gave_goes_although_another_leads_words_are_gone() -> None:
    stage = Stage()
    second = stage.lead(company="Delta", email="b@delta.example")
    stage.cycle()
    forgotten(stage, Keep(traces=1))
    first = stage.lead(company="Delta Umbrellas", email="a@delta.example")
    stage.cycle()
    assert "name deltaumbrellas" in keys_beside(stage, second)
    stage.ledger.erase_leads([first])
    assert keys_beside(stage, second) == {"domain delta.example", "name delta"}


def test_a_company_whose_words_are_all_gone_loses_them_with_its_last_lead() -> None:
    stage = Stage()
    leads = [one.lead_id for one in acme(stage, one_by_one=True)]
    forgotten(stage, Keep(traces=1))
    stage.ledger.erase_leads(leads)
    assert stage.ledger.profiles() == ()


def test_what_the_leads_share_stays_through_one_erasure_after_the_other() -> None:
    stage = Stage()
    leads = [stage.lead(company="Delta", email=f"{name}@delta.example") for name in "abc"]
    stage.cycle()
    forgotten(stage, Keep(traces=1))
    for one in leads[1:]:
        stage.ledger.erase_leads([one])
        assert keys_beside(stage, leads[0]) == {"domain delta.example", "name delta"}
