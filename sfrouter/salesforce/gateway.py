"""The door itself: everything the router can ask of the org, or tell it, in one short list."""

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sfrouter.base.clock import Clock
from sfrouter.model.ids import to_18
from sfrouter.salesforce.answers import CallError
from sfrouter.salesforce.auth import TokenHolder
from sfrouter.salesforce.bulk import BulkReader
from sfrouter.salesforce.counts import CallCount, CallKind
from sfrouter.salesforce.covered import all_latest_covered, latest_covered
from sfrouter.salesforce.descriptions import Descriptions
from sfrouter.salesforce.door import Door, public_error
from sfrouter.salesforce.errors import (
    DAILY_PROBE_SECONDS,
    AnswerRefusedError,
    FieldMissingError,
    ObjectMissingError,
    QueryFailedError,
)
from sfrouter.salesforce.faults import Verdict
from sfrouter.salesforce.hanging import hanging_on
from sfrouter.salesforce.library import Library
from sfrouter.salesforce.reading import QueryReader, Row
from sfrouter.salesforce.rows import RowAnswer, RowChange, WireValue
from sfrouter.salesforce.sign_in import Credentials
from sfrouter.salesforce.soql import select
from sfrouter.salesforce.together import Together
from sfrouter.salesforce.transport import Transport, Wire
from sfrouter.salesforce.whose import IDENTITY, Whose
from sfrouter.salesforce.writing import RowWriter

