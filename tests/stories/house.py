"""The policy the shipped stories are told under, out of `_house.yaml`, and every story of this folder."""

from functools import cache
from pathlib import Path
from typing import Any

from sfrouter.base.yamlfile import read_yaml
from sfrouter.config.mapping import FieldMapping, read_mapping
from sfrouter.config.policy_form import Form, Intake
from sfrouter.config.policy_value import Policy
from sfrouter.config.shipped import shipped_mappings
from sfrouter.distribution.pools import Pool
from sfrouter.distribution.territories import Territory
from sfrouter.journey.story_form import PersonForm, Told
from sfrouter.journey.story_read import read_stories
from sfrouter.routing.notices import shelf as notice_shelf
from sfrouter.routing.rules import shelf as rule_shelf

HERE = Path(__file__).parent


class HouseForm(Form):
    """What `_house.yaml` says."""

    rules: tuple[Any, ...]
    notices: tuple[Any, ...]
    territories: tuple[Territory, ...]
    pools: tuple[Pool, ...]
    catch_all: str
    people: dict[str, PersonForm]
    queues: tuple[str, ...]


def values_of(path: Path) -> Any:
    """A YAML file's values."""
    found, problems = read_yaml(path)
    assert found is not None, [str(problem) for problem in problems]
    return found.values


@cache
def house() -> HouseForm:
    """The house as it is written."""
    return HouseForm.model_validate(values_of(HERE / "_house.yaml"))


@cache
def house_policy() -> Policy:
    """The policy of the house."""
    form, rules, notices = house(), rule_shelf(), notice_shelf()
    return Policy(
        intake=Intake(queues=("Intake",)),
        catch_all_queue=form.catch_all,
        rules=tuple(rules[name].model_validate(options) for name, options in _written(form.rules)),
        notices=tuple(notices[name].model_validate(options) for name, options in _written(form.notices)),
        pools=form.pools,
        territories=form.territories,
    )


def _written(entries: tuple[Any, ...]) -> list[tuple[str, dict[str, Any]]]:
    return [(entry, {}) if isinstance(entry, str) else next(iter(entry.items())) for entry in entries]


@cache
def mapping() -> FieldMapping:
    """The mapping that is shipped."""
    found, problems = read_mapping(shipped_mappings())
    assert found is not None, problems
    return found


@cache
def all_stories() -> tuple[Told, ...]:
    """Every story of every file, with the people of the house whose part nobody in the file plays."""
    stories, problems = read_stories([HERE])
    assert not problems, "\n".join(map(str, problems))
    return tuple(
        Told(
            file=told.file, line=told.line, tale=told.tale, people=_cast(told.people),
            queues=(*house().queues, *told.queues),
        )
        for told in stories
    )  # fmt: skip


def _cast(people: Any) -> dict[str, PersonForm]:
    taken = {form.email for form in people.values()}
    return {**{name: form for name, form in house().people.items() if form.email not in taken}, **people}
