"""Places are read alike in leads and in the admin's conditions; the admin's own spellings come first."""

from pathlib import Path

import pytest

from sfrouter.base.standards import Standards, state_overrides
from sfrouter.config.policy import read_policy
from sfrouter.config.standard_conditions import in_standard_form
from sfrouter.distribution.conditions import Condition, Op
from sfrouter.distribution.weigh import weigh
from sfrouter.journey.standard_values import standard_account, standard_lead
from sfrouter.model.records import Account, Lead
from tests.config.files import change, copied, faults
from tests.matching.samples import lead

STANDARDS = Standards(states=state_overrides({"NorCal": "US-CA"}))


def holds(typed: Lead, written: Condition) -> bool:
    return weigh(in_standard_form(written, STANDARDS), standard_lead(typed, STANDARDS), None).holds


@pytest.mark.parametrize("typed", ["Deutschland", "Germany", "DE", "ドイツ", " deutschland "])
@pytest.mark.parametrize("written", ["Germany", "DE", "Alemania"])
def test_the_same_country_by_any_road_fits_the_same_condition(typed: str, written: str) -> None:
    assert holds(lead(country=typed), Condition(field="lead.country", value=(written,)))
    assert not holds(lead(country=typed), Condition(field="lead.country", op=Op.NE, value=(written,)))
    assert not holds(lead(country="Austria"), Condition(field="lead.country", value=(written,)))


@pytest.mark.parametrize("typed", ["CA", "Calif.", "Kalifornien", "NorCal"])
def test_the_same_state_by_any_road_fits_inside_all_and_any(typed: str) -> None:
    inner = Condition(field="lead.state", value=("California",))
    written = Condition(all=(Condition(any=(inner, Condition(field="lead.city", value=("X",)))),))
    assert holds(lead(state=typed, country="USA"), written)
    assert not holds(lead(state=typed, country="Canada" if typed == "CA" else "USA", city="Y"),
                     Condition(field="lead.state", value=("Oregon",)))  # fmt: skip


def test_a_code_written_without_its_country_means_every_state_of_that_code() -> None:
    written = in_standard_form(Condition(field="lead.state", value=("WA",)), STANDARDS)
    assert written.op is Op.IN
    assert {"Washington", "Western Australia", "WA"} == set(written.value)


def test_a_piece_of_a_name_is_left_alone() -> None:
    written = Condition(field="lead.state", op=Op.STARTS_WITH, value=("Cal",))
    assert in_standard_form(written, STANDARDS) == written


def test_an_account_is_read_like_a_lead() -> None:
    account = standard_account(Account(id="001", name="A", country="Alemania", state="Bavaria"), STANDARDS)
    assert (account.country, account.state) == ("DE", "Bayern")


def test_standardising_a_lead_twice_changes_nothing_more() -> None:
    once = standard_lead(lead(country="ＵＳＡ", state="calif.", company=" Acme　Corp ", title="ＣＥＯ"), STANDARDS)
    assert (once.country, once.state, once.company, once.title) == ("US", "California", "Acme Corp", "CEO")
    assert standard_lead(once, STANDARDS) == once


@pytest.mark.parametrize(
    ("state", "country", "expected"),
    [
        ("", "", ("DE", "")),
        ("NRW", "", ("DE", "Nordrhein-Westfalen")),
        ("Irgendwo", "", ("DE", "Irgendwo")),
        ("California", "", ("US", "California")),
        ("", "Italien", ("IT", "")),
        ("Wien", "Österreich", ("AT", "Wien")),
    ],
)
def test_the_home_country_is_meant_where_a_lead_names_none(
    state: str, country: str, expected: tuple[str, str]
) -> None:
    """Unless its state lies in one other country alone."""
    standards = Standards(home="DE", states=state_overrides({"NRW": "DE-NW"}))
    once = standard_lead(lead(state=state, country=country), standards)
    assert (once.country, once.state) == expected
    assert standard_lead(once, standards) == once


def test_without_a_home_country_none_is_guessed() -> None:
    assert standard_lead(lead(state="California"), STANDARDS).country == ""


def test_the_policy_carries_the_admins_spellings(tmp_path: Path) -> None:
    copied(tmp_path)
    change(tmp_path, "policy.yaml", "  states: {}", "  states: {NorCal: US-CA}")
    change(tmp_path, "policy.yaml", "  home_country:\n", "  home_country: Germany\n")
    policy, _ = read_policy(tmp_path)
    assert policy is not None
    assert policy.standards.home == "DE"
    assert policy.standards.state("norcal", "US") == "California"


def test_a_spelling_that_leads_nowhere_is_refused_by_line(tmp_path: Path) -> None:
    copied(tmp_path)
    line = change(tmp_path, "policy.yaml", "  countries: {}", "  countries: {Home: Atlantis}")
    assert any(f"policy.yaml:{line}" in fault and "Atlantis" in fault for fault in faults(tmp_path))
