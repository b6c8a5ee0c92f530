"""The form of a story: a lead and some records in, an owner and the reason out, in YAML an admin can read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, model_validator

from sfrouter.config.policy_form import Form, Text, Texts
from sfrouter.journey.story_records import AccountWords, ContactWords, DealWords, LeadWords
from sfrouter.routing.flood import Flood
from sfrouter.routing.owners import Departed

TODAY = date(2026, 11, 21)


class PersonForm(Form):
    """A user of the org as a story needs him; manager and successor are named as the story names them."""

    email: str = ""
    active: bool = True
    licensed: bool = True  # may his licence own leads?
    manager: str = ""
    successor: str = ""
    title: str = ""
    language: str = ""
    time_zone: str = ""
    away: bool = False
    away_from: date | None = None
    away_until: date | None = None


class DealForm(Form):
    """An opportunity of the matched account."""

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
    in_history: str | None = None  # a queue or the router has it; whom the org's history names before ("": nobody)
    created: date | datetime = TODAY
    changed: date | None = None


class NamedForm(Form):
    """The entry of the named list that fits: its owner is a person of the story, or an e-mail nobody has."""

    company: str
    owner: str


class Given(Form):
    """The evidence, in one of two ways.

    With `account` the story itself says which company the lead belongs to. With `accounts` the records are put
    into a mirror in memory, and the matching finds the company as it does in the daemon.
    """

    lead: LeadWords = Field(default_factory=dict)
    account: AccountWords | None = None
    in_history: str | None = None  # the router has the account; whom the org's history names before ("": nobody)
    parents: tuple[AccountWords, ...] = ()
    opportunities: tuple[DealForm, ...] = ()
    open_cases: Annotated[int, Field(ge=0, le=100)] = 0
    team: Mapping[str, str] = Field(default_factory=dict)  # person: part
    lost_leads: tuple[OtherLeadForm, ...] = ()
    open_leads: tuple[OtherLeadForm, ...] = ()
    same_person: tuple[OtherLeadForm, ...] = ()
    recent_leads: tuple[datetime, ...] = ()
    on_the_list: NamedForm | None = None
    accounts: tuple[AccountWords, ...] | None = None  # all that the org has; the matching chooses
    leads: tuple[LeadWords, ...] = ()  # all other leads that the org has, with `accounts`
    deals: tuple[DealWords, ...] = ()  # all open opportunities that the org has, with `accounts`
    contacts: tuple[ContactWords, ...] = ()  # all people that the org knows at them, with `accounts`
    rates: Mapping[str, Decimal] = Field(default_factory=dict)
    left: Texts = ()  # who is no longer here
    table_of_successors: Mapping[str, str] = Field(default_factory=dict)
    turns: Mapping[str, Mapping[str, int]] = Field(default_factory=dict)  # pool: person: turns he has had
    given_today: Mapping[str, Mapping[str, int]] = Field(default_factory=dict)  # pool: person: leads given today
    won_of: Mapping[str, Mapping[str, tuple[int, int]]] = Field(default_factory=dict)
    """Pool: person: of how many leads like this one he won how many, as [won, of]."""
    open_counts: Mapping[str, int] = Field(default_factory=dict)  # person: open leads he has
    insufficient: bool = False
    meets_condition: bool = False  # the org says that the lead meets the intake's condition
    owner_at_first: str = ""  # who had the lead when it was first read; nothing: who has it now
    today: date = TODAY
    now: datetime | None = None  # when the lead was created and is decided
    decided: datetime | None = None  # when it is decided, if that is later

    @model_validator(mode="before")
    @classmethod
    def _the_day_of_now(cls, written: Any) -> Any:
        """A story with a moment is told on that day, unless it names another one. What is no moment has no day."""
        if not isinstance(written, Mapping) or written.get("today") or not written.get("now"):
            return written
        try:
            return {**written, "today": date.fromisoformat(str(written["now"])[:10])}
        except ValueError:
            return written


class StoryPolicy(Form):
    """What this story's policy has otherwise than the policy the stories are told under."""

    intake: Mapping[str, Any] = Field(default_factory=dict)  # queues, users by name, condition
    options: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    without: Texts = ()
    order: Texts = ()
    departed: Departed | None = None
    flood: Flood | None = None
    matching: Mapping[str, Any] = Field(default_factory=dict)
    named_accounts: tuple[NamedForm, ...] | None = None
    pools: tuple[Mapping[str, Any], ...] | None = None
    territories: tuple[Mapping[str, Any], ...] | None = None
    people: Mapping[str, Mapping[str, Any]] | None = None  # hours, limits, days away and skills, by name
    followup: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)  # watch: its options


