"""What was decided for a lead, and the whole way there: every rule asked, every answer, every value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from sfrouter.model.assignment import Owner, RotationMove
from sfrouter.model.evidence import Match


class Outcome(StrEnum):
    """How a rule answered."""

    DECIDED = "decided"  # this rule gave the owner
    PASSED = "passed"  # does not apply, the next rule is asked
    NOBODY = "nobody"  # applies, but no active person was left to take it
    NOT_ASKED = "not_asked"  # an earlier rule had decided


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the trace: a rule, its place in the hierarchy, its answer and why."""

    place: str
    rule: str
    outcome: Outcome
    words: str
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Someone who is told by a Task: one per person, lead and decision (section 10). Due time in UTC."""

    kind: str  # the part's name on the shelf, or new_owner
    person_id: str
    subject: str
    text: str
    ids: tuple[str, ...] = ()
    due_at: datetime | None = None
    high: bool = False
    language: str = "en"  # in which it is written: the reader's


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntShare:
    """One person's weight in a pool, as written and as in force, and the leads this was learnt from (R151)."""

    person_id: str
    written: float
    in_force: float
    won: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who gets the lead and why. `number` counts the decisions of one lead from 1.

    `changes` are further lead values to write, in the mapping's words (a status, a priority).
    `link_account_id` is set when the match was automatic, whatever rule decided (C15).
    """

    lead_id: str
    number: int
    at: datetime
    rule: str
    place: str
    ids: tuple[str, ...]
    reason: str  # the one-line reason, in English
    owner: Owner | None  # None: the owner stays as he is (auto-disqualified competitor without a queue)
    match: Match
    steps: tuple[Step, ...]
    notices: tuple[Notice, ...] = ()
    moves: tuple[RotationMove, ...] = ()
    link_account_id: str | None = None
    changes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    warnings: tuple[str, ...] = ()
    alert: str = ""  # an operator should look: catch-all queue used, nobody left
    lead_stamp: datetime | None = None  # the lead's stamp that was decided on
    lead_owner_id: str | None = None  # the owner it had then
    lead_account_id: str | None = None  # the account link it had then
    policy_hash: str = ""
    engine: str = ""
    comparison: str = ""  # the comparison of two policies under which it was made (R155) ...
    group: str = ""  # ... and by whose policy: control or test
    answer_by: datetime | None = None  # until when the new owner shall have given a first reply (R090, R091)
    learnt: tuple[LearntShare, ...] = ()  # the weights that decided whose turn it was, where they were learnt
    relationship: tuple[str, ...] | None = None  # who had one with the matched account then; None: not recorded
    reason_for_owner: str = ""  # the same for the lead's owner: in his language, and no more than he needs (G23)
