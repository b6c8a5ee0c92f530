"""Company profiles on the desk: one owner for one company, an explanation, and a split that is remembered."""

from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfrouter.base.clock import SetClock
from sfrouter.journey import dossier
from sfrouter.journey.company_leads import SoFar
from sfrouter.journey.desk import Desk
from sfrouter.journey.explain import explain_lead
from sfrouter.journey.profile_leads import leads_of_profile
from sfrouter.journey.profiles import join_profiles, list_profiles, show_profile, split_profile
from sfrouter.ledger.companies import NoSuchProfileError, NotOfProfileError
from sfrouter.mirror.reader import Reader
from sfrouter.model.decision import Decision
from sfrouter.model.records import Lead
from tests.journey.stage import BOB, CARL, NOON, SARAH, Stage

LANGUAGES = {
    "en": (("John", "New York"), ("Emily", "California"), ("Sarah", "New York")),
    "de": (("Johannes", "Berlin"), ("Emilia", "München"), ("Sarah", "Berlin")),
    "es": (("Juan", "Nueva York"), ("Emilia", "California"), ("Sara", "Nueva York")),
    "ja": (("ジョン", "ニューヨーク"), ("エミリー", "カリフォルニア"), ("サラ", "ニューヨーク")),
}
ACME = (("acmecorp.com", "Acme Corporation"), ("acme.com", "Acme Corp"), ("acmecorp.net", "Acme Inc"))


def acme(stage: Stage, language: str = "en", *, one_by_one: bool = False) -> list[Decision]:
    """The three leads of profile 12345, decided together or each in a poll of its own."""
    found: list[Decision] = []
    for number, ((first, state), (domain, company)) in enumerate(zip(LANGUAGES[language], ACME, strict=True)):
        stage.lead(first_name=first, state=state, email=f"p{number}@{domain}", company=company)
        found += stage.cycle() if one_by_one else ()
    return found or list(stage.cycle())


