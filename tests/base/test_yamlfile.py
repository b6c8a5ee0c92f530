"""An admin's YAML is read with the line of every value, and nothing that is written in it can break the reader."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfrouter.base.yamlfile import MAX_BYTES, YamlFile, parse_yaml, read_yaml


def values(text: str) -> Any:
    """The plain values of a text that has no fault."""
    file, problems = parse_yaml(text, "a.yaml")
    assert problems == ()
    assert file is not None
    return file.values


def fault(text: str) -> str:
    """The one fault of a text."""
    file, problems = parse_yaml(text, "a.yaml")
    assert file is None
    assert len(problems) == 1
    return str(problems[0])


def test_every_value_knows_its_line() -> None:
    file, _ = parse_yaml("# a comment\nrules:\n  - one\n  - two:\n      months: 6\n", "policy.yaml")
    assert file is not None
    assert file.line(("rules",)) == 2
    assert file.line(("rules", 1)) == 4
    assert file.line(("rules", 1, "two", "months")) == 5


def test_a_value_that_is_not_there_has_the_line_of_what_is_around_it() -> None:
    file, _ = parse_yaml("a:\n  b:\n    c: 1\n", "a.yaml")
    assert file is not None
    assert file.line(("a", "b", "missing", "deeper")) == 2
    assert file.line(("nowhere",)) == 1


def test_a_fault_prints_file_line_what_and_mend() -> None:
    file = YamlFile("policy.yaml", {}, {("rules", 2): 14})
    problem = file.problem(("rules", 2), "no rule is called 'x'", "write y", code="POL03")
    assert str(problem) == "policy.yaml:14: no rule is called 'x'  mend: write y"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: NO", "NO"),  # Norway, not false
        ("a: on", "on"),
        ("a: yes", "yes"),
        ("a: true", True),
        ("a: &anchor true", True),
        ("a: 12", 12),
        ("a: 012", "012"),
        ("a: 01067", "01067"),  # Dresden's postal code
        ("a: -007", "-007"),
        ("a: 1_000", 1000),
        ("a: 0", 0),
        ("a: 1.50", 1.5),
        ("a: 2026-11-30", "2026-11-30"),
        ("a: 2026-02-30", "2026-02-30"),  # judged where a date is wanted, with its line
        ("a:", None),
        ("a: ''", ""),
    ],
)
def test_scalars_are_what_an_admin_means(text: str, value: object) -> None:
    assert values(text) == {"a": value}
    assert type(values(text)["a"]) is type(value)


def test_leading_zeros_survive_in_keys_too() -> None:
    assert values("012: a") == {"012": "a"}


def test_merged_keys_are_read() -> None:
    assert values("b: &b {x: 1}\nc:\n  <<: *b\n  y: 2") == {"b": {"x": 1}, "c": {"x": 1, "y": 2}}


def test_an_empty_file_holds_nothing() -> None:
    assert values("") is None
    assert values("# only a comment\n") is None


def test_a_key_that_stands_twice_is_named_with_its_line() -> None:
    assert fault("a: 1\nb: 2\na: 3\n").startswith("a.yaml:3:1: found duplicate key")


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB, "unfolds to too many values"),
        ("&a [*a]", "unfolds to too many values"),
        ("&a {x: *a}", "unfolds to too many values"),
        ("[" * 50_000, "nested too deeply"),
        ("x: " + "{a: " * 30, "nested too deeply"),
        ("- *nobody", "undefined alias"),
        ("a: !!binary aGVsbG8=", "a tag"),
        ("a: !!set {x, y}", "a tag"),
        ("a: !!python/object:os.system x", "a tag"),
        ("? [x, y]\n: 1", "a key must be plain text"),
        ('a: "\\ud800"', "a letter is none"),
        ("a: 0x" + "F" * 5000, "a number is too large"),
        ("a: " + "9" * 5000, "not valid YAML"),
        ("a: \x00", "not valid YAML"),
        ("\t- a", "cannot start any token"),
        ("a: [1, 2", "expected ',' or ']'"),
        ("--- a\n--- b", "another document"),
        ("%YAML 9.9\n--- a", "incompatible YAML"),
    ],
)
def test_hostile_text_is_one_fault_and_never_a_crash(text: str, words: str) -> None:
    assert words in fault(text)


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    assert len(BOMB) < 400
    assert "a.yaml" in fault(BOMB)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("ab:-[]{}&*!|>'\"#%@,?\n \t<=0129.~\\é\u2028")), max_size=60))
def test_any_text_is_either_read_or_a_fault(text: str) -> None:
    file, problems = parse_yaml(text, "a.yaml")
    assert (file is None) == bool(problems)
    for problem in problems:
        assert str(problem).encode("utf-8")
        assert "\n" not in problem.what


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_either_read_or_a_fault(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "a.yaml"
    path.write_bytes(raw)
    file, problems = read_yaml(path)
    assert (file is None) == bool(problems)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    _, problems = read_yaml(tmp_path / "policy.yaml")
    assert problems[0].what == "the file is missing"
    assert "policy.yaml" in problems[0].mend


def test_a_folder_in_the_files_place_says_so(tmp_path: Path) -> None:
    _, problems = read_yaml(tmp_path)
    assert problems[0].code == "FILE02"


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_another_encoding_is_named(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "teams.yaml"
    path.write_bytes("a: Müller".encode(encoding))
    _, problems = read_yaml(path)
    assert "not UTF-8" in problems[0].what


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "teams.yaml"
    path.write_bytes("a: Müller".encode("utf-8-sig"))
    file, _ = read_yaml(path)
    assert file is not None
    assert file.values == {"a": "Müller"}


def test_a_huge_file_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "teams.yaml"
    path.write_bytes(b"a" * (MAX_BYTES + 1))
    _, problems = read_yaml(path)
    assert "CSV" in problems[0].mend
