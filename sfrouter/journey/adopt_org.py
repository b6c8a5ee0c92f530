"""Gives the ledger to the org that signs us in now: after a refreshed sandbox, a move, a great clean-up (F28)."""

from dataclasses import dataclass

from sfrouter.base.clock import Clock, SystemClock
from sfrouter.config.settings import Settings
from sfrouter.journey.assembly import open_desk, open_gateway
from sfrouter.journey.kept_index import INDEX_FILE
from sfrouter.ledger.org_binding import BoundOrg


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """What is given to whom. `ended` writes on their way were given up; before it was `done`, they would be."""

    before: BoundOrg | None
    after: BoundOrg
    doubts: tuple[str, ...]
    ended: int
    done: bool


def adopt_org(settings: Settings, *, really: bool, clock: Clock | None = None) -> Adoption:
    """Look who answers, and with `really` give the ledger to that org: decisions and turns stay, writes on their
    way end, the mirror is emptied. Raises what the sign-in raises. Nothing is written to any org."""
    watch = clock or SystemClock()
    with open_desk(settings, watch, alone=True) as desk:
        gateway = open_gateway(settings, watch)
        try:
            identity = gateway.identity()
            after = BoundOrg(org_id=identity.org_id, instance=gateway.instance_url, sandbox=identity.sandbox)
        finally:
            gateway.close()
        before, doubts = desk.ledger.org(), tuple(desk.ledger.doubts().values())
        ended = desk.ledger.status().live
        if really:
            # The ledger last: after a death in between it is still the old org's, and the next start asks for this
            # again; the other way round, leads would be decided on what the old org said.
            desk.mirror.empty()
            (settings.data_dir / INDEX_FILE).unlink(missing_ok=True)
            ended = desk.ledger.adopt_org(after)
    return Adoption(before=before, after=after, doubts=doubts, ended=ended, done=really)
