"""Job titles are read alike in five languages; assistants, deputies and former people are not taken for chiefs."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfrouter.base.job_titles import (
    Seniority,
    department_named,
    departments,
    read_title,
    seniority_named,
)

LIST = Path(__file__).with_name("titles.tsv")
FLOOR = 0.97
FLOOR_OF_NEW = 0.8


def labelled(part: str) -> list[tuple[str, str, str]]:
    """The labelled titles: title, seniority, department; "" where a title says nothing."""
    text = LIST.read_text("utf-8").partition("# --")
    lines = (line.split("\t") for line in text[0 if part == "known" else 2].splitlines() if "\t" in line)
    return [(title, rank.strip("-"), where.strip("-")) for title, rank, where in lines if title[0] != "#"]


def wrong(part: str) -> tuple[Counter[str], list[str]]:
    """How many titles are read wrong, and which."""
    counts: Counter[str] = Counter()
    told = []
    for title, rank, where in labelled(part):
        read = read_title(title)
        counts["all"] += 1
        counts["seniority"] += (read.seniority or "") == rank
        counts["department"] += read.department == where
        if ((read.seniority or ""), read.department) != (rank, where):
            told.append(f"{title}: {read.seniority or '-'} / {read.department or '-'}, not {rank} / {where}")
    return counts, told


def test_our_labelled_titles_are_read_right(capsys: pytest.CaptureFixture[str]) -> None:
    """The lists were mended by these very titles, so the figure says that nothing got worse, no more."""
    counts, told = wrong("known")
    shares = {what: counts[what] / counts["all"] for what in ("seniority", "department")}
    with capsys.disabled():
        print(f"\n{counts['all']} job titles: seniority {shares['seniority']:.1%}, department "
              f"{shares['department']:.1%}")  # fmt: skip
    assert counts["all"] >= 300
    assert min(shares.values()) >= FLOOR, "\n".join(told)


def test_titles_that_mended_nothing_are_read_about_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    """Written after the lists were finished; what is wrong among them stays wrong."""
    counts, told = wrong("new")
    shares = {what: counts[what] / counts["all"] for what in ("seniority", "department")}
    with capsys.disabled():
        print(f"\n{counts['all']} new job titles: seniority {shares['seniority']:.1%}, department "
              f"{shares['department']:.1%}")  # fmt: skip
    assert min(shares.values()) >= FLOOR_OF_NEW, "\n".join(told)


@pytest.mark.parametrize(
    "title", ["Geschaeftsfuehrer", "GESCHÄFTSFÜHRER", " Geschäftsführer ", "ｃ.ｅ.ｏ.", "C E O?"]
)
def test_spelling_does_not_matter(title: str) -> None:
    assert (read_title(title).seniority is Seniority.C_LEVEL) is (title != "C E O?")


def test_a_part_of_a_title_that_is_former_leaves_the_other() -> None:
    assert read_title("VP Sales, former CEO").seniority is Seniority.VP
    assert read_title("Assistant to the CEO and the CFO").seniority is Seniority.STAFF


def test_a_deputy_stands_one_rank_lower_but_is_no_gatekeeper() -> None:
    assert read_title("Deputy CFO").seniority is Seniority.VP
    assert read_title("Stellvertretender Vertriebsleiter").seniority is Seniority.MANAGER
    assert read_title("Deputy Manager").seniority is Seniority.MANAGER
    assert not read_title("Deputy CFO").gatekeeper


@pytest.mark.parametrize(
    "name",
    ["Engineering", "engineering", "Technik", "技術部", "技術部門", "Abteilung Technik", "Ingeniería", "Teknik"],
)
def test_a_department_has_one_name(name: str) -> None:
    assert department_named(name) == "Engineering"


@pytest.mark.parametrize("name", ["", "Sales EMEA", "Sales and more", "Dental", "部"])
def test_only_whole_names_of_departments_are_read(name: str) -> None:
    assert department_named(name) == ""


def test_every_standard_name_is_its_own_standard_form() -> None:
    assert all(department_named(name) == name for name in departments())
    assert all(seniority_named(rank) is rank for rank in Seniority)
    assert len(departments()) >= 14


def test_words_for_ranks() -> None:
    assert seniority_named("C-Level") is Seniority.C_LEVEL
    assert seniority_named("Director") is Seniority.DIRECTOR
    assert seniority_named("boss") is None


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    read = read_title(text)
    assert read.seniority is None or read.seniority in Seniority
    assert read.department in ("", *departments())
