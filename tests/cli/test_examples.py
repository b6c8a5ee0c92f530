"""Every folder under mappings/examples is whole: `check` finds nothing to say, and its stories hold."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copy, copytree
from typing import Any

import pytest

from sfrouter.base.yamlfile import read_yaml
from sfrouter.config.policy import read_configuration
from sfrouter.config.shipped import shipped_mappings
from tests.cli.command import command

EXAMPLES = shipped_mappings() / "examples"
ROOT = Path(__file__).parents[2]
WHOLE = ("small-saas", "enterprise", "mittelstand")
ALL = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy, as an admin makes one. The demo's company uses the shipped fields.yaml."""
    kept = tmp_path / "mappings"
    copytree(EXAMPLES / request.param, kept)
    if request.param == "demo":
        copy(shipped_mappings() / "fields.yaml", kept)
    return kept


def stories(folder: Path) -> Iterator[dict[str, Any]]:
    """The stories of a folder as they are written."""
    for path in (folder / "stories").glob("*.yaml"):
        found, problems = read_yaml(path)
        assert found is not None, problems
        yield from found.values["stories"]


def test_these_examples_are_there() -> None:
    assert {*WHOLE, "demo"} <= {*ALL}


@pytest.mark.parametrize("folder", ALL, indirect=True)
def test_the_check_has_nothing_to_say(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SFROUTER_DATA_DIR", str(folder.parent / "data"))
    answer = command("check", "--offline", "--mappings", str(folder), "--json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json["problems"] == []


@pytest.mark.parametrize("folder", ALL, indirect=True)
def test_every_story_holds(folder: Path) -> None:
    answer = command("test", "--mappings", str(folder), "--json")
    failed = [(one["story"], one["differences"]) for one in answer.json["stories"] if not one["passed"]]
    assert (answer.code, failed, answer.json["problems"]) == (0, [], [])


@pytest.mark.parametrize("name", WHOLE)
def test_every_rule_of_the_policy_has_a_story_and_ids_have_near_misses(name: str) -> None:
    """What an admin copies shows him what each rule of it does, and where it ends."""
    found, problems = read_configuration(EXAMPLES / name)
    assert found is not None, problems
    told = list(stories(EXAMPLES / name))
    decided = {one["expect"].get("rule") for one in told}
    assert {rule.name for rule in found.policy.rules} <= decided
    shown = {mark for one in told for mark in one.get("shows", ())}
    missed = {mark for one in told for mark in one.get("near_miss", ())}
    assert len(missed & shown) >= 8


@pytest.mark.parametrize("name", ["..", *ALL])
def test_an_account_owner_reads_the_specialists_sentence(name: str) -> None:
    """Of two sentences about one thing the first in the policy's order is sent, so the special one comes first."""
    found, _ = read_yaml(EXAMPLES / name / "policy.yaml")
    assert found is not None
    notices = [one if isinstance(one, str) else next(iter(one)) for one in found.values["notices"]]
    if "specialist_awareness" in notices:
        assert notices.index("specialist_awareness") < notices.index("account_owner")


@pytest.mark.parametrize("name", WHOLE)
def test_the_docs_tell_of_it(name: str) -> None:
    assert f"`mappings/examples/{name}`" in (ROOT / "docs" / "examples.md").read_text("utf-8")
