"""Every id of the routing handbook has a story where it holds and one where it just does not, or a named test."""

import ast
import re
from functools import cache

import pytest

from sfrouter.config.policy_form import Form
from sfrouter.journey.story_form import TODAY, at
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import indexed
from sfrouter.matching.match import match
from sfrouter.matching.settings import MatchSettings
from sfrouter.model.evidence import Band
from sfrouter.model.records import Account, Lead
from tests.stories.house import HERE, all_stories, values_of

ROOT = HERE.parents[1]
SHAPE = re.compile(r"(L|C|D|S|T)\d\d|R\d\d\d|RV\d")


class IdForm(Form):
    """One id: its short words, and how it is shown."""

    about: str
    tests: tuple[str, ...] = ()
    near_miss: tuple[str, ...] = ()
    not_yet: bool = False


IDS = {name: IdForm.model_validate(form) for name, form in values_of(HERE / "_ids.yaml").items()}
SHOWN = {one for told in all_stories() for one in told.tale.shows}
NEARLY = {one for told in all_stories() for one in told.tale.near_miss}


@cache
def names_in(file: str) -> frozenset[str]:
    """The names of a file's tests."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("name", IDS)
def test_every_id_is_shown_by_stories_or_by_a_named_test_or_says_that_it_is_not_yet(name: str) -> None:
    form = IDS[name]
    if form.not_yet:
        assert not form.tests, f"{name} has tests: take not_yet off"
        assert name not in SHOWN & NEARLY, f"{name} has its stories: take not_yet off"
        return
    for one in (*form.tests, *form.near_miss):
        file, _, test = one.partition("::")
        assert test in names_in(file), f"{name}: there is no {one}"
    assert form.tests or name in SHOWN, f"{name} ({form.about}): no story shows it"
    assert form.near_miss or name in NEARLY, f"{name} ({form.about}): its near miss (near_miss)"
    assert not set(form.tests) & set(form.near_miss), f"{name} ({form.about}): a test is its own near miss"


def test_every_id_is_written_as_the_handbook_writes_it() -> None:
    assert [name for name in IDS if not SHAPE.fullmatch(name)] == []
    assert len(IDS) >= 110


def test_no_story_names_an_id_that_is_none() -> None:
    ranges = {f"R{number:03}" for first, last in ((61, 63), (73, 77), (78, 82), (101, 107), (121, 123))
              for number in range(first, last + 1)}  # fmt: skip
    assert (SHOWN | NEARLY) - set(IDS) - ranges == set()


def test_no_story_is_its_own_near_miss() -> None:
    for told in all_stories():
        assert not set(told.tale.shows) & set(told.tale.near_miss), str(told)


def test_both_limits_belong_to_the_review() -> None:
    """C05: with the limit set to a pair's very score, and with the review beginning there, a person is asked."""
    score = band_and_score(MatchSettings())[1]
    on_upper = MatchSettings(match_above=score)
    on_both = MatchSettings(match_above=score, review_from=score)
    assert [band_and_score(settings)[0] for settings in (on_upper, on_both)] == [Band.REVIEW, Band.REVIEW]


def test_a_hair_beside_the_limits_is_no_review() -> None:
    """C05: the same pair; a limit just below its score makes it a match, a review from just above it nothing."""
    score = band_and_score(MatchSettings())[1]
    below = MatchSettings(match_above=score - 0.01)
    above = MatchSettings(match_above=score + 0.01, review_from=score + 0.01)
    assert [band_and_score(settings)[0] for settings in (below, above)] == [Band.AUTO, Band.NONE]


def band_and_score(settings: MatchSettings) -> tuple[Band, float]:
    """How one pair of names that differ by a slip of the finger is judged."""
    now = at(TODAY)
    index = AccountIndex([indexed(Account(id="001000000000001AAA", name="Northwind Traders"), False)])
    lead = Lead(id="00Q000000000001AAA", owner_id=None, created_at=now, modified_at=now, stamp=now,
                company="Northwind Tradres")  # fmt: skip
    found = match(lead, index, settings)
    score = match(lead, index, MatchSettings()).score
    assert 80 < score < 100
    return found.band, score
