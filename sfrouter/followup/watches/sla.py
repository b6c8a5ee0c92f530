"""Sees to it that every lead has a first reply in time: reminds, passes the lead on, tells the manager.

When: a person has got a lead and has not answered it: neither its status nor its last activity has changed.
Then: a reminder before the time is over; afterwards the lead is passed on (to whoever is next in the pool, or to
    the manager), `at_most` so many times; then the manager is told, once. He is told at once where the lead was
    changed three times within a day just before it was passed on: a Task is written whatever becomes of the lead.
Why: R090, R091, R152: an executive is answered within 5 minutes, everybody else within 2 hours, in the owner's
    business hours; R085: the clock runs from the lead's creation, whatever the volume.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from sfrouter.base.business_time import BusinessTime, add_minutes, check_country
from sfrouter.base.working_week import Week, read_week
from sfrouter.followup.watch import Subject, Watch
from sfrouter.model.follow import Act, Action, SlaClock
from sfrouter.model.records import Lead

OFFICE_HOURS = {"mon-fri": "09:00-17:00"}


class Sla(Watch):
    """Section 11. Times are minutes of the owner's business hours, or of the clock."""

    ids: ClassVar[tuple[str, ...]] = ("R090", "R091", "R085", "R152")

    executives_within_minutes: int = Field(default=5, ge=1, le=30 * 24 * 60)
    others_within_minutes: int = Field(default=120, ge=1, le=30 * 24 * 60)
    hours: Literal["business", "clock"] = "business"
    working_hours: Mapping[str, Any] = Field(default_factory=lambda: dict(OFFICE_HOURS))
    country: str = ""  # whose public holidays are free: US, DE, DE-BY
    remind_after_percent: int = Field(default=75, ge=0, le=99)  # 0: no reminder
    hand_to: Literal["pool", "manager", "nobody"] = "pool"
    at_most: int = Field(default=1, ge=0, le=10)
    tell_manager: bool = True

    @field_validator("working_hours")
    @classmethod
    def _readable(cls, written: Mapping[str, Any]) -> Mapping[str, Any]:
        read_week(written)
        return written

    @field_validator("country")
    @classmethod
    def _known_country(cls, written: str) -> str:
        name = written.strip()
        if name:
            country, _, subdivision = name.partition("-")
            check_country(country, subdivision)
        return name

    @property
    def week(self) -> Week:
        """The working hours as a week."""
        return read_week(self.working_hours)

    def calendar(self, zone: str) -> BusinessTime:
        """When somebody in this time zone works, by this policy."""
        if self.hours == "clock":
            return BusinessTime()
        country, _, subdivision = self.country.partition("-")
        return BusinessTime(week=self.week, zone=zone or "UTC", country=country, subdivision=subdivision)

    def minutes(self, executive: bool) -> int:
        """How long the owner has."""
        return self.executives_within_minutes if executive else self.others_within_minutes

    def due(self, started_at: datetime, executive: bool, calendar: BusinessTime) -> datetime:
        """Until when a first reply is due."""
        return add_minutes(calendar, started_at, self.minutes(executive))

    def clock(
        self, lead: Lead, owner_id: str, number: int, now: datetime, *, executive: bool, calendar: BusinessTime,
        before: SlaClock | None = None,
    ) -> SlaClock:  # fmt: skip
        """The clock of a lead that has got an owner. `before` is its clock with the owner before him: then the
        new one's time begins now, not at the lead's creation."""
        started = now if before else lead.created_at
        minutes = self.minutes(executive)
        due = add_minutes(calendar, started, minutes)
        return SlaClock(
            lead_id=lead.id, decision_number=number, owner_id=owner_id, executive=executive, started_at=started,
            remind_at=add_minutes(calendar, started, minutes * self.remind_after_percent / 100), due_at=due,
            passes_at=max(due, add_minutes(calendar, now, minutes)), status_was=lead.status,
            activity_was=activity(lead), passed_on=before.passed_on + 1 if before else 0,
        )  # fmt: skip

    def look(self, subject: Subject, now: datetime) -> Action | None:
        """The next step of the procedure, at most one at a time."""
        clock, lead = subject.clock, subject.lead
        if clock is None or clock.stopped_at is not None:
            return None
        answered = _answered(clock, lead)
        if answered:
            return Action(lead_id=clock.lead_id, act=Act.STOP, why=answered, ids=("R152",))
        ids = ("R152", "R090" if clock.executive else "R091")
        if now >= clock.passes_at:
            return self._too_late(clock, ids, fought=subject.fought)
        if self.remind_after_percent and clock.reminded_at is None and clock.remind_at <= now < clock.due_at:
            return Action(lead_id=clock.lead_id, act=Act.REMIND, why="the reply is due soon", ids=ids)
        return None

    def _too_late(self, clock: SlaClock, ids: tuple[str, ...], *, fought: bool) -> Action | None:
        if clock.escalated_at is not None:
            return None
        if self.hand_to != "nobody" and clock.passed_on < self.at_most and not fought:
            return Action(lead_id=clock.lead_id, act=Act.HAND_ON, why="no reply in time", ids=ids)
        if self.tell_manager:
            return Action(lead_id=clock.lead_id, act=Act.ESCALATE, why="no reply in time", ids=ids)
        return None


def activity(lead: Lead) -> str:
    """The lead's last activity as a text that changes with it; "" when none is mapped or known."""
    return str(lead.extra.get("last_activity_on") or "")


def _answered(clock: SlaClock, lead: Lead | None) -> str:
    """Why nobody waits for a reply any more, or "" (R152)."""
    if lead is None or lead.deleted:
        return "the lead is gone"
    if lead.converted:
        return "the lead was converted"
    if lead.owner_id != clock.owner_id:
        return "a person changed the owner"
    if lead.status != clock.status_was:
        return "the status changed"
    return "there was an activity" if activity(lead) != clock.activity_was else ""
