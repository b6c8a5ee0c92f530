"""Nothing that stands in an admin's files can crash the reader: there is a configuration, or there are faults."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from sfrouter.config.mapping import read_mapping
from sfrouter.config.named_csv import read_named_csv
from sfrouter.config.nouns import NOUNS
from sfrouter.config.policy import NAMES, read_configuration, read_policy
from sfrouter.routing import notices, rules
from tests.config.files import SHIPPED, copied, shipped_mapping

KEYS = """
object fields words extra rules notices pools territories members when all any field op value matching intake
queues name pool method successors aliases company also named_accounts owner free_mail add months signals rates
departed order id email a@example.com Lead lead.country in
"""
WORDS = sorted({*NOUNS, *rules.shelf(), *notices.shelf(), *KEYS.split()})
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-10, 10**20), st.floats(), st.text(max_size=8), st.sampled_from(WORDS)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=5), inner, max_size=5),
    ),
    max_leaves=25,
)
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(folder: Path) -> None:
    """There is a configuration or a fault; every message prints, on one line, with a file."""
    found, problems = read_configuration(folder)
    serious = [problem for problem in problems if not problem.warning]
    assert (found is None) == bool(serious)
    for problem in problems:
        assert str(problem).encode("utf-8")
        assert "\n" not in str(problem)
        assert problem.file.endswith((".yaml", ".csv"))
        assert problem.line >= 0
        assert problem.code


@SLOW
@given(values=VALUES, name=st.sampled_from([*NAMES, "fields.yaml"]))
def test_any_values_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, values: Any, name: str) -> None:
    folder = copied(tmp_path_factory.mktemp("any"))
    with (folder / name).open("w", encoding="utf-8") as stream:
        YAML(typ="safe", pure=True).dump(values, stream)
    check(folder)


def places(values: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a tree."""
    children = (
        values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    )
    return [path, *(deeper for key, item in children for deeper in places(item, (*path, key)))]


def planted(values: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The tree with one place replaced."""
    if not path:
        return new
    if isinstance(values, dict):
        return {key: planted(item, path[1:], new) if key == path[0] else item for key, item in values.items()}
    return [planted(item, path[1:], new) if at == path[0] else item for at, item in enumerate(values)]


SHIPPED_VALUES = {
    name: YAML(typ="safe", pure=True).load((SHIPPED / name).read_text("utf-8")) for name in (*NAMES, "fields.yaml")
}


@SLOW
@given(data=st.data(), new=VALUES, name=st.sampled_from([*NAMES, "fields.yaml"]))
def test_one_odd_value_anywhere_in_the_shipped_files_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, new: Any, name: str
) -> None:
    folder = copied(tmp_path_factory.mktemp("odd"))
    path = data.draw(st.sampled_from(places(SHIPPED_VALUES[name])))
    with (folder / name).open("w", encoding="utf-8") as stream:
        YAML(typ="safe", pure=True).dump(planted(SHIPPED_VALUES[name], path, new), stream)
    check(folder)


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=300), head=st.sampled_from(["", "company,owner\n", "company;owner;note\n"]))
def test_any_csv_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str, head: str) -> None:
    path = tmp_path_factory.mktemp("csv") / "named.csv"
    path.write_text(head + text, "utf-8", newline="")
    rows, problems = read_named_csv(path)
    for line, row in rows:
        assert line > 1
        assert row.company
        assert "@" in row.owner
    for problem in problems:
        assert problem.file == "named.csv"
        assert problem.what


@pytest.mark.parametrize("name", [*NAMES, "fields.yaml"])
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\x01\x02",
        "a: Müller".encode("utf-16"),
        "a: Müller".encode("latin-1"),
        b"&a [*a]",
        b"rules: &r [*r]\n",
        b"{" * 1000,
        b"rules:\n  - customer_owner\nrules:\n  - default_pool\n",
        b"- " * 5000,
        b"a: " + b"x" * 1_000_001,
    ],
    ids=["empty", "binary", "utf-16", "latin-1", "loop", "loop in a key", "deep", "twice", "many", "huge"],
)
def test_hostile_files_are_refused_in_words(tmp_path: Path, name: str, raw: bytes) -> None:
    folder = copied(tmp_path)
    (folder / name).write_bytes(raw)
    check(folder)
    if raw or name != "companies.yaml":
        found, _ = read_configuration(folder)
        assert found is None


def test_a_folder_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    mapping, problems = read_mapping(tmp_path / "nowhere")
    assert mapping is None
    assert problems
    policy, problems = read_policy(tmp_path / "nowhere", shipped_mapping())
    assert policy is None
    assert len(problems) == 3
