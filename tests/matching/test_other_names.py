"""An account is found by its other mapped names as by its own: kana, Latin letters, trading names (R015, R017)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfrouter.matching.frozen import freeze
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import IndexedAccount, entry_of
from sfrouter.matching.match import match
from sfrouter.matching.prepared import prepare, prepared
from sfrouter.matching.settings import MatchSettings, NeverMatch
from sfrouter.model.evidence import Band, Match
from sfrouter.model.records import Lead
from tests.bench.background import background
from tests.matching.samples import account, lead, matched

YAMAZAWA = account(
    "Y",
    "株式会社山沢精機",
    country="Japan",
    other_names=("ヤマザワセイキ", "Yamazawa Seiki Co., Ltd.", "YZ Precision"),
)
KANA_ONLY = account("Y", "株式会社山沢精機", country="Japan", other_names=("ヤマザワセイキ",))
BACKGROUND = freeze(background(1_000))
NAMES = st.sampled_from(
    [
        "Acme Corp",
        "アクメ",
        "Zeta-Werke",
        "n/a",
        "",
        "\n",
        "Сова",
        "Ｚｅｔａ Werke",
        "Acme\nWerke",
        "日立製作所",
        "x" * 300,
    ]
)
NAMED = st.builds(
    lambda account_id, own, others: account(account_id, own, other_names=tuple(others)),
    st.sampled_from("abcd"), NAMES, st.lists(NAMES, max_size=9),
)  # fmt: skip


def in_a_large_table(asked: Lead, *accounts: IndexedAccount) -> Match:
    """The match where the score is the learnt one."""
    index = AccountIndex(frozen=BACKGROUND)
    index.put(accounts)
    return match(asked, index, MatchSettings())


def from_japan(company: str, **others: Any) -> Lead:
    return lead(company, "aki@not-known.example", country="Japan", **others)


@pytest.mark.parametrize("ask", [matched, in_a_large_table])
@pytest.mark.parametrize(
    ("company", "by"),
    [
        ("ヤマザワセイキ株式会社", "ヤマザワセイキ"),
        ("ﾔﾏｻﾞﾜｾｲｷ", "ヤマザワセイキ"),
        ("YAMAZAWA SEIKI K.K.", "Yamazawa Seiki Co., Ltd."),
        ("YZ Precision Inc", "YZ Precision"),
    ],
)
def test_a_lead_under_another_name_is_matched_and_told_by_which(ask: Any, company: str, by: str) -> None:
    found = ask(from_japan(company), YAMAZAWA)
    assert (found.band, found.account_id) == (Band.AUTO, "Y")
    assert f"株式会社山沢精機 is also called '{by}'" in found.words
    assert (found.findings[0].lead_value, found.findings[0].account_value) == (company, by)
    assert "R017" in found.findings[0].ids


@pytest.mark.parametrize("ask", [matched, in_a_large_table])
@pytest.mark.parametrize("company", ["Yamazawa Seiki", "やまざわせいき", "Yamazawaseiki Co., Ltd."])
def test_a_kana_name_is_known_by_its_reading_in_other_letters(ask: Any, company: str) -> None:
    found = ask(from_japan(company), KANA_ONLY)
    assert (found.band, found.account_id) == (Band.AUTO, "Y")
    assert "'ヤマザワセイキ'" in found.words


@pytest.mark.parametrize("ask", [matched, in_a_large_table])
@pytest.mark.parametrize("company", ["Shanze Jingji", "山泽精机", "Shan Ze Jing Ji"])
def test_kanji_are_never_read_as_chinese(ask: Any, company: str) -> None:
    assert ask(from_japan(company), YAMAZAWA).band is Band.NONE


@pytest.mark.parametrize("ask", [matched, in_a_large_table])
@pytest.mark.parametrize(
    "company",
    ["YZ Prесision", "YZ Precision\u200b Ho\u200bldings Labs", "YZ Precision Labs", "a division of YZ Precision"],
)
def test_the_guards_hold_for_other_names(ask: Any, company: str) -> None:
    """Look-alike letters, and names that may be a subsidiary's, are questions."""
    assert ask(from_japan(company), YAMAZAWA).band is not Band.AUTO


