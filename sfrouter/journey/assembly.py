"""Puts the house together from the settings: files, databases, the door to the org; and shuts it again."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sfrouter.base.clock import Clock, SystemClock
from sfrouter.base.errors import BadFilesError
from sfrouter.config.policy import Configuration, read_configuration
from sfrouter.config.settings import Settings
from sfrouter.journey.desk import Desk
from sfrouter.journey.kept_index import INDEX_FILE
from sfrouter.journey.ledger_file import LEDGER_FILE, MIRROR_FILE, refuse_lost_ledger
from sfrouter.ledger.ledger import Ledger
from sfrouter.matching.key_version import normaliser_version
from sfrouter.matching.search_keys import company_domain_of, company_key_of, keys_version
from sfrouter.mirror.derive import Keys
from sfrouter.mirror.pull import Puller
from sfrouter.mirror.reader import Reader
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import ROWS
from sfrouter.salesforce.gateway import Gateway, GatewaySettings, Identity
from sfrouter.salesforce.sign_in import Credentials
from sfrouter.writeback.send import Sender


@dataclass(slots=True)
class House:
    """Desk and door. `identity` is known after the first word with the org, `loaded` after the first full read,
    `sharing_known` once this process asked whether records may be hidden from our user. `hurry`: with the next
    sending, what waits for a right has its turn; at a start, and when somebody asks for it.

    `stopping` is asked between two steps: an orderly stop shall not wait for the last of ten thousand leads.
    `alive` is called when a long work has got on.
    """

    settings: Settings
    clock: Clock
    desk: Desk
    gateway: Gateway
    puller: Puller
    sender: Sender
    identity: Identity | None = None
    loaded: bool = False
    sharing_known: bool = False
    hurry: bool = True
    stopping: Callable[[], bool] = lambda: False
    alive: Callable[[], None] = lambda: None
    round_ends: float = math.inf  # monotonic

    def begin_round(self) -> None:
        """A round begins: what is not done by its deadline is left to the next."""
        self.round_ends = self.clock.monotonic() + self.settings.cycle_seconds

    def must_end(self) -> bool:
        """Shall the round end at its next step: told to stop, or past its deadline?"""
        return self.stopping() or self.clock.monotonic() > self.round_ends

    @property
    def ledger(self) -> Ledger:
        """What was decided and done."""
        return self.desk.ledger


def read_files(settings: Settings) -> Configuration:
    """The admin's files. Raises BadFilesError with every fault of all of them."""
    found, problems = read_configuration(settings.mappings_dir)
    if found is None or any(not problem.warning for problem in problems):
        raise BadFilesError(problems)
    return found


@contextmanager
def open_desk(
    settings: Settings, clock: Clock | None = None, *, files: Configuration | None = None, alone: bool = False
) -> Iterator[Desk]:
    """Everything that needs no org: for explain, status and dry thoughts. `files` when they were read already.

    `alone`: no other process works with the data folder, so that an unfit mirror may be made anew. Whoever is not
    and finds a folder without both databases makes none: a backup would copy the empty ledger for ever.

    Raises BadFilesError, StoreUnusableError (LedgerLostError too: a mirror whose ledger has gone).
    """
    files = files or read_files(settings)
    places = [settings.data_dir / LEDGER_FILE, settings.data_dir / MIRROR_FILE]
    kept = alone or any(place.exists() for place in places)
    refuse_lost_ledger(settings.data_dir)
    ledger = Ledger.open(places[0] if kept else None, clock or SystemClock())
    mirror = Mirror.open(places[1] if kept else None, anew=alone)
    try:
        reader = Reader(mirror, files.mapping)
        yield Desk(files.mapping, files.policy, mirror, reader, ledger, index_file=settings.data_dir / INDEX_FILE)
    finally:
        mirror.close()
        ledger.close()


@contextmanager
def open_house(
    settings: Settings, *, clock: Clock | None = None, files: Configuration | None = None, alone: bool = True
) -> Iterator[House]:
    """The whole house; nothing is asked of the org yet.

    `alone` as in `open_desk`: a command that may run beside a daemon is not.
    Raises also SignInRefusedError for incomplete settings.
    """
    watch = clock or SystemClock()
    with open_desk(settings, watch, files=files, alone=alone) as desk:
        gateway = open_gateway(
            settings,
            watch,
            save_duplicates=desk.policy.duplicate_leads == "save",
            org_id=desk.ledger.org_id() or "",
        )
        nouns = [noun for noun in (*ROWS, "queue_object") if noun in desk.mapping.objects]
        gateway.expect_descriptions(desk.mapping.of(noun).object_name for noun in nouns)
        free_mail = desk.policy.matching
        keys = Keys(
            company_key=company_key_of,
            company_domain=lambda address: company_domain_of(address, free_mail),
            version=keys_version(free_mail),
            account_version=normaliser_version(),
        )
        bulk_from = settings.bulk_from_rows
        puller = Puller(gateway, desk.mirror, desk.mapping, watch, keys=keys, bulk_from=bulk_from)
        sender = Sender(gateway, desk.ledger, desk.mapping, watch)
        try:
            yield House(settings, watch, desk, gateway, puller, sender)
        finally:
            gateway.close()


def open_gateway(settings: Settings, clock: Clock, *, save_duplicates: bool = False, org_id: str = "") -> Gateway:
    """The door to the org, as the settings describe it; with `org_id` to this org only."""
    credentials = Credentials(
        login_url=settings.salesforce_login_url,
        instance_url=settings.salesforce_instance_url,
        client_id=settings.salesforce_client_id,
        client_secret=settings.salesforce_client_secret.get_secret_value(),
        username=settings.salesforce_username,
        jwt_key_file=_text(settings.salesforce_jwt_key_file),
        access_token=settings.salesforce_access_token.get_secret_value(),
    )
    how = GatewaySettings(
        api_version=settings.salesforce_api_version, save_duplicates=save_duplicates, org_id=org_id,
        ca_file=_text(settings.salesforce_ca_file), proxy=settings.salesforce_proxy.get_secret_value(),
    )  # fmt: skip
    return Gateway(credentials, how, clock)


def _text(path: Path | None) -> str:
    return str(path) if path else ""
