"""Reads the stories: a lead in, an owner and the reason out, in YAML that a sales-operations admin can read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from sfrouter.base.yamlfile import read_yaml
from sfrouter.distribution.pools import Pool
from sfrouter.distribution.territories import Territory
from sfrouter.routing.notice import NoticePart
from sfrouter.routing.notices import shelf as notice_shelf
from sfrouter.routing.owners import Departed
from sfrouter.routing.rule import Rule
from sfrouter.routing.rules import shelf as rule_shelf

HERE = Path(__file__).parent
TODAY = date(2026, 11, 21)


class Form(BaseModel):
    """A part of a story: a misspelt word is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PersonForm(Form):
    email: str = ""
    active: bool = True
    manager: str = ""
    successor: str = ""


class DealForm(Form):
    owner: str
    name: str = "Deal"
    closed: bool = False
    amount: Decimal | None = None
    currency: str = ""
    last_activity_on: date | None = None


class OtherLeadForm(Form):
    """Another lead of the company, or of the same person."""

    owner: str = ""
    previous_owner: str = ""
    created: date | datetime = TODAY
    changed: date | None = None


class NamedForm(Form):
    company: str
    owner: str  # a person of the story, or an e-mail nobody has


class Given(Form):
    lead: Mapping[str, Any] = Field(default_factory=dict)
    account: Mapping[str, Any] | None = None
    parents: tuple[Mapping[str, Any], ...] = ()
    opportunities: tuple[DealForm, ...] = ()
    open_cases: int = 0
    team: Mapping[str, str] = Field(default_factory=dict)  # person: part
    lost_leads: tuple[OtherLeadForm, ...] = ()
    open_leads: tuple[OtherLeadForm, ...] = ()
    same_person: tuple[OtherLeadForm, ...] = ()
    recent_leads: tuple[datetime, ...] = ()
    on_the_list: NamedForm | None = None
    rates: Mapping[str, Decimal] = Field(default_factory=dict)
    left: tuple[str, ...] = ()  # who is no longer here
    table_of_successors: Mapping[str, str] = Field(default_factory=dict)
    insufficient: bool = False
    today: date = TODAY
    now: datetime | None = None  # when the lead was created


class PolicyForm(Form):
    """What this story's policy has otherwise than the house's."""

    options: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    without: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    departed: Departed = Departed()


class ToldForm(Form):
    kind: str
    ids: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


class Expect(Form):
    owner: str | None = None  # a person or queue; none: the owner stays as he is
    rule: str
    because: tuple[str, ...] = ()
    not_: str = Field(default="", alias="not")
    says: tuple[str, ...] = ()  # words of the reason
    passed: tuple[str, ...] = ()  # rules that were asked and did not apply: near misses
    nobody: tuple[str, ...] = ()  # rules that applied but found nobody
    tells: Mapping[str, str | ToldForm | tuple[ToldForm, ...]] | None = None  # exactly these people
    quiet: tuple[str, ...] = ()  # notices that have nothing to say: near misses
    changes: Mapping[str, str] = Field(default_factory=dict)
    warns: tuple[str, ...] = ()
    alert: bool = False

    def told(self) -> list[tuple[str, ToldForm]]:
        """Who is told, one entry a Task."""
        entries: list[tuple[str, ToldForm]] = []
        for name, form in (self.tells or {}).items():
            forms = form if isinstance(form, tuple) else (form,)
            entries.extend((name, ToldForm(kind=one) if isinstance(one, str) else one) for one in forms)
        return entries


class Story(Form):
    story: str
    shows: tuple[str, ...] = ()
    given: Given = Given()
    policy: PolicyForm = PolicyForm()
    expect: Expect


class StoryFile(Form):
    about: str = ""
    people: Mapping[str, PersonForm] = Field(default_factory=dict)
    queues: tuple[str, ...] = ()
    stories: tuple[Story, ...]


class HouseForm(Form):
    rules: tuple[Any, ...]
    notices: tuple[Any, ...]
    territories: tuple[Territory, ...]
    pools: tuple[Pool, ...]
    catch_all: str
    people: Mapping[str, PersonForm]
    queues: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story with the file it stands in, ready to be run."""

    file: str
    tale: Story
    people: Mapping[str, PersonForm]
    queues: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.file}: {self.tale.story}"


def _values(path: Path) -> Any:
    found, problems = read_yaml(path)
    assert found is not None, [str(problem) for problem in problems]
    return found.values


@cache
def house() -> HouseForm:
    """The policy of the house."""
    return HouseForm.model_validate(_values(HERE / "_house.yaml"))


def all_stories() -> list[Told]:
    """Every story of every file."""
    return [
        Told(
            file=path.stem, tale=tale, people=_cast(book), queues=(*house().queues, *book.queues),
        )
        for path in sorted(HERE.glob("[!_]*.yaml"))
        for book in [StoryFile.model_validate(_values(path))]
        for tale in book.stories
    ]  # fmt: skip


def _cast(book: StoryFile) -> dict[str, PersonForm]:
    """The file's people, and those of the house whose part nobody in the file plays."""
    taken = {form.email for form in book.people.values()}
    return {**{name: form for name, form in house().people.items() if form.email not in taken}, **book.people}


def rules_of(tale: Story) -> tuple[Rule, ...]:
    """The story's rules in their order."""
    written = dict(_written(house().rules))
    names = tale.policy.order or tuple(written)
    kept = [name for name in names if name not in tale.policy.without]
    return tuple(
        rule_shelf()[name].model_validate({**written.get(name, {}), **tale.policy.options.get(name, {})})
        for name in kept
    )


def notices_of(tale: Story) -> tuple[NoticePart, ...]:
    """The story's notices."""
    return tuple(
        notice_shelf()[name].model_validate({**options, **tale.policy.options.get(f"tell.{name}", {})})
        for name, options in _written(house().notices)
        if f"tell.{name}" not in tale.policy.without
    )


def _written(entries: tuple[Any, ...]) -> list[tuple[str, Mapping[str, Any]]]:
    return [(entry, {}) if isinstance(entry, str) else next(iter(entry.items())) for entry in entries]


def at(day: date | datetime) -> datetime:
    """A moment in UTC; a day means its noon."""
    if isinstance(day, datetime):
        return day if day.tzinfo else day.replace(tzinfo=UTC)
    return datetime.combine(day, time(12), UTC)
