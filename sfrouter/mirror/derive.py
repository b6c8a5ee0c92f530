"""The search columns of leads and accounts: what they are looked up by, worked out from what the org says.

How a name or an address becomes a key is matching's business and is handed in. When that changes (a new
version, another free-mail list), the columns are worked out anew from the mirror itself, without the org.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from sfrouter.base.database import writing
from sfrouter.matching.prepared import Prepared, prepare
from sfrouter.mirror import words
from sfrouter.mirror.convert import Columns, UnreadableRowError
from sfrouter.mirror.email_key import EmailKey, search_email
from sfrouter.mirror.store import Mirror
from sfrouter.mirror.tables import ROWS, table_of

_BATCH = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """How search keys are made. `version` changes whenever the same input may give another key."""

    company_key: Callable[[str], str]
    """A company name, normalised; "" when it names no company."""
    company_domain: Callable[[str], str]
    """The registrable domain behind an e-mail address; "" for free mail and nonsense."""
    version: str
    account_version: str = ""
    """The same for accounts alone, whose keys know no free-mail list; "" when it is the same."""
    prepare: Callable[[str, tuple[str, ...], str, str, tuple[str, ...]], Prepared] = prepare
    """What the matching index needs of an account's name, domains, country, city and other names."""


def _account(columns: Mapping[str, Any], keys: Keys) -> Columns:
    sites = words.domains(columns["domains"] or ())
    others = words.names(columns["other_names"] or ())
    made = keys.prepare(columns["name"], sites, columns["country"], columns["city"], others)
    return {
        "company_key": keys.company_key(columns["name"]),
        "search_words": made.words,
        "search_domains": made.domains,
        "search_country": made.country,
        "search_city": made.city,
        "search_marks": made.marks,
    }


def _lead(columns: Mapping[str, Any], keys: Keys) -> Columns:
    email = search_email(columns["email"])
    return {
        "email": email,
        "email_domain": keys.company_domain(email) if email else "",
        "company_key": keys.company_key(columns["company"]),
    }


_DERIVED: Mapping[str, tuple[tuple[str, ...], Callable[[Mapping[str, Any], Keys], Columns]]] = {
    "account": (("name", "other_names", "domains", "country", "city"), _account),
    "lead": (("email", "company"), _lead),
}


def derive(noun: str, columns: Columns, keys: Keys, email_key: EmailKey) -> Columns:
    """The row with its search columns. Raises UnreadableRowError when a key cannot be made."""
    if noun == "contact":  # of no use to the key makers, so never made anew
        # Addresses could be tried out on the row's digest, too, were it not keyed.
        return {**as_kept(noun, columns, email_key), "digest": email_key.hashed(columns["digest"])}
    if noun not in _DERIVED:
        return columns
    try:
        return {**columns, **_DERIVED[noun][1](columns, keys)}
    except Exception:
        # One odd name must not stop the others, whatever the key maker stumbles over (L3).
        raise UnreadableRowError("company", columns["id"]) from None


def as_kept(noun: str, columns: Columns, email_key: EmailKey) -> Columns:
    """What some fields say, as it stands in the mirror: a contact's address as its hash."""
    hidden = noun == "contact" and "email" in columns
    return {**columns, "email": email_key.hashed(columns["email"])} if hidden else columns


def refresh_keys(mirror: Mirror, keys: Keys) -> int:
    """Work out all search columns anew if they were made another way. Gives the number of rows changed."""
    changed = 0
    with writing(mirror.engine) as connection:
        for noun in _DERIVED:
            version = (keys.account_version if noun == "account" else "") or keys.version
            if mirror.fact(connection, keys_fact(noun)) != version:
                changed += _refresh(connection, noun, keys)
                mirror.set_fact(connection, keys_fact(noun), version)
    return changed


def keys_fact(noun: str) -> str:
    """Under which name the mirror knows the version of a noun's search columns."""
    return f"keys {noun}"


def _refresh(connection: Connection, noun: str, keys: Keys) -> int:
    table = table_of(ROWS[noun])
    sources, make = _DERIVED[noun]
    last, count = "", 0
    while True:
        query = select(table.c.id, *(table.c[name] for name in sources)).where(table.c.id > last)
        rows = [dict(row) for row in connection.execute(query.order_by(table.c.id).limit(_BATCH)).mappings()]
        if not rows:
            return count
        made = [{"row_id": row["id"], **make(row, keys)} for row in rows]
        names = [name for name in made[0] if name != "row_id"]
        statement = update(table).where(table.c.id == bindparam("row_id"))
        connection.execute(statement.values({name: bindparam(name) for name in names}), made)
        last, count = rows[-1]["id"], count + len(rows)
