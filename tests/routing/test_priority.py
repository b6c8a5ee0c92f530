"""Who cannot wait: executives and people who decide on the budget, in the five languages (R089, R093)."""

from typing import Any

import pytest

from sfrouter.routing.priority import Priority
from sfrouter.routing.titles import is_budget_owner, is_executive, is_gatekeeper
from tests.routing.world import lead

BOTH = Priority(executives=True, economic_buyers=True)


@pytest.mark.parametrize(
    "title",
    ["CEO", "VP Sales", "SVP Marketing", "Vice President, Operations", "Vizepräsidentin",
     "Vicepresidente de Ventas",
     "Vicepresidenta", "副社長", "執行役員", "Wakil Presiden Direktur", "Geschäftsführer", "Directora General",
     "代表取締役社長", "Direktur Utama"],
)  # fmt: skip
def test_these_are_executives(title: str) -> None:
    assert is_executive(lead(title=title))


@pytest.mark.parametrize(
    "title",
    ["", "Sales Manager", "Assistant to the VP Sales", "Secretaria del Vicepresidente", "副社長秘書", "Former VP",
     "VPN Engineer", "Asisten Wakil Presiden Direktur", "Assistentin des Vizepräsidenten"],
)  # fmt: skip
def test_these_are_none(title: str) -> None:
    assert not is_executive(lead(title=title))


@pytest.mark.parametrize(
    "title",
    ["CFO", "Head of Procurement", "Finance Director", "Owner", "Einkaufsleiterin", "Kaufmännischer Leiter",
     "Director Financiero", "Jefa de Compras", "財務部長", "購買責任者", "Direktur Keuangan", "Kepala Pengadaan"],
)  # fmt: skip
def test_these_decide_on_the_budget(title: str) -> None:
    assert is_budget_owner(lead(title=title))


@pytest.mark.parametrize("title", ["Product Owner", "Buyer", "Accountant", "Engineer", "", "Process Owner"])
def test_these_do_not(title: str) -> None:
    assert not is_budget_owner(lead(title=title))


@pytest.mark.parametrize(
    "title", ["Receptionist", "Office Manager", "Sekretärin", "Recepcionista", "受付", "Resepsionis"]
)
def test_these_stand_at_the_door(title: str) -> None:
    assert is_gatekeeper(lead(title=title))


def word(priority: Priority, **values: Any) -> str | None:
    """The priority a lead gets."""
    found = priority.of(lead(**values))
    return found[0] if found else None


def test_an_executive_is_hot_and_the_economic_buyer_comes_before_the_gatekeeper() -> None:
    assert word(BOTH, title="VP Sales") == "hot"
    assert word(BOTH, title="CFO") == "hot"
    assert word(BOTH, title="Head of Procurement") == "high"
    assert word(BOTH, title="Assistant to the Head of Procurement") is None
    assert word(Priority(economic_buyers=True), title="VP Sales") is None
    assert word(Priority(), title="CEO") is None


def test_a_noted_role_counts_before_the_title() -> None:
    noted = Priority(economic_buyers=True, buyer_role="role")
    assert word(noted, title="Clerk", extra={"role": "Economic Buyer"}) == "high"
    assert word(noted, title="Head of Procurement", extra={"role": "Gatekeeper"}) is None
    assert word(noted, title="Head of Procurement", extra={"role": "Champion"}) == "high"


def test_each_switch_needs_the_value_it_writes() -> None:
    assert Priority().needed() == ()
    assert Priority(executives=True).needed() == ("lead.priority.hot",)
    assert Priority(economic_buyers=True, buyer_role="r").needed() == ("lead.priority.high", "lead.r")