class ToldForm(Form):
    """One Task: its kind, the ids it carries, words it holds."""

    kind: str
    ids: Texts = ()
    says: Texts = ()


def told_in(tells: Mapping[str, str | ToldForm | tuple[ToldForm, ...]] | None) -> list[tuple[str, ToldForm]]:
    """One entry a Task, with the person's name."""
    entries: list[tuple[str, ToldForm]] = []
    for name, form in (tells or {}).items():
        forms = form if isinstance(form, tuple) else (form,)
        entries.extend((name, ToldForm(kind=one) if isinstance(one, str) else one) for one in forms)
    return entries


class LaterForm(Form):
    """A moment after the lead has its owner, and how things stand then: who has it, who was told since."""

    minutes: Annotated[float, Field(ge=0)] | None = None  # of the clock, since the lead came in
    business_minutes: Annotated[float, Field(ge=0)] | None = None  # of the owner's working hours
    at: datetime | None = None
    answered: bool = False  # his status changes then
    owner: str = ""
    tells: Mapping[str, str | ToldForm | tuple[ToldForm, ...]] | None = None

    def told(self) -> list[tuple[str, ToldForm]]:
        """Who is told, one entry a Task."""
        return told_in(self.tells)


class MatchForm(Form):
    """What the matching is to find: the account by its name (none: no automatic match), and what spoke for it."""

    account: str | None = None
    by: str = ""
    ids: Texts = ()


class Expect(Form):
    """What is to come out. Whatever is left out is not looked at, but for the owner: no owner means he stays."""

    owner: str | None = None
    waits: bool | None = None  # does the lead wait to be routed? No: nothing else is expected
    rule: str = ""
    because: Texts = ()
    not_: str = Field(default="", alias="not")
    says: Texts = ()  # words of the reason
    passed: Texts = ()  # rules that were asked and did not apply: near misses
    nobody: Texts = ()  # rules that applied but found nobody
    tells: Mapping[str, str | ToldForm | tuple[ToldForm, ...]] | None = None  # exactly these people
    quiet: Texts = ()  # notices that have nothing to say: near misses
    changes: Mapping[str, str] | None = None
    warns: Texts | None = None
    alert: bool | None = None
    match: MatchForm | None = None
    asks: Texts | None = None  # the accounts a person is asked about: review items
    trace: Texts = ()  # words that stand somewhere in the trace
    answer_by: datetime | None = None  # until when a first reply is due
    later: tuple[LaterForm, ...] = ()  # what happens when time goes by

    def told(self) -> list[tuple[str, ToldForm]]:
        """Who is told, one entry a Task."""
        return told_in(self.tells)


class Story(Form):
    """One story. `shows` names the ids it is about, `near_miss` those it just does not fall under."""

    story: Text
    shows: Texts = ()
    near_miss: Texts = ()
    given: Given = Given()
    policy: StoryPolicy = StoryPolicy()
    expect: Expect


class StoryFile(Form):
    """A file of stories with the people they are about."""

    about: str = ""
    people: Mapping[str, PersonForm] = Field(default_factory=dict)
    queues: Texts = ()
    stories: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story with the place it stands at, ready to be run. `file` is the path as it was asked for."""

    file: str
    line: int
    tale: Story
    people: Mapping[str, PersonForm]
    queues: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.file.rpartition('/')[2].removesuffix('.yaml')}: {self.tale.story}"


def at(day: date | datetime) -> datetime:
    """A moment in UTC; a day means its noon."""
    if isinstance(day, datetime):
        return day if day.tzinfo else day.replace(tzinfo=UTC)
    return datetime.combine(day, time(12), UTC)
