"""Places are read alike in leads and in the admin's conditions; the admin's own spellings come first."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.base.standards import Standards, department_overrides, state_overrides, title_overrides
from sfrouter.config.policy import read_policy
from sfrouter.config.standard_conditions import in_standard_form
from sfrouter.distribution.conditions import Condition, Op
from sfrouter.distribution.weigh import weigh
from sfrouter.journey.standard_values import standard_account, standard_lead
from sfrouter.model.records import Account, Lead
from sfrouter.routing.rules.customer_owner import CustomerOwner
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


@pytest.mark.parametrize("typed", ["Technik", "Engineering", "技術部", " engineering "])
@pytest.mark.parametrize("written", ["Ingeniería", "Engineering", "Abteilung Technik"])
def test_the_same_department_in_any_language_fits(typed: str, written: str) -> None:
    assert holds(lead(department=typed), Condition(field="lead.department", value=(written,)))
    assert not holds(lead(department="Einkauf"), Condition(field="lead.department", value=(written,)))


def test_ranks_and_departments_come_from_the_title_where_the_org_has_none() -> None:
    read = standard_lead(lead(title="Vertriebsleiterin"), STANDARDS)
    assert (read.seniority, read.department) == ("director", "Sales")
    own = standard_lead(lead(title="Vertriebsleiterin", department="IT", seniority="C-Level"), STANDARDS)
    assert (own.seniority, own.department) == ("c_level", "IT")
    assert holds(lead(title="営業部長"), Condition(field="lead.seniority", value=("Director",)))


OWN = Standards(
    home="DE",
    titles=title_overrides({"Market Lead": "Director", "VP": "manager"}),
    departments=department_overrides({"Dental": "Research", "Technik": "IT"}),
)


def test_the_admins_own_titles_and_departments_come_first() -> None:
    assert standard_lead(lead(title="market lead"), OWN).seniority == "director"
    assert standard_lead(lead(title="V.P."), OWN).seniority == "manager"
    assert standard_lead(lead(department="DENTAL"), OWN).department == "Research"
    assert standard_lead(lead(department="Technik"), OWN).department == "IT"


@given(
    st.sampled_from(["CEO", "V.P.", "Market Lead", "Leiter Technik", "社長秘書", "", " x "]),
    st.sampled_from(["Technik", "Dental", "IT", "Sales EMEA", "", " ", "営業部"]),
    st.sampled_from(["", "VP", "C-Level", "boss", " "]),
    st.sampled_from(["030 901820", "+49 30 901820", "110", "x", ""]),
    st.sampled_from(["", "Germany", "ＵＳＡ", "Atlantis"]),
)
def test_standardising_twice_is_standardising_once(
    title: str, department: str, seniority: str, phone: str, country: str
) -> None:
    typed = lead(title=title, department=department, seniority=seniority, phone=phone, country=country)
    for standards in (STANDARDS, OWN):
        once = standard_lead(typed, standards)
        assert standard_lead(once, standards) == once


def test_a_number_is_read_with_the_leads_country() -> None:
    assert standard_lead(lead(phone="030 901820", country="Germany"), STANDARDS).phone == "+4930901820"
    assert standard_lead(lead(phone="030 901820"), OWN).phone == "+4930901820"
    assert standard_lead(lead(phone="call me"), OWN).phone == "call me"


def test_the_trace_keeps_only_the_beginning_of_a_number() -> None:
    known = standard_lead(lead(phone="+49 30 901820"), STANDARDS)
    for condition in (Condition(field="lead.phone", op=Op.STARTS_WITH, value=("+49",)),
                      Condition(field="lead.phone", op=Op.EXISTS)):  # fmt: skip
        said = weigh(condition, known, None)
        assert said.holds
        assert "901820" not in said.words


@pytest.mark.parametrize(
    ("written", "named"),
    [("titles: {Guru: wizard}", "wizard"), ("departments: {Dental: Teeth}", "Teeth"),
     ("departments: {Sales: Marketing}", "Sales")],
)  # fmt: skip
def test_an_own_title_or_department_that_leads_nowhere_is_refused_by_line(
    tmp_path: Path, written: str, named: str
) -> None:
    copied(tmp_path)
    line = change(tmp_path, "policy.yaml", f"  {written.partition(':')[0]}: {{}}", f"  {written}")
    assert any(f"policy.yaml:{line}" in fault and named in fault for fault in faults(tmp_path))


def test_the_specialists_of_the_policy_are_read_in_the_same_form(tmp_path: Path) -> None:
    copied(tmp_path)
    written = "  - customer_owner:\n      specialists: {Technik: ana@halden.example}\n"
    change(tmp_path, "policy.yaml", "  - customer_owner:\n", written)
    policy, _ = read_policy(tmp_path)
    assert policy is not None
    rule = next(one for one in policy.rules if isinstance(one, CustomerOwner))
    assert dict(rule.specialists) == {"Engineering": "ana@halden.example"}


def test_two_specialists_for_one_department_are_refused(tmp_path: Path) -> None:
    copied(tmp_path)
    written = "  - customer_owner:\n      specialists: {Technik: a@b.example, Engineering: c@b.example}\n"
    change(tmp_path, "policy.yaml", "  - customer_owner:\n", written)
    assert any("are one department" in fault for fault in faults(tmp_path))


def test_seniority_needs_a_title(tmp_path: Path) -> None:
    copied(tmp_path)
    change(tmp_path, "teams.yaml", "territories:\n", "territories:\n" + SENIOR)
    assert not any("lead.seniority" in fault for fault in faults(tmp_path))
    change(tmp_path, "fields.yaml", "    title: Title\n    country", "    country")
    assert any("lead.seniority" in fault for fault in faults(tmp_path))


SENIOR = """  - name: Chiefs
    when: {field: lead.seniority, value: VP}
    pool: west
"""