def test_a_common_other_name_in_another_country_is_no_match() -> None:
    asked = lead("YZ Precision", "x@not-known.example", country="Brazil")
    assert in_a_large_table(asked, YAMAZAWA).band is not Band.AUTO


def test_free_mail_and_never_pairs_hold_for_other_names() -> None:
    assert matched(lead("YZ Precision", "x@gmail.com", country="Japan"), YAMAZAWA).band is Band.REVIEW
    never = MatchSettings(never_match=(NeverMatch(company="YZ Precision", account="Yamazawa Seiki"),))
    assert matched(from_japan("YZ Precision"), YAMAZAWA, settings=never).band is Band.NONE


@pytest.mark.parametrize("ask", [matched, in_a_large_table])
def test_two_accounts_of_one_other_name_are_a_tie(ask: Any) -> None:
    rival = account("Z", "Yzerman Works", country="Japan", other_names=("YZ Precision",))
    found = ask(from_japan("YZ Precision"), YAMAZAWA, rival)
    assert found.band is Band.REVIEW
    assert [one.account_id for one in found.suspicions] == ["Y", "Z"]
    assert "T01" in found.suspicions[0].ids


@pytest.mark.parametrize("ask", [matched, in_a_large_table])
def test_an_accounts_own_name_goes_before_anothers_other_name(ask: Any) -> None:
    found = ask(from_japan("YZ Precision"), YAMAZAWA, account("Z", "YZ Precision", country="Japan"))
    assert (found.band, found.account_id) == (Band.AUTO, "Z")


def test_on_a_shared_domain_another_name_agrees_as_well() -> None:
    mine = account("Y", "株式会社山沢精機", "holding.example", country="Japan", other_names=("YZ Precision",))
    shared = MatchSettings(shared_domains=frozenset({"holding.example"}))
    asked = lead("YZ Precision", "x@holding.example", country="Japan")
    assert matched(asked, mine, account("Z", "Other Works", "holding.example"), settings=shared).account_id == "Y"


def test_names_that_say_nothing_are_left_out() -> None:
    made = account("a", "Acme Corp", other_names=("ACME Inc", "n/a", "", "x" * 300, "Zeta", "Zeta GmbH"))
    assert [(one.typed, one.place) for one in entry_of(made).others] == [("Zeta", 5)]


@settings(deadline=None)
@given(st.lists(NAMED, max_size=6), st.lists(NAMED, max_size=4), st.sets(st.sampled_from("abcdx")))
def test_packed_and_loose_accounts_answer_alike(
    first: list[IndexedAccount], changed: list[IndexedAccount], gone: set[str]
) -> None:
    """Other names are kept in the packed columns, replaced and forgotten with their account, as own names are."""
    known = {one.id: one for one in first}
    index = AccountIndex(frozen=freeze(known.values()))
    index.put(changed)
    index.remove(gone)
    left = {one.id: one for one in (*known.values(), *changed) if one.id not in gone}
    index_anew = AccountIndex(left.values())
    packed = AccountIndex(frozen=index.packed())
    assert _answers(index) == _answers(packed) == _answers(index_anew)


def _answers(index: AccountIndex) -> list[Any]:
    asked = [("acme",), ("zeta", "werke"), ("アクメ",), ("сова",), ("日立製作所",)]
    keys = ["other zeta", "other acme", "other アクメ", "second acme", "sound =akume"]
    found = [*(index.candidates(words) for words in asked), *(index.called(key) for key in keys)]
    return [
        [[(one.id, one.name, [(o.place, o.name) for o in one.others]) for one in some] for some in found],
        [index.uses(word) for word in ("acme", "zeta", "werke", "アクメ")],
    ]


@settings(deadline=None)
@given(NAMED)
def test_what_is_prepared_is_what_the_index_makes(made: IndexedAccount) -> None:
    entry, kept = entry_of(made), freeze([made]).entry(0)
    assert prepare(made.name, (), "", "", made.other_names) == prepared(entry)
    assert kept.name == entry.name
    assert [(one.place, one.name) for one in kept.others] == [(one.place, one.name) for one in entry.others]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(max_size=30), max_size=8), st.text(max_size=30))
def test_no_other_name_raises(others: list[str], company: str) -> None:
    matched(lead(company, "x@y.example"), account("a", "Acme", other_names=tuple(others)))
