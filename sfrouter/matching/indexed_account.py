"""An account as matching sees it: the values it is found by, and those that settle a tie (T01)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sfrouter.matching.email_domains import domain_of
from sfrouter.matching.names import Name, normalise
from sfrouter.matching.places import country_code, place_key
from sfrouter.model.records import Account, Relationship


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedAccount:
    """What the index keeps of one account. `domains` as the org spells them: domains or web addresses."""

    id: str
    name: str
    domains: tuple[str, ...] = ()
    country: str = ""
    city: str = ""
    strategic: bool = False
    customer: bool = False
    named: bool = False
    competitor: bool = False
    open_opportunity: bool = False
    last_activity_on: date | None = None
    created_at: datetime | None = None
    owner_id: str | None = None


def indexed(account: Account, has_open_opportunity: bool) -> IndexedAccount:
    """An account of the org as the index takes it."""
    return IndexedAccount(
        id=account.id,
        name=account.name,
        domains=account.domains,
        country=account.country,
        city=account.city,
        strategic=account.strategic,
        customer=account.relationship is Relationship.CUSTOMER,
        named=account.named,
        competitor=account.competitor,
        open_opportunity=has_open_opportunity,
        last_activity_on=account.last_activity_on,
        created_at=account.created_at,
        owner_id=account.owner_id,
    )


class Entry:
    """An account with its values made comparable once, when it enters the index.

    `typed`: its name as the org spells it. What only a tie or a trace asks for is unpacked when `account` is read.
    """

    __slots__ = ("_account", "_unpack", "city", "country", "domains", "id", "name", "typed")

    def __init__(
        self, account_id: str, typed: str, name: Name, domains: tuple[str, ...], country: str, city: str,
        unpack: Callable[["Entry"], IndexedAccount],
    ) -> None:  # fmt: skip
        self.id, self.typed, self.name = account_id, typed, name
        self.domains, self.country, self.city = domains, country, city
        self._account: IndexedAccount | None = None
        self._unpack = unpack

    @property
    def account(self) -> IndexedAccount:
        """All that the index keeps of the account."""
        if self._account is None:
            self._account = self._unpack(self)
        return self._account


def entry_of(account: IndexedAccount) -> Entry:
    """The comparable form of an account. Never raises, whatever the org holds."""
    found = {domain for text in account.domains if (domain := domain_of(text))}
    return Entry(
        account.id, account.name, normalise(account.name), tuple(sorted(found)),
        country_code(account.country), place_key(account.city), lambda _: account,
    )  # fmt: skip