_VERSION = re.compile(r"v?(\d{2,3}\.0)")


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """How the org is asked. Seconds everywhere; `max_retries` counts all tries of one question."""

    api_version: str = "65.0"
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    call_seconds: float = 180.0  # one whole answer
    query_seconds: float = 600.0  # all pages of one query
    max_retries: int = 3
    page_size: int = 2000
    daily_probe_seconds: float = DAILY_PROBE_SECONDS
    save_duplicates: bool = False  # change rows although a duplicate rule of the org warns
    org_id: str = ""  # the only org to work with; "": the one that the first sign-in leads to
    proxy: str = ""
    ca_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who we are at which org; ids of 18 characters. `sandbox` is None when the org does not say."""

    user_id: str
    org_id: str
    sandbox: bool | None = None


class Gateway:
    """Thread-safe. Nothing is sent before the first call.

    Questions raise SignInRefusedError, OrgUnreachableError (OrgBusyError), DailyLimitError, VersionRetiredError,
    UntrustedAddressError, OtherOrgError, QueryFailedError, FieldMissingError, ObjectMissingError or
    AnswerRefusedError.
    Changes raise none of these: each row gets its own answer.
    """

    def __init__(
        self, credentials: Credentials, settings: GatewaySettings, clock: Clock, *, seed: int = 0
    ) -> None:
        """Raises SignInRefusedError, UntrustedAddressError or ValueError when the settings cannot be right."""
        version = _VERSION.fullmatch(settings.api_version)
        if version is None:
            raise ValueError("an API version looks like 65.0")
        wire = Wire(
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.read_timeout,
            call_seconds=settings.call_seconds,
            proxy=settings.proxy,
            ca_file=settings.ca_file,
        )
        self._transport = Transport(wire, clock)
        self._door = Door(
            TokenHolder(credentials, self._transport, clock, org_id=settings.org_id),
            self._transport,
            clock,
            random.Random(seed),  # noqa: S311 - waiting times only
            version=version[1],
            tries=settings.max_retries,
            daily_probe=settings.daily_probe_seconds,
        )
        self._reader = QueryReader(
            self._door, clock, page_size=settings.page_size, query_seconds=settings.query_seconds
        )
        self._writer = RowWriter(self._door, save_duplicates=settings.save_duplicates)
        self._together = Together(self._door, clock)
        self._descriptions = Descriptions(self._door, clock, self._together)
        self._bulk = BulkReader(self._door, clock, self.describe, query_seconds=settings.query_seconds)

    def query(self, soql: str, *, deleted: bool = False) -> Iterator[Row]:
        """Rows without `attributes`, page by page, each record once; `deleted` includes the recycle bin.

        When it raises, also in the middle, nothing of what it gave may be kept.
        """
        try:
            yield from self._reader.rows(soql, deleted=deleted)
        except (FieldMissingError, ObjectMissingError) as missing:
            self._descriptions.forget(missing.object_name)
            raise

    def query_bulk(self, soql: str, *, deleted: bool = False) -> Iterator[Row]:
        """The same rows in the order of the query by a bulk job, for very many of them (F20).

        Raises BulkFailedError, also in the middle: then the rest is to be read by `query`.
        """
        return self._bulk.rows(soql, deleted=deleted)

    def while_waiting(self, call: Callable[[], None]) -> None:
        """Call this now and then while a job of the org is waited for. What it raises ends the wait."""
        self._bulk.waiting = call

    def query_all_rows(self, soql: str, *, deleted: bool = False) -> list[Row]:
        """The same, complete or not at all."""
        return list(self.query(soql, deleted=deleted))

    def count(self, soql: str) -> int:
        """The answer to a `SELECT COUNT() FROM ...`."""
        return self._reader.count(soql)

    def describe(self, object_name: str) -> Mapping[str, Any]:
        """What the org says the object looks like to our user, at most an hour old (F11, F12)."""
        return self._descriptions.get(object_name)

    def expect_descriptions(self, object_names: Iterable[str]) -> None:
        """These objects will be asked for: all at once takes one call of the day instead of one each."""
        self._descriptions.expect(object_names)

    def redescribe(self, object_name: str) -> Mapping[str, Any]:
        """The same, asked now."""
        return self._descriptions.fetch(object_name)

    def latest_covered(self, object_name: str) -> datetime:
        """The moment before which no change of an object is still to come into sight (see `covered`)."""
        return latest_covered(self._door, object_name, self.server_now())

    def all_latest_covered(self, object_names: Sequence[str]) -> Mapping[str, datetime]:
        """The same for several objects in one call, without those of which it says nothing."""
        return all_latest_covered(self._together, object_names, self.server_now())

    def change_rows(self, object_name: str, changes: Sequence[RowChange]) -> list[RowAnswer]:
        """Conditional updates that no assignment rule follows; one answer a row, in order, never sent twice."""
        return self._writer.change(object_name, changes)

    def create_rows(self, object_name: str, rows: Sequence[Mapping[str, WireValue]]) -> list[RowAnswer]:
        """New rows; one answer a row, in order, never sent twice."""
        return self._writer.create(object_name, rows)

    def delete_rows(self, record_ids: Sequence[str]) -> list[RowAnswer]:
        """Records into the recycle bin; one answer a row, in order. The org knows no condition for this."""
        return self._writer.remove(record_ids)

    def hanging_on(self, object_name: str, record_id: str) -> tuple[str, ...]:
        """The kinds of record, in the org's words, that people hung on this one: its deletion would hit them."""
        return hanging_on(self.describe(object_name), record_id, self.count)

    def identity(self) -> Identity:
        """Who we are and where: checked before any write (F28)."""
        url = self._door.token().identity_url or self._identity_url()
        found = IDENTITY.fullmatch(url)
        if found is None:
            raise AnswerRefusedError("it does not say who we are", code="NO_IDENTITY", verdict=Verdict.STOP)
        org_id, user_id = to_18(found[2]), to_18(found[3])
        organization = self._organization()
        if organization and to_18(str(organization.get("Id"))) != org_id:
            raise AnswerRefusedError("it names two different orgs", code="TWO_ORGS", verdict=Verdict.STOP)
        sandbox = organization.get("IsSandbox")
        return Identity(user_id=user_id, org_id=org_id, sandbox=sandbox if isinstance(sandbox, bool) else None)

    def token_org(self) -> str:
        """The org that the token in use belongs to, as the last sign-in named it; "" when none did."""
        return Whose.of(self._door.token().identity_url).org_id

    def refuse_other_org(self) -> None:
        """Raises OtherOrgError when a sign-in led to another org than before; asks nobody (F28)."""
        self._door.refuse_other_org()

    def limits(self) -> Mapping[str, tuple[int, int]]:
        """Every limit of the org: (most, remaining)."""
        body = self._ask(CallKind.LIMITS, "limits")
        entries = body.items() if isinstance(body, dict) else ()
        return {
            name: (entry["Max"], entry["Remaining"])
            for name, entry in entries
            if isinstance(entry, dict)
            and isinstance(entry.get("Max"), int)
            and isinstance(entry.get("Remaining"), int)
        }

    def versions(self) -> list[str]:
        """The API versions that the org speaks, oldest first; needs no call of the day's budget."""
        try:
            listed = json.loads(self._door.ask_without_token("/services/data"))
            return sorted((str(one["version"]) for one in listed), key=float)
        except CallError as trouble:
            raise public_error(trouble, self._door.version) from None
        except (ValueError, TypeError, KeyError):
            raise QueryFailedError("the list of API versions cannot be read") from None

    @property
    def instance_url(self) -> str:
        """The org's own address, where people open its records; signs in when nobody has yet."""
        return self._door.token().instance_url

    @property
    def usage(self) -> tuple[int, int] | None:
        """(used, allowed) calls of the org's day as of the last answer, None before the first."""
        return self._transport.counter.usage

    @property
    def calls(self) -> CallCount:
        """Requests sent since this gateway was made."""
        return self._transport.counter.count()

    def server_now(self) -> datetime:
        """The time at the org, never ahead of it; our own before the first answer."""
        return self._transport.server_time.now()

    @property
    def clock_skew(self) -> timedelta | None:
        """How far the org's clock is ahead of this machine's (F29); None before its first answer."""
        found = self._transport.server_time
        return found.skew() if found.known else None

    def close(self) -> None:
        """Close all connections; the gateway may still be used and opens new ones."""
        self._transport.close()

    def _ask(self, kind: CallKind, path: str) -> Any:
        try:
            return self._door.ask(kind, lambda library: library.get(path))
        except CallError as trouble:
            raise public_error(trouble, self._door.version) from None

    def _identity_url(self) -> str:
        """For a ready-made token: the list of resources names the identity, else the user information does."""
        listed = self._ask(CallKind.IDENTITY, "")
        url = listed.get("identity") if isinstance(listed, dict) else None
        if isinstance(url, str):
            return url
        try:
            told = self._door.ask(CallKind.IDENTITY, Library.userinfo)
        except CallError as trouble:
            raise public_error(trouble, self._door.version) from None
        return str(told.get("sub", "")) if isinstance(told, dict) else ""

    def _organization(self) -> Mapping[str, Any]:
        """The org's own record, empty when our user may not read it."""
        try:
            rows = self.query_all_rows(select(["Id", "IsSandbox"], "Organization", limit=1))
        except (FieldMissingError, ObjectMissingError, QueryFailedError):
            return {}
        return rows[0] if rows else {}
