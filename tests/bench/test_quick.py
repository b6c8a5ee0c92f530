"""The quick benchmark against its frozen result: a change of matching shows which names it wins and loses."""

from functools import cache

from tests.bench.quick import FROZEN, results


@cache
def today() -> list[tuple[str, ...]]:
    return results()


def test_every_pair_is_matched_as_it_was_frozen() -> None:
    """Freeze anew with `python -m tests.bench.quick` once every difference is wanted."""
    frozen = [tuple(line.split("\t")) for line in FROZEN.read_text("utf-8").splitlines()]
    differences = [f"was {was}, is {now}" for was, now in zip(frozen, today(), strict=True) if was != now]
    assert not differences, "\n".join(differences)


def test_no_weak_pair_is_matched_automatically() -> None:
    assert [row for row in today() if row[0] == "WEAK" and row[3] == "auto"] == []


def test_no_automatic_match_names_another_account() -> None:
    assert [row for row in today() if row[3] == "auto" and row[5] != "own"] == []


def test_nearly_all_strong_pairs_are_matched_automatically() -> None:
    strong = [row for row in today() if row[0] == "STRONG"]
    assert sum(row[3] == "auto" for row in strong) >= 0.85 * len(strong)
