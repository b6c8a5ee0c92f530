"""The order of the day: look for leads, decide each, keep the decision, write, look after it. Read this first."""

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sfrouter.base.log import logger
from sfrouter.journey.assembly import House
from sfrouter.journey.contests import notice_contests
from sfrouter.journey.decide_waiting import DecideReport, decide_waiting
from sfrouter.journey.follow_up import follow_up
from sfrouter.journey.link_new_accounts import link_new_accounts
from sfrouter.journey.merged_leads import follow_merges
from sfrouter.journey.refresh import meet_org, pull_leads, refuse_other_org
from sfrouter.journey.undo_account import forget_removed, remove_undone
from sfrouter.model.decision import Decision
from sfrouter.model.write import WriteKind, WriteState
from sfrouter.writeback.report import SendReport
from sfrouter.writeback.verdicts import MENDED_BY_A_PERSON

_log = logger("journey")
A_TURN = 10.0  # seconds of deciding, then of sending, while much waits


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleReport:
    """What one round came to."""

    read: int
    decisions: tuple[Decision, ...]
    failed: tuple[str, ...]  # ids of leads that could not be decided; they are tried again
    sent: SendReport

    @property
    def decided(self) -> int:
        """How many leads were decided."""
        return len(self.decisions)

    def figures(self) -> dict[str, int]:
        """The round in numbers, for the log."""
        counts = {"read": self.read, "decided": self.decided, "failed": len(self.failed)}
        states = (WriteState.DONE, WriteState.REFUSED, WriteState.SUPERSEDED, WriteState.UNKNOWN, WriteState.DEAD)
        return counts | {str(state): self.sent.count(state) for state in states if self.sent.count(state)}


def run_cycle(house: House, *, dry_run: bool = False) -> CycleReport:
    """Look, decide, keep, write. With `dry_run` nothing is kept and nothing is written.

    What is not done by the cycle's deadline is left to the next one, which begins with the oldest. Reading does
    not count: where the org answers slowly it would take all of a short round.
    """
    pulled = pull_leads(house)
    house.begin_round()
    if not dry_run:
        house.ledger.refuse_in_doubt()
    post = _Post(house, closed=dry_run, begun=house.clock.monotonic())
    if not dry_run:
        follow_merges(house)
        notice_contests(house)
        link_new_accounts(house)
    decided: DecideReport = decide_waiting(house, keep=not dry_run, after_slice=post.between)
    post.send()
    if not dry_run and remove_undone(house) + follow_up(house).acted:
        post.send()
    return CycleReport(read=pulled.read, decisions=decided.decisions, failed=decided.failed, sent=post.sent)


@dataclass(slots=True)
class _Post:
    """Sends between two slices of decisions and at the end; no more once the org has said to stop.

    Deciding is much quicker than sending. So after ten seconds of it, or of sending, the other has its turn: the
    first lead of a large import need not wait for the last, and an urgent one that came late overtakes.
    """

    house: House
    closed: bool
    begun: float  # monotonic: when deciding began or went on
    sent: SendReport = field(default_factory=SendReport)

    def between(self) -> None:
        self.house.alive()
        if self.house.clock.monotonic() - self.begun >= A_TURN:
            self.send(seconds=A_TURN)
            self.begun = self.house.clock.monotonic()

    def send(self, seconds: float = math.inf) -> None:
        self.house.alive()
        if not self.closed and not self.sent.stopped:
            report = send_only(self.house, seconds=seconds)
            if report.count(WriteState.DONE, WriteKind.REMOVAL):
                forget_removed(self.house)
            self.sent = self.sent.joined(report)


def send_only(house: House, *, seconds: float = math.inf) -> SendReport:
    """Send what is due, for so long at most, and say in the log what an operator should know.

    Raises OrgInDoubtError: nothing was sent; and OrgChangedError: nothing was sent to the other org (F28).
    """
    meet_org(house)
    house.ledger.refuse_in_doubt()
    if house.hurry:  # what waits for a right has its turn: whoever granted it need not wait for the hour
        house.ledger.try_held(house.gateway.server_now(), MENDED_BY_A_PERSON)
        house.hurry = False
    ends = house.clock.monotonic() + seconds
    report = house.sender.send_due(lambda: not house.must_end() and house.clock.monotonic() < ends)
    for sentence in report.news:
        _log.warning("org_says", what=sentence)
    if report.stopped:
        _log.warning("sending_stopped", why=report.stopped)
        refuse_other_org(house)
    return report


def next_send(house: House) -> datetime | None:
    """When the next write that waits may be sent, a second from now at the soonest; None when none waits.

    The ledger thinks in the org's time, the answer is in ours: the two clocks need not agree.
    """
    there = house.gateway.server_now()
    ripe = house.ledger.next_ripe()
    if ripe is None:
        return None
    pause = house.ledger.sending_pause(there)
    wait = max([ripe, *([pause.until] if pause else [])]) - there
    return house.clock.now() + max(wait, timedelta(seconds=1))


def out_of_reach(house: House, sent: SendReport) -> bool:
    """Did sending stop without a word until when? Then the next poll tries again, not the next second (I13)."""
    return bool(sent.stopped) and house.ledger.sending_pause(house.gateway.server_now()) is None


def settle(house: House, report: CycleReport, *, patience: float) -> CycleReport:
    """Go on sending until nothing waits, at most `patience` seconds: a lead of this very second must wait two."""
    ends = house.clock.monotonic() + patience
    while not out_of_reach(house, report.sent) and (moment := next_send(house)) is not None:
        wait = (moment - house.clock.now()).total_seconds()
        if house.clock.monotonic() + wait > ends:
            break
        house.clock.sleep(max(wait, 0.1))
        report = replace(report, sent=report.sent.joined(send_only(house)))
    return report
