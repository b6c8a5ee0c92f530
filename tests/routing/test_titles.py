"""C-level titles in the five languages, and the titles that only sound like it (R080)."""

import pytest

from sfrouter.routing.titles import is_c_level
from tests.routing.world import lead


@pytest.mark.parametrize(
    "title",
    [
        "CEO", "C.E.O.", "cfo", "ＣＴＯ", "Chief Information Security Officer", "Founder & CEO", "President",
        "Senior Vice President and CFO", "Managing Director", "Geschäftsführer", "Geschäftsführerin",
        "Vorstandsvorsitzender", "Mitglied des Vorstands", "Directora General", "Director general",
        "Consejero Delegado", "代表取締役社長", "最高技術責任者", "社長", "Direktur Utama", "Presiden Direktur",
    ],
)  # fmt: skip
def test_these_lead_a_company(title: str) -> None:
    assert is_c_level(lead(title=title))


@pytest.mark.parametrize(
    "title",
    [
        "", "Vice President Sales", "Vicepresidente", "副社長", "Executive Assistant to the CEO",
        "Chief of Staff",
        "Assistentin der Geschäftsführung", "Vorstandsassistent", "社長秘書", "Asisten Direktur Utama",
        "Former CEO",
        "Director of Sales", "Engineer", "Ceona Analyst", "Secretaria del Director General",
        "Wakil Direktur Utama",
    ],
)  # fmt: skip
def test_these_do_not(title: str) -> None:
    assert not is_c_level(lead(title=title))
