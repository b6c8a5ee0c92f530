"""What a run of tests keeps of a parsed text is what parsing gives; the next reader sees nobody's changes."""

from pathlib import Path

import pytest

import sfrouter.base.yamlfile
from sfrouter.base.yamlfile import parse_yaml, read_yaml
from sfrouter.config.shipped import shipped_mappings
from tests.parsed import parsed

SHIPPED = sorted(shipped_mappings().rglob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(shipped_mappings())))
def test_a_shipped_file_is_kept_as_it_is_parsed(path: Path) -> None:
    text = path.read_text("utf-8")
    assert parsed(text, path.name) == parsed(text, path.name) == parse_yaml(text, path.name)


def test_a_fault_is_kept_as_it_is_found() -> None:
    for text in ("a: [", "a: 1\na: 2", "&a [*a]"):
        assert parsed(text, "a.yaml") == parsed(text, "a.yaml") == parse_yaml(text, "a.yaml")
    assert parsed("a: [", "b.yaml") == parse_yaml("a: [", "b.yaml")


def test_what_one_reader_changes_the_next_does_not_see() -> None:
    first, _ = parsed("rules: [a]", "a.yaml")
    assert first is not None
    first.values["rules"].append("b")
    again, _ = parsed("rules: [a]", "a.yaml")
    assert again is not None
    assert again.values == {"rules": ["a"]}


def test_every_test_reads_by_it_and_a_changed_file_is_read_as_changed(tmp_path: Path) -> None:
    assert sfrouter.base.yamlfile.parse_yaml is parsed
    path = tmp_path / "a.yaml"
    for text, values in (("a: 1", {"a": 1}), ("a: 2", {"a": 2})):
        path.write_text(text, "utf-8")
        found, _ = read_yaml(path)
        assert found is not None
        assert found.values == values
