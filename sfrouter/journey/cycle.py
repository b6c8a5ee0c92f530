"""The order of the day: look for leads, decide each on its own, keep the decision, then write. Read this first."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sfrouter.base.log import logger
from sfrouter.journey.assembly import House
from sfrouter.journey.decide_waiting import DecideReport, decide_waiting
from sfrouter.journey.refresh import pull_leads
from sfrouter.model.decision import Decision
from sfrouter.model.write import WriteState
from sfrouter.writeback.report import SendReport

_log = logger("journey")


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
    """Look, decide, keep, write. With `dry_run` nothing is kept and nothing is written."""
    pulled = pull_leads(house)
    decided: DecideReport = decide_waiting(house, keep=not dry_run)
    sent = SendReport() if dry_run else send_only(house)
    return CycleReport(read=pulled.read, decisions=decided.decisions, failed=decided.failed, sent=sent)


def send_only(house: House) -> SendReport:
    """Send what is due, and say in the log what an operator should know."""
    report = house.sender.send_due()
    for sentence in report.news:
        _log.warning("org_says", what=sentence)
    if report.stopped:
        _log.warning("sending_stopped", why=report.stopped)
    return report


def next_send(house: House) -> datetime | None:
    """When the next write that waits may be sent, a second from now at the soonest; None when none waits."""
    now = house.clock.now()
    ripe = house.ledger.next_ripe()
    if ripe is None:
        return None
    pause = house.ledger.sending_pause(now)
    return max(ripe, now + timedelta(seconds=1), *([pause.until] if pause else []))


def settle(house: House, report: CycleReport, *, patience: float) -> CycleReport:
    """Go on sending until nothing waits, at most `patience` seconds: a lead of this very second must wait two."""
    ends = house.clock.monotonic() + patience
    while (moment := next_send(house)) is not None:
        wait = (moment - house.clock.now()).total_seconds()
        if house.clock.monotonic() + wait > ends:
            break
        house.clock.sleep(max(wait, 0.1))
        report = replace(report, sent=report.sent.joined(send_only(house)))
    return report