@pytest.mark.parametrize("one_by_one", [False, True], ids=["in one poll", "in three polls"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_profile_12345_has_one_owner_in_every_language(language: str, one_by_one: bool) -> None:
    """Section 15: three domains, three spellings, one company, one owner."""
    stage = Stage()
    found = acme(stage, language, one_by_one=one_by_one)
    assert [stage.owner(one) for one in found] == [BOB, BOB, BOB]
    assert [one.rule for one in found] == ["default_pool", "company_profile", "company_profile"]
    (profile,) = list_profiles(stage.house.desk)
    assert set(profile.domains) == {domain for domain, _ in ACME}
    assert (profile.names, len(profile.leads), profile.owners) == (("acme",), 3, ("Bob",))


def at_once(domains: tuple[str, str], *, one_poll: bool) -> list[str]:
    """Two people write in the same second; nothing of the first is written before the second is decided."""
    stage = Stage()
    john = stage.lead(first_name="John", email=f"john@{domains[0]}", company="", created_at=NOON)
    found = [] if one_poll else [*stage.decide().decisions]
    emily = stage.lead(first_name="Emily", email=f"emily@{domains[1]}", company="", created_at=NOON)
    found += stage.decide().decisions
    assert [one.lead_id for one in found] == [john, emily]
    return [stage.owner(one) for one in found]


AT_ONCE = pytest.mark.parametrize("one_poll", [True, False], ids=["in one poll", "before the first is written"])


@AT_ONCE
def test_two_people_of_one_company_who_come_at_once_have_one_rep(one_poll: bool) -> None:
    """R013: the pool would give them to Bob and Carl."""
    assert at_once(("newcompany.com", "newcompany.com"), one_poll=one_poll) == [BOB, BOB]


@AT_ONCE
def test_two_people_of_two_companies_who_come_at_once_have_a_rep_each(one_poll: bool) -> None:
    """R013, the near miss: another domain and nothing else."""
    assert at_once(("newcompany.com", "newcompany.net"), one_poll=one_poll) == [BOB, CARL]


def test_the_reason_says_what_joins_the_two_leads() -> None:
    found = acme(Stage())
    assert "the domain acmecorp.com spells the name 'acme'" in found[1].reason
    assert "the domain acme.com spells the name 'acme'" in found[1].reason


def test_explain_shows_the_profile() -> None:
    stage = Stage()
    found = acme(stage)
    told = explain_lead(stage.house.desk, found[2].lead_id, SetClock(stage.clock.now()))
    assert told.profile is not None
    assert len(told.profile.leads) == 3
    assert {part.why for part in told.profile.parts} >= {"the domain acme.com spells the name 'acme'"}


def test_another_company_of_a_common_word_has_its_own_owner() -> None:
    """A near miss: acme-plumbing.com says Acme, too."""
    stage = Stage()
    acme(stage)
    stage.lead(email="x@acme-plumbing.com", company="Acme Inc")
    assert stage.owner(stage.one(stage.cycle())) == CARL


def test_two_profiles_that_prove_to_be_one_are_merged_and_it_is_told() -> None:
    stage = Stage()
    stage.lead(email="a@apexholding.example", company="")
    stage.lead(email="", company="Apex Holding Bearings")
    assert [stage.owner(one) for one in stage.cycle()] == [BOB, CARL]
    stage.lead(email="b@apexholding.example", company="Apex Holding Bearings")
    assert stage.owner(stage.one(stage.cycle())) == BOB  # that of the lead created first
    profile = show_profile(stage.house.desk, "apexholding.example")
    assert (profile.number, len(profile.leads)) == (1, 3)
    assert len(profile.merged) == 1
    assert "give the name" in profile.merged[0]


def test_a_split_is_remembered_and_can_be_taken_back() -> None:
    stage = Stage()
    acme(stage)
    desk = stage.house.desk
    apart = split_profile(desk, "acmecorp.com", ["acme.com"])
    assert (apart.domains, len(apart.leads)) == (("acme.com",), 1)
    stage.lead(email="new@acmecorp.net", company="Acme")
    stage.lead(email="new@acme.com", company="Acme")
    stage.cycle()
    assert show_profile(desk, "acme.com").number != show_profile(desk, "acmecorp.com").number
    whole = join_profiles(desk, "acme.com", "acmecorp.com")
    assert set(whole.domains) == {domain for domain, _ in ACME}
    assert len(whole.leads) == 5
    stage.lead(email="last@acme.com", company="Acme")
    stage.cycle()
    assert len(list_profiles(desk)) == 1


def test_a_single_lead_can_be_taken_out_and_later_leads_do_not_follow_it() -> None:
    stage = Stage()
    found = acme(stage)
    split_profile(stage.house.desk, "1", [found[0].lead_id])
    stage.edit(found[0].lead_id, owner_id=SARAH)
    stage.lead(email="new@acmecorp.com", company="Acme")
    assert stage.owner(stage.one(stage.cycle())) == BOB


def test_what_cannot_be_split_is_told() -> None:
    stage = Stage()
    acme(stage)
    with pytest.raises(NoSuchProfileError, match="'99'"):
        show_profile(stage.house.desk, "99")
    with pytest.raises(NotOfProfileError, match="does not hold"):
        split_profile(stage.house.desk, "1", ["elsewhere.example"])
    with pytest.raises(NotOfProfileError, match="nothing would be left"):
        split_profile(stage.house.desk, "1", [*(domain for domain, _ in ACME), "Acme"])


def test_a_lead_known_by_its_website_is_found_again_through_the_ledger() -> None:
    """The mirror looks leads up by e-mail domain and name only."""
    stage = Stage()
    stage.lead(email="", company="", website="https://www.newco.example/contact")
    stage.decide()
    stage.lead(email="ann@newco.example", company="")
    assert stage.owner(stage.one(stage.decide().decisions)) == BOB


CLUES = st.fixed_dictionaries({
    "email": st.sampled_from(("", "a@acmecorp.com", "b@acmecorp.com", "c@acme.com", "d@gmail.com")),
    "company": st.sampled_from(("", "Acme Corp", "Acme Inc", "Newco", "Ａｃｍｅ  Corp")),
    "website": st.sampled_from(("", "https://www.newco.example/contact", "acme.com")),
    "first_name": st.sampled_from(("Ann", "Ben")),
})  # fmt: skip


@settings(max_examples=25)
@given(st.lists(CLUES, min_size=2, max_size=7))
def test_a_company_gathered_once_a_round_is_the_one_that_each_lead_would_gather(
    leads: list[dict[str, Any]],
) -> None:
    """Thousands of leads of one company come at once: their profile is shared, and no decision differs."""

    def anew(lead: Lead, desk: Desk, view: Reader, so_far: SoFar) -> Any:
        so_far.profiles.clear()
        return leads_of_profile(lead, desk, view, so_far)

    found = []
    for way in (leads_of_profile, anew):
        stage = Stage()
        for number, values in enumerate(leads):
            stage.lead(last_name=f"N{number}", **values)
        with patch.object(dossier, "leads_of_profile", way):
            found.append(stage.decide().decisions)
    assert found[0] == found[1]


def test_a_profile_whose_first_lead_was_erased_can_still_be_told() -> None:
    """The domain stays for the other leads; `explain` of each of them and `profile list` ended with a KeyError."""
    stage = Stage()
    leads = []
    for number in range(3):
        leads.append(stage.lead(email=f"b{number}@acme.com", company="Acme Corp"))
        stage.cycle()
    stage.ledger.erase_leads(leads[:1])
    (view,) = list_profiles(stage.house.desk)
    assert "what it was joined to has been erased" in {one.why for one in view.parts}
    assert explain_lead(stage.house.desk, leads[2], stage.clock)
