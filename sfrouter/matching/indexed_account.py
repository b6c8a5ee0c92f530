"""An account as matching sees it: the values it is found by, and those that settle a tie (T01)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sfrouter.matching.email_domains import domain_of
from sfrouter.matching.names import MAX_NAME, Name, normalise
from sfrouter.matching.places import country_code, place_key
from sfrouter.model.records import Account, Relationship

_MOST_OTHER_NAMES = 6  # of one account; more are not looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedAccount:
    """What the index keeps of one account.

    `domains` as the org spells them: domains or web addresses. `other_names`: its name in kana or Latin letters,
    its trading name, each as the org spells it.
    """

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
    other_names: tuple[str, ...] = ()


def indexed(account: Account, has_open_opportunity: bool) -> IndexedAccount:
    """An account of the org as the index takes it. A private person has no name or domain to be found by (F44)."""
    if account.person:
        account = replace(account, name="", domains=(), other_names=())
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
        other_names=account.other_names,
    )


class Entry:
    """An account with its values made comparable once, when it enters the index.

    `typed`: its name as the org spells it. `others`: the same account under each of its other names; there
    `typed` and `name` are that name, and `place` says which it is: 1 the first, 0 the account's own name. What
    only a tie or a trace asks for is unpacked when `account` is read.
    """

    __slots__ = ("_account", "_unpack", "city", "country", "domains", "id", "name", "others", "place", "typed")

    def __init__(
        self, account_id: str, typed: str, name: Name, domains: tuple[str, ...], country: str, city: str,
        unpack: Callable[["Entry"], IndexedAccount], place: int = 0,
    ) -> None:  # fmt: skip
        self.id, self.typed, self.name, self.place = account_id, typed, name, place
        self.domains, self.country, self.city = domains, country, city
        self.others: tuple[Entry, ...] = ()
        self._account: IndexedAccount | None = None
        self._unpack = unpack

    @property
    def account(self) -> IndexedAccount:
        """All that the index keeps of the account."""
        if self._account is None:
            self._account = self._unpack(self)
        return self._account

    @property
    def words(self) -> tuple[str, ...]:
        """The words of all its names, those of its own first."""
        if not self.others:
            return self.name.tokens
        return tuple(word for one in (self, *self.others) for word in one.name.tokens)

    def called(self, place: int, typed: str, name: Name) -> "Entry":
        """The same account under another name."""
        return Entry(self.id, typed, name, self.domains, self.country, self.city, self._unpack, place)


def entry_of(account: IndexedAccount) -> Entry:
    """The comparable form of an account. Never raises, whatever the org holds."""
    found = {domain for text in account.domains if (domain := domain_of(text))}
    entry = Entry(
        account.id, account.name, normalise(account.name), tuple(sorted(found)),
        country_code(account.country), place_key(account.city), lambda _: account,
    )  # fmt: skip
    entry.others = tuple(other_entries(entry, account.other_names))
    return entry


def other_entries(entry: Entry, typed: Sequence[str]) -> Iterator[Entry]:
    """The account under each other name that says something: none twice, no "n/a", none too long to be a name."""
    known = {entry.name.key}
    for place, text in enumerate(typed[:_MOST_OTHER_NAMES], 1):
        name = normalise(text) if len(text) <= MAX_NAME else None
        if name is not None and name.usable and name.key not in known:
            known.add(name.key)
            yield entry.called(place, text, name)


def also_called(entry: Entry) -> str:
    """Says before what was found by another name that it is one; "" for the account's own name."""
    return f"{entry.account.name} is also called '{entry.typed}': " if entry.place else ""
