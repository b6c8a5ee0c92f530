"""A pool: the people who share a territory's leads, how they share them, and what happens when all are out."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, field_validator, model_validator

from sfrouter.base.shelf import did_you_mean
from sfrouter.distribution.conditions import Condition
from sfrouter.distribution.learn import Learn
from sfrouter.distribution.method import Method
from sfrouter.distribution.methods import shelf
from sfrouter.distribution.methods.round_robin import RoundRobin
from sfrouter.distribution.shift import Shift
from sfrouter.model.ids import user_key


class Member(Shift):
    """One person of a pool, by e-mail or user id. `weight` counts for the methods that share by weight; hours and
    limits given here hold in this pool."""

    who: str = Field(min_length=1)
    weight: Decimal = Field(default=Decimal(1), gt=0, le=1000, decimal_places=3)
    skills: tuple[str, ...] = ()


class AllOut(StrEnum):
    """What happens when everybody of a pool is off, away or at a limit."""

    NEXT_POOL = "next_pool"  # the pool `otherwise`, then the queues, then who is at work first
    QUEUE = "queue"  # this pool's queue at once
    NEXT_OPEN = "next_open"  # whoever of this pool is at work first


class Skill(BaseModel):
    """Leads for which `when` holds (without it all) go to members with the skill: they come first, or with `must`
    nobody else gets them, or with `weight` their share is so many times as large (method weighted, R151)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    skill: str = Field(min_length=1)
    when: Condition | None = None
    must: bool = False
    weight: Decimal | None = Field(default=None, gt=0, le=1000, decimal_places=3)

    @model_validator(mode="after")
    def _one_effect(self) -> Self:
        if self.must and self.weight is not None:
            raise ValueError("write either must or weight")
        return self


class Pool(Shift):
    """Whose turn it is, `method` says; when nobody can take the lead, `when_all_out` says what happens.

    Hours, holidays and limits hold for members that have none of their own.
    A method is written as its name, or as its name with options: `method: {weighted: {...}}`.
    A member is written as an e-mail or user id, or as `{who: ..., weight: 2}`.
    """

    name: str = Field(min_length=1)
    method: SerializeAsAny[Method] = Field(default_factory=RoundRobin)
    members: tuple[Member, ...] = ()
    otherwise: str = ""
    queue: str = ""
    when_all_out: AllOut = AllOut.NEXT_POOL
    skills: tuple[Skill, ...] = ()
    learn: Learn | None = None

    @field_validator("method", mode="before")
    @classmethod
    def _from_shelf(cls, written: Any) -> Any:
        if isinstance(written, Method):
            return written
        name, options = _name_and_options(written)
        known = shelf()
        if name not in known:
            raise ValueError(f"no method is called '{name}'.{did_you_mean(name, known)}")
        return known[name].model_validate(options)

    @field_validator("members", mode="before")
    @classmethod
    def _plain_members(cls, written: Any) -> Any:
        if not isinstance(written, list | tuple):
            return written
        return tuple({"who": item} if isinstance(item, str) else item for item in written)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        first: dict[str, int] = {}
        for number, member in enumerate(self.members, start=1):  # by number: messages hide addresses
            other = first.setdefault(user_key(member.who), number)
            if other != number:
                twice = f"lists a member twice, as number {other} and number {number}"
                raise ValueError(f"the pool '{self.name}' {twice}; give a weight instead")
        if not self.members and not self.otherwise and not self.queue:
            raise ValueError(f"the pool '{self.name}' has no members, no otherwise and no queue")
        if self.when_all_out is AllOut.QUEUE and not self.queue:
            raise ValueError(f"the pool '{self.name}' has when_all_out: queue, but no queue")
        if self.otherwise == self.name:
            raise ValueError(f"the pool '{self.name}' names itself as otherwise")
        return self


def _name_and_options(written: Any) -> tuple[str, Any]:
    if isinstance(written, str):
        return written, {}
    if isinstance(written, Mapping) and len(written) == 1:
        name, options = next(iter(written.items()))
        return str(name), options or {}
    raise ValueError("write the method's name, or one name with its options")
