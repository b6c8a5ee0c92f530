"""The quick benchmark against its frozen result: a change of matching shows which names it wins and loses."""

from collections import Counter
from functools import cache

from tests.bench.quick import Difference, Row, differences, frozen, pairs, results, worth

CATEGORIES = {
    "legal form", "variant", "acronym", "typo", "other script", "other script domain", "domain and name",
    "domain only", "withheld name", "withheld domain", "generic same country", "generic other country",
    "sibling own account", "sibling no account", "placeholder",
}  # fmt: skip


@cache
def today() -> list[Row]:
    return results()


def test_every_pair_is_matched_as_it_was_frozen() -> None:
    """Freeze anew with `python -m tests.bench.quick --freeze` once every difference is wanted."""
    found = differences(frozen(), today())
    lost = sum(one.better is False for one in found)
    assert not found, "\n".join((f"{lost} lost of {len(found)} changed:", *map(str, found)))


def test_there_are_pairs_of_every_category_and_language() -> None:
    known = pairs()
    assert len(known) >= 350
    assert set(Counter(pair.strength for pair in known)) == {"STRONG", "MEDIUM", "WEAK", "NO"}
    assert {pair.category for pair in known} >= CATEGORIES
    languages = Counter(pair.language for pair in known)
    assert all(languages[one] >= 40 for one in ("en", "de", "es", "ja", "id")), languages
    assert len({(pair.company, pair.country, pair.account) for pair in known}) == len(known)


def test_no_weak_pair_is_matched_automatically() -> None:
    other = [row for row in today() if row[0] in ("WEAK", "NO")]
    wrong = [row for row in other if row[4] == "auto"]
    assert wrong == []


def test_no_automatic_match_names_another_account() -> None:
    auto = [row for row in today() if row[4] == "auto"]
    wrong = [row for row in auto if row[6] != "own"]
    assert wrong == []


def test_nearly_all_strong_pairs_are_matched_automatically() -> None:
    strong = [row for row in today() if row[0] == "STRONG"]
    assert sum(row[4] == "auto" and row[6] == "own" for row in strong) >= 0.85 * len(strong)


def a_row(strength: str, band: str, whose: str = "own", score: str = "") -> Row:
    return (strength, "Acme", "US", "Acme Inc", band, score, whose)


def test_a_lost_name_is_told_from_a_won_one() -> None:
    strong, weak = a_row("STRONG", "auto"), a_row("WEAK", "none", "")
    assert Difference(strong, a_row("STRONG", "review")).better is False
    assert Difference(a_row("STRONG", "none", ""), a_row("STRONG", "review")).better is True
    assert Difference(weak, a_row("WEAK", "auto")).better is False
    assert Difference(weak, None).better is None
    assert worth(a_row("STRONG", "auto", "other")) < worth(a_row("STRONG", "none", ""))


def test_a_score_that_moves_within_its_band_is_no_difference() -> None:
    was, now = a_row("STRONG", "auto", score="90.1"), a_row("STRONG", "auto", score="90.4")
    assert differences([was], [now]) == []
    (one,) = differences([was], [a_row("STRONG", "review", score="79.0")])
    assert str(one) == "LOST  STRONG 'Acme' (US) and 'Acme Inc': was auto 90.1 own, is review 79.0 own"
