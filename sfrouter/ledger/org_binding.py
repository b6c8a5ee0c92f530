"""Which org this ledger belongs to, and whether that can be doubted: writes go nowhere else (F28)."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from sfrouter.ledger.anew import mark_anew
from sfrouter.ledger.errors import OrgChangedError, OrgInDoubtError
from sfrouter.ledger.notes import forget_pause, note_value, notes_beginning, put_note
from sfrouter.ledger.outbox_rows import move, writes_where
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.silence import forget_last_done
from sfrouter.ledger.tables import DECISION, NOTE, OUTBOX, PARKED
from sfrouter.model.org_kind import other_kind, with_kind
from sfrouter.model.write import LIVE_STATES, Write, WriteKind, WriteState

_ORG, _INSTANCE, _SANDBOX = "org_id", "org_instance", "org_sandbox"
_DOUBT = "org_doubt|"
_KINDS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundOrg:
    """The org of this ledger. `sandbox` is None when the org never said."""

    org_id: str
    instance: str = ""
    sandbox: bool | None = None


class OrgBinding(LedgerPart):
    """The org, its address, whether it is a sandbox; and what speaks against its being the one we knew."""

    def bind_org(self, org_id: str, *, instance: str = "", sandbox: bool | None = None) -> None:
        """Tie this ledger to an org at first use; a moved instance is noted.

        Raises OrgChangedError when the ledger belongs to another org, or to a production org of which this is a
        copy with the same id (or the other way round).
        """
        with self._store.write() as connection:
            bound, at = _bound(connection), self._store.now()
            if bound is not None:
                refuse_other_org(bound, BoundOrg(org_id=org_id, sandbox=sandbox))
            told = {_ORG: org_id, _INSTANCE: instance, _SANDBOX: "" if sandbox is None else str(sandbox).lower()}
            for name, value in told.items():
                if value and note_value(connection, name) != value:
                    put_note(connection, name, value, at)

    def org_id(self) -> str | None:
        """The org this ledger belongs to, None before the first sign-in."""
        with self._store.read() as connection:
            return note_value(connection, _ORG)

    def org(self) -> BoundOrg | None:
        """All that is known of that org."""
        with self._store.read() as connection:
            return _bound(connection)

    def adopt_org(self, org: BoundOrg) -> int:
        """From now on the ledger belongs to this org: every write still on its way names records of the old one
        and ends here, its lead is decided anew where the new org has it, and neither doubts nor anything else that
        the old org said about writing is left. Gives how many writes ended."""
        words = f"the ledger was given to org {org.org_id} before it was sent"
        with self._store.write() as connection:
            at = self._store.now()
            live = writes_where(connection, OUTBOX.c.state.in_([state.value for state in LIVE_STATES]))
            for write in live:
                move(connection, write, WriteState.SUPERSEDED, at, answer_text=words)
                if _is_newest(connection, write):
                    mark_anew(connection, write.lead_id, write.decision_number, words, at)
            connection.execute(PARKED.delete())
            forget_pause(connection)
            forget_last_done(connection)
            for name in (_ORG, _INSTANCE, _SANDBOX):
                connection.execute(NOTE.delete().where(NOTE.c.name == name))
            connection.execute(NOTE.delete().where(NOTE.c.name.startswith(_DOUBT, autoescape=True)))
        self.bind_org(org.org_id, instance=org.instance, sandbox=org.sandbox)
        return len(live)

    def doubt_org(self, noun: str, words: str) -> None:
        """Known records of a noun vanished in bulk: is this still the same org, seen with the same rights?"""
        with self._store.write() as connection:
            put_note(connection, _DOUBT + noun, words, self._store.now())

    def trust_org(self, noun: str) -> None:
        """The records are there again."""
        with self._store.write() as connection:
            connection.execute(NOTE.delete().where(NOTE.c.name == _DOUBT + noun))

    def doubts(self) -> Mapping[str, str]:
        """What speaks against the org, by noun; while there is anything, nothing is written."""
        with self._store.read() as connection:
            return {row.name.removeprefix(_DOUBT): row.value for row in notes_beginning(connection, _DOUBT)}

    def refuse_in_doubt(self) -> None:
        """Raises OrgInDoubtError while something speaks against the org."""
        for words in self.doubts().values():
            raise OrgInDoubtError(words)


def _is_newest(connection: Connection, write: Write) -> bool:
    """Is it the lead's own write, of its newest decision?"""
    newest = select(func.max(DECISION.c.number)).where(DECISION.c.lead_id == write.lead_id)
    return write.kind is WriteKind.LEAD and connection.execute(newest).scalar() == write.decision_number


def refuse_other_org(bound: BoundOrg, found: BoundOrg) -> None:
    """Raises OrgChangedError where work with the ledger of one org would begin in another (F28)."""
    if bound.org_id != found.org_id:
        raise OrgChangedError(bound=bound.org_id, found=found.org_id)
    if other_kind(bound.sandbox, found.sandbox):
        ours, theirs = (with_kind(one.org_id, one.sandbox) for one in (bound, found))
        raise OrgChangedError(bound=ours, found=theirs)


def _bound(connection: Connection) -> BoundOrg | None:
    org_id = note_value(connection, _ORG)
    instance = note_value(connection, _INSTANCE) or ""
    sandbox = _KINDS.get(note_value(connection, _SANDBOX) or "")
    return BoundOrg(org_id=org_id, instance=instance, sandbox=sandbox) if org_id else None
