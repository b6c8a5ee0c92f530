"""Erases what the house knows of people: at once on request, and by itself when the org deleted their leads."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sfrouter.base.clock import SystemClock
from sfrouter.base.database import fold_journal
from sfrouter.base.errors import SfrouterError
from sfrouter.base.log import logger
from sfrouter.config.settings import Settings
from sfrouter.journey.assembly import House
from sfrouter.journey.gone_leads import gone_for_good
from sfrouter.journey.ledger_file import LEDGER_FILE, MIRROR_FILE
from sfrouter.ledger.backup import Backup
from sfrouter.ledger.erasure import Erased
from sfrouter.ledger.ledger import Ledger
from sfrouter.mirror.forget import (
    contacts_of_email,
    forget_contacts,
    forget_leads,
    leads_of_email,
    unknown_leads,
)
from sfrouter.mirror.store import Mirror
from sfrouter.model.ids import to_18

_log = logger("journey")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureReport:
    """What went. `alive`: leads that the org still had when it was last asked; it brings them back.

    `unknown`: those of the ids of which nothing was known, in either store, not even an earlier erasure.
    """

    lead_ids: tuple[str, ...]
    alive: tuple[str, ...]
    erased: Erased
    folded: bool  # are the journals cut to nothing too?
    contacts: int = 0  # known contacts with the address; the org brings them back unless they are deleted there
    backups: tuple[Backup, ...] = ()  # copies made earlier, which an erasure does not reach
    unknown: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Was nothing at all known of anybody who was asked for?"""
        return len(self.unknown) == len(self.lead_ids) and not self.contacts


@contextmanager
def open_stores(settings: Settings, *, alone: bool) -> Iterator[tuple[Ledger, Mirror]]:
    """Ledger and mirror without the admin's files: a fault in those shall not keep anybody from being erased.

    `alone`: no daemon works with the data folder, so that an unfit mirror may be made anew; else it is refused.
    """
    ledger = Ledger.open(settings.data_dir / LEDGER_FILE, SystemClock())
    mirror = Mirror.open(settings.data_dir / MIRROR_FILE, anew=alone)
    try:
        yield ledger, mirror
    finally:
        mirror.close()
        ledger.close()


class NobodyToEraseError(SfrouterError):
    """Nothing is known of this address."""

    def __init__(self) -> None:
        super().__init__(
            "nobody with this address is known here",
            mend="give the lead's id with --lead: of a lead that was deleted in the org no address is kept",
        )


def leads_meant(mirror: Mirror, lead_ids: Collection[str], email: str) -> tuple[str, ...]:
    """The ids of the leads to erase, none where only a contact has the address.

    Raises ValueError for what is no id, NobodyToEraseError.
    """
    ids = [to_18(one.strip()) for one in lead_ids]
    found = leads_of_email(mirror, email) if email else ()
    if email and not found and not ids and not contacts_of_email(mirror, email):
        raise NobodyToEraseError
    return tuple(dict.fromkeys((*ids, *found)))


def erase(ledger: Ledger, mirror: Mirror, lead_ids: Collection[str], *, email: str = "") -> ErasureReport:
    """Erase these leads in both stores and their journals, now; with `email` the contacts of that address too."""
    unknown = _unknown(ledger, mirror, lead_ids)
    contacts = forget_contacts(mirror, email)
    alive = forget_leads(mirror, lead_ids)
    erased = ledger.erase_leads(lead_ids)
    folded = cut_journals(ledger, mirror)
    report = ErasureReport(
        lead_ids=tuple(lead_ids), alive=alive, erased=erased, folded=folded, contacts=contacts, unknown=unknown,
    )  # fmt: skip
    return report if report.nothing else replace(report, backups=ledger.backups())


def _unknown(ledger: Ledger, mirror: Mirror, lead_ids: Collection[str]) -> tuple[str, ...]:
    strangers = unknown_leads(mirror, lead_ids)
    strangers -= {*ledger.unerased(strangers), *ledger.standings(strangers)}
    return tuple(one for one in lead_ids if one in strangers)


def cut_journals(ledger: Ledger, mirror: Mirror) -> bool:
    """Cut both journals to nothing, as they may hold what was erased. False when somebody reads a database."""
    return fold_journal(mirror.engine) & ledger.fold_journal()


def erase_deleted(house: House, *, compared: bool = True) -> ErasureReport | None:
    """Erase the leads that the org no longer has, once each; None when there is nothing to do.

    Where somebody read a database meanwhile, its journal is cut by the next call.

    See `gone_for_good` for what tells them from leads that only cannot be seen; `compared` is said there.
    """
    desk, gone = house.desk, gone_for_good(house, compared=compared)
    if not gone:
        desk.journals_hold_erased = desk.journals_hold_erased and not cut_journals(house.ledger, desk.mirror)
        return None
    report = erase(house.ledger, desk.mirror, tuple(dict.fromkeys(gone)))
    desk.journals_hold_erased = not report.folded
    _log.info("erased", leads=report.erased.leads, decisions=report.erased.decisions, journals_cut=report.folded)
    return replace(report, alive=())
