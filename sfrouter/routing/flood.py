"""Holds back a flood: so many leads of one e-mail domain within a short time that no rep shall have them all.

The leads up to the limit go their usual way. Those beyond it wait in a queue for a person, and an account that
they would have earned is proposed, not made.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from sfrouter.model.assignment import Owner, OwnerKind
from sfrouter.model.decision import Outcome, Step
from sfrouter.model.dossier import Dossier
from sfrouter.model.influx import Influx
from sfrouter.model.new_company import Action, NewCompany
from sfrouter.routing.explain import Phrase, say
from sfrouter.routing.ruling import Ruling

FLOOD = "flood"
PLACE = "10"  # the place of the catch-all queue: the hierarchy was asked, and a person is to look
RATE_IDS, ACCOUNT_IDS = ("R084", "C19"), ("R066", "R069")


class Flood(BaseModel):
    """The policy's section `flood:`. In `queue` the leads beyond the limit wait; "" is the catch-all queue."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    leads: int = Field(default=100, ge=2, le=1000)
    hours: int = Field(default=1, ge=1, le=7 * 24)
    queue: str = ""

    @property
    def window(self) -> timedelta:
        """How long a time is looked at; both its ends are inside."""
        return timedelta(hours=self.hours)

    def catches(self, influx: Influx) -> bool:
        """Did `leads` others come within the window before the lead? What comes later changes nothing about it."""
        return len(influx.before) >= self.leads

    def in_sight(self, influx: Influx, mine: datetime) -> bool:
        """Did more than `leads` leads come within some window that this one is in, as far as is known by now?"""
        moments = (*influx.before, mine, *influx.after)
        spans = zip(moments, moments[self.leads :], strict=False)
        return any(last - first <= self.window for first, last in spans)


def asked_first(company: NewCompany | None, flood: Flood, influx: Influx, mine: datetime) -> NewCompany | None:
    """The company that earns an account, with a person asked before it is made while its leads come in a flood.

    An account that was asked for before stands, and the lead belongs to it.
    """
    if company is None or company.ordered or company.action is not Action.CREATE:
        return company
    return replace(company, action=Action.PROPOSE, flooded=True) if flood.in_sight(influx, mine) else company


def held_back(
    ruling: Ruling, dossier: Dossier, flood: Flood, catch_all: Owner | None, *, released: bool = False
) -> Ruling:
    """The ruling as it is; but a lead beyond the limit that a person would get goes to the queue, told to nobody.

    The first of a flood raises the alert. Without a queue the owner is left open, for the catch-all (L05).
    `released`: a person has looked at this lead already.
    """
    influx = dossier.influx
    if influx is None:
        return ruling
    ruling = replace(ruling, steps=(*ruling.steps, *_no_account(dossier, flood, influx)))
    if released or not flood.catches(influx) or not _to_a_person(ruling):
        return ruling
    queue = _queue(dossier, flood) or catch_all
    why = say("flood.caught", count=flood.leads, domain=influx.domain, window=_span(flood))
    step = Step(place=PLACE, rule=FLOOD, outcome=Outcome.DECIDED, words=str(why), ids=RATE_IDS)
    return replace(
        ruling, rule=FLOOD, place=PLACE, ids=RATE_IDS, owner=queue, role=None, why=why, short=None,
        reason=str(say("reason", owner=queue.name, why=why) if queue else say("reason.nobody", why=why)),
        steps=(*ruling.steps, step), to_default=False, pool="", silent=True,
        alert="" if influx.told else str(say("flood.alert", why=why)),
    )  # fmt: skip


def _to_a_person(ruling: Ruling) -> bool:
    """A competitor's lead has its own way, and a rule's own queue floods nobody."""
    by_turn = ruling.to_default or (ruling.owner is not None and ruling.owner.kind is OwnerKind.PERSON)
    return by_turn and not ruling.silent


def _no_account(dossier: Dossier, flood: Flood, influx: Influx) -> tuple[Step, ...]:
    if dossier.new_company is None or not dossier.new_company.flooded:
        return ()
    words = say("flood.account", count=flood.leads, domain=influx.domain, window=_span(flood))
    return (Step(place=PLACE, rule=FLOOD, outcome=Outcome.PASSED, words=str(words), ids=ACCOUNT_IDS),)


def _queue(dossier: Dossier, flood: Flood) -> Owner | None:
    queue = dossier.directory.queue_named(flood.queue) if flood.queue else None
    if queue is None or not queue.takes_leads or queue.id in dossier.intake_ids:
        return None
    return Owner(id=queue.id, kind=OwnerKind.QUEUE, name=queue.name)


def _span(flood: Flood) -> Phrase:
    return say("hour") if flood.hours == 1 else say("hours", count=flood.hours)
