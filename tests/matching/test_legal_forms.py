"""Legal forms go at the ends only, down to the last, and never leave nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.matching.legal_forms import cut, legal_forms
from sfrouter.matching.names import normalise


@pytest.mark.parametrize(
    "name",
    [
        "Acme",
        "Acme Inc",
        "ACME, Inc.",
        "Acme Corp.",
        "Acme Corporation",
        "Acme Company",
        "Acme & Co.",
        "Acme LLC",
        "Acme L.L.C.",
        "Acme Ltd",
        "Acme Co., Ltd.",
        "Acme Pty Ltd",
        "Acme (Pty) Ltd",
        "Acme Pte. Ltd.",
        "Acme Pvt. Ltd.",
        "Acme PLC",
        "Acme GmbH",
        "Acme AG",
        "Acme Aktiengesellschaft",
        "Acme GmbH & Co. KG",
        "Acme UG (haftungsbeschränkt)",
        "Acme KG",
        "Acme e.V.",
        "Acme S.A.",
        "Acme S A",
        "Acme S.A. de C.V.",
        "Acme SA DE CV",
        "Acme S. de R.L. de C.V.",
        "Acme S.L.",
        "Acme, S.L.U.",
        "Acme Sociedad Anónima",
        "Acme Ltda.",
        "Acme S.p.A.",
        "Acme S.r.l.",
        "Acme S.à r.l.",
        "Acme SAS",
        "PT Acme",
        "PT Acme Tbk",
        "PT. Acme (Persero) Tbk.",
        "CV Acme",
        "Acme Sdn. Bhd.",
        "Acme Berhad",
        "株式会社Acme",
        "Acme株式会社",
        "Acme（株）",
        "㈱Acme",
        "有限会社Acme",
        "Acme 合同会社",
        "Acme K.K.",
        "Acme Kabushiki Kaisha",
        "OOO Acme",
        "ООО «Acme»",
        "ПАО Acme",
        "Acme OOO",
        "Acme Sp. z o.o.",
        "Acme Spółka z ograniczoną odpowiedzialnością",
        "Acme s.r.o.",
        "Acme d.o.o.",
        "Acme Kft.",
        "Acme A.Ş.",
        "Acme Oy",
        "Oy Acme Ab",
        "Acme AB",
        "AB Acme",
        "Acme AB (publ)",
        "Acme A/S",
        "Acme ApS",
        "Acme B.V.",
        "Acme N.V.",
        "Acme 有限公司",
        "Acme股份有限公司",
        "주식회사 Acme",
        "Acme(주)",
        "Acme JSC",
    ],
)
def test_every_form_leads_to_the_same_key(name: str) -> None:
    assert normalise(name).key == "acme"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("SE Ranking", "seranking"),
        ("AS Roma", "asroma"),
        ("SAS Institute", "sasinstitute"),
        ("Limited Brands", "limitedbrands"),
        ("COOP", "coop"),
        ("AMBA", "amba"),
        ("Limited", "limited"),
        ("PT Solutions LLC", "ptsolutions"),
        ("New Company Inc", "newcompany"),
        ("株式会社", "株式会社"),
    ],
)
def test_what_only_looks_like_a_form_survives(name: str, key: str) -> None:
    assert normalise(name).key == key


@given(
    st.lists(
        st.sampled_from(["acme", "co", "inc", "gmbh", "kg", "pt", "tbk", "ab", "the", "new", "sa"]), min_size=1
    )
)
def test_cutting_reaches_a_fixed_point_and_leaves_a_word(words: list[str]) -> None:
    once = cut(tuple(words))
    assert once
    assert cut(once) == once


def test_the_table_joins_cleanco_and_our_own() -> None:
    forms = legal_forms()
    assert {"gmbh", "sadecv", "gmbhcokg", "aktiengesellschaft"} <= forms.suffixes
    assert "" not in forms.suffixes | forms.prefixes | forms.weak
