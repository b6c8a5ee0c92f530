"""A long run can be stopped and gone on with, and histories of another state of the code are never added to it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

import pytest

import tests.simulation.run
from tests.simulation.naive import Count
from tests.simulation.report import Report
from tests.simulation.run import Run, main, many, on_all_cores
from tests.simulation.shares import KeptFileError, KeptShares, Share, code_now, in_shares


def a_report(histories: int, **more: object) -> Report:
    return Report("hostile", histories=histories, calls=10 * histories, **more)  # type: ignore[arg-type]


def a_share(first: int, histories: int, code: str = "now") -> Share:
    return Share(code, "hostile", first, a_report(histories, fired=Counter(hang=histories)))


def test_a_report_comes_back_from_its_line_as_it_was() -> None:
    report = a_report(
        2, fired=Counter(hang=3), stopped=Counter({"exit code 8": 1}), ours=Count(1, 2, 3, 4, 5),
        naive=Count(5, 4, 3, 2, 1), failed={7: (["I1 lost"], ["0.1 s  a lead comes in"])}, seconds=1.5,
    )  # fmt: skip
    again = Share.of_line(Share("now", "hostile", 6, report).line())
    assert (again.report, again.seeds, again.naive) == (report, range(6, 8), True)


def test_a_report_of_real_histories_comes_back_too() -> None:
    report = many(range(2), "hostile")
    assert Share.of_line(Share("now", "hostile", 0, report).line()).report == report


def test_what_is_in_the_file_is_not_lived_again(tmp_path: Path) -> None:
    kept = KeptShares(tmp_path / "run.jsonl")
    kept.add(a_share(0, 25))
    kept.add(a_share(50, 10))
    again = KeptShares(tmp_path / "run.jsonl")
    assert again.missing(range(62), "now", "hostile", naive=False) == [*range(25, 50), 60, 61]
    assert again.missing(range(3), "now", "hostile", naive=True) == [0, 1, 2]
    assert again.missing(range(3), "now", "bounded", naive=False) == [0, 1, 2]
    assert again.missing(range(3), "another", "hostile", naive=False) == [0, 1, 2]


def test_shares_of_other_code_are_told_apart_and_none_counts_twice(tmp_path: Path) -> None:
    kept = KeptShares(tmp_path / "run.jsonl")
    for share in (a_share(0, 25), a_share(0, 25), a_share(25, 25), a_share(0, 5, "before")):
        kept.add(share)
    found = KeptShares(tmp_path / "run.jsonl").by_code()
    assert {code: [one.histories for one in reports] for code, reports in found.items()} == {
        "now": [50], "before": [5],
    }  # fmt: skip
    assert found["now"][0].fired == Counter(hang=50)


def test_shares_that_follow_one_another_become_one_line_and_nothing_else_changes(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    kept = KeptShares(file)
    with_naive = Share("now", "hostile", 60, a_report(5, naive=Count(1, 1, 1, 1, 1)))
    apart = [a_share(50, 10), a_share(0, 25), a_share(25, 25), a_share(70, 5), a_share(75, 5, "before")]
    for share in [*apart, with_naive]:
        kept.add(share)
    before = {code: [one.plain() for one in reports] for code, reports in KeptShares(file).by_code().items()}
    kept.fold()
    kept.add(a_share(65, 5))
    folded = KeptShares(file)
    assert [(one.code, one.naive, list(one.seeds)) for one in folded.shares] == [
        ("before", False, list(range(75, 80))), ("now", False, list(range(60))),
        ("now", False, list(range(70, 75))), ("now", True, list(range(60, 65))),
        ("now", False, list(range(65, 70))),
    ]  # fmt: skip
    assert folded.missing(range(80), "now", "hostile", naive=False) == list(range(75, 80))
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:-1]))
    after = {code: [one.plain() for one in reports] for code, reports in KeptShares(file).by_code().items()}
    assert after == before
    assert list(tmp_path.iterdir()) == [file]


BOUNDED = Share("now", "bounded", 0, Report("bounded", histories=25))
BESIDE_A_NAIVE_ONE = Report("bounded", histories=5, naive=Count(1, 1, 1, 1, 1))


@pytest.mark.parametrize(
    "other",
    [
        Share("other", "bounded", 25, Report("bounded", histories=5)),
        Share("now", "hostile", 25, Report("hostile", histories=5)),
        Share("now", "bounded", 25, BESIDE_A_NAIVE_ONE),
        Share("now", "bounded", 26, Report("bounded", histories=5)),
    ],
    ids=["other code", "other mode", "beside a naive router", "a gap"],
)
def test_shares_lived_otherwise_stay_lines_of_their_own_although_their_seeds_follow(
    other: Share, tmp_path: Path
) -> None:
    kept = KeptShares(tmp_path / "run.jsonl")
    kept.add(BOUNDED)
    kept.add(other)
    kept.fold()
    assert KeptShares(tmp_path / "run.jsonl").shares == [BOUNDED, other]


def test_a_file_that_was_folded_in_memory_too_goes_on_and_can_be_folded_again(tmp_path: Path) -> None:
    """What is broken stays with its seed, and whoever handed a share over has it as it was."""
    file = tmp_path / "run.jsonl"
    kept = KeptShares(file)
    broken = Share("now", "hostile", 25, a_report(25, failed={30: (["I1 lost"], ["0.1 s  a lead comes in"])}))
    parts = [a_share(0, 25), broken, a_share(50, 10)]
    for share in parts:
        kept.add(share)
    kept.fold()
    kept.fold()
    assert kept.shares == KeptShares(file).shares
    (whole,) = kept.shares
    assert (whole.seeds, list(whole.report.failed)) == (range(60), [30])
    assert [len(one.seeds) for one in parts] == [25, 25, 10]
    assert kept.missing(range(62), "now", "hostile", naive=False) == [60, 61]


def test_a_folding_that_fails_leaves_the_file_as_it_was_and_the_next_one_is_whole(tmp_path: Path) -> None:
    """As on a full disk: what was written of the new file counts for nothing."""
    file = tmp_path / "run.jsonl"
    kept = KeptShares(file)
    kept.add(a_share(0, 25))
    kept.add(a_share(25, 25))
    before = file.read_bytes()
    with (
        patch("tests.simulation.shares.os.fsync", side_effect=OSError("full")),
        pytest.raises(OSError, match="full"),
    ):
        kept.fold()
    assert file.read_bytes() == before
    assert [one.first for one in kept.shares] == [0, 25]
    kept.add(a_share(50, 10))
    kept.fold()
    assert [list(one.seeds) for one in KeptShares(file).shares] == [list(range(60))]
    assert list(tmp_path.iterdir()) == [file]


def test_a_line_that_was_torn_by_the_death_of_the_run_is_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "run.jsonl"
    KeptShares(file).add(a_share(0, 25))
    with file.open("a") as torn:
        torn.write(a_share(25, 25).line()[:40])
    kept = KeptShares(file)
    assert kept.missing(range(50), "now", "hostile", naive=False) == list(range(25, 50))
    kept.add(a_share(25, 25))
    assert KeptShares(file).missing(range(50), "now", "hostile", naive=False) == []


@pytest.mark.parametrize("ending", ["shopping: milk\n", "shopping: milk"])
def test_another_file_is_refused_with_its_line_and_left_as_it_is(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "other.txt"
    file.write_text(a_share(0, 1).line() + ending)
    before = file.read_bytes()
    with pytest.raises(KeptFileError, match=r"other\.txt:2: .*\n  mend: "):
        KeptShares(file)
    with patch("sys.argv", ["simulate", "--keep", str(file)]):
        assert main() == 2
    assert file.read_bytes() == before
    assert "other.txt:2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("seeds", "shares"),
    [
        ([], []),
        ([1, 2, 3, 4, 5], [range(1, 4), range(4, 6)]),
        ([1, 2, 7, 8, 9, 10], [range(1, 3), range(7, 10), range(10, 11)]),
    ],
)
def test_a_share_has_seeds_that_follow_one_another(seeds: Sequence[int], shares: list[range]) -> None:
    assert list(in_shares(seeds, 3)) == shares


def test_code_is_told_by_its_files_wherever_they_lie(tmp_path: Path) -> None:
    """Not by the commit: after a change of docs or tests a long run goes on, after any other it begins anew."""
    for name in ("sfrouter/one.py", "mappings/two.yaml", "tests/simulation/three.py", "docs/four.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    with patch("tests.simulation.shares.ROOT", tmp_path):
        first = code_now()
        (tmp_path / "docs/four.md").write_text("changed")
        (tmp_path / "tests/simulation/test_three.py").write_text("new")
        assert code_now() == first
        marks = {first}
        for name in ("sfrouter/one.py", "mappings/two.yaml", "tests/simulation/three.py", "sfrouter/five.py"):
            (tmp_path / name).write_text("changed")
            marks.add(code_now())
    assert len(marks) == 5
    assert code_now() not in marks


def test_a_run_that_was_stopped_goes_on_where_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Real histories: the second run lives only the seeds that the first one did not, and tells of all of them."""
    file = tmp_path / "run.jsonl"
    words = ["simulate", "--mode", "hostile", "--jobs", "1", "--keep", str(file)]
    with patch("sys.argv", [*words, "--histories", "2"]):
        assert main() == 0
    with patch("sys.argv", [*words, "--histories", "4", "--json"]):
        capsys.readouterr()
        assert main() == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["histories"], told["code"]) == (4, code_now())
    assert [json.loads(line)["seeds"] for line in file.read_text().splitlines()] == [[0, 3]]
    assert told["calls"] == many(range(4), "hostile").calls


def test_a_run_tells_its_rate_and_the_time_that_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    on_all_cores(Run(range(2), 1), "hostile")
    assert "2 of 2 histories (hostile), " in capsys.readouterr().err
    assert tests.simulation.run._in_words(59.6) == "1 min 00 s"
    assert tests.simulation.run._in_words(7260) == "2 h 01 min"
