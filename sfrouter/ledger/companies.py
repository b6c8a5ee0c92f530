"""The company profiles of leads without an account: what belongs together since when, and why."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, RowMapping, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from sfrouter.base.errors import SfrouterError
from sfrouter.ledger.part import LedgerPart
from sfrouter.ledger.tables import PROFILE, PROFILE_KEY, PROFILE_WORD
from sfrouter.model.company import Corrections, Join, JoinReason, Profile

_MANY = 500  # keys in one IN list
# What every decision without an account asks; made once, as making one costs more than running it.
_THESE: BindParameter[str] = bindparam("keys", expanding=True)
_PROFILE_OF = select(PROFILE_KEY.c.key, PROFILE_KEY.c.profile_id).where(PROFILE_KEY.c.key.in_(_THESE))
_LEADS_BESIDE = select(PROFILE_KEY.c.key).where(PROFILE_KEY.c.beside.in_(_THESE))
_LEADS_BESIDE = _LEADS_BESIDE.where(PROFILE_KEY.c.key.startswith("lead "))
_WORDS = select(PROFILE_WORD)
_NEW = PROFILE.insert()
_ADD_KEY = insert(PROFILE_KEY).on_conflict_do_nothing()


class NoSuchProfileError(SfrouterError):
    """No profile has this number or key."""

    def __init__(self, which: str) -> None:
        super().__init__(
            f"there is no company profile '{which}'",
            mend="'sfrouter profile list' shows them all; name one by its number, a lead's id, a domain or a name",
        )


class NotOfProfileError(SfrouterError):
    """Something is to be split off a profile that does not hold it, or all of it is to go."""

    def __init__(self, profile_id: int, what: str) -> None:
        super().__init__(
            f"profile {profile_id} cannot be split: {what}",
            mend=f"'sfrouter profile show {profile_id}' shows what it holds",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKey:
    """A domain, name or lead of a profile, with its reason: it joined `beside` another key."""

    key: str
    joined_at: datetime
    beside: str
    why: JoinReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """An earlier profile that proved to be the same company, when, and by which pair of keys."""

    id: int
    at: datetime
    because: Join | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProfile:
    """A company profile as the ledger keeps it, its keys in the order in which they joined."""

    id: int
    made_at: datetime
    keys: tuple[StoredKey, ...]
    merged: tuple[Merged, ...] = ()

    @property
    def lead_ids(self) -> tuple[str, ...]:
        """The leads whose decisions were kept with this profile."""
        return tuple(one.key.removeprefix("lead ") for one in self.keys if one.key.startswith("lead "))


class Companies(LedgerPart):
    """Profiles (R061-R063) and what people said of them."""

    def profiles(self, limit: int = 1000) -> tuple[StoredProfile, ...]:
        """The living profiles, newest first."""
        alive = PROFILE.c.merged_into.is_(None)
        query = select(PROFILE.c.id).where(alive).order_by(PROFILE.c.id.desc()).limit(limit)
        with self._store.read() as connection:
            return tuple(_stored(connection, one) for one in connection.execute(query).scalars().all())

    def profile(self, profile_id: int) -> StoredProfile | None:
        """One profile; of a merged one that which it is part of now."""
        with self._store.read() as connection:
            survivor = _survivor(connection, profile_id)
            return None if survivor is None else _stored(connection, survivor)

    def profile_with(self, key: str) -> StoredProfile | None:
        """The profile that holds a domain, name or lead."""
        with self._store.read() as connection:
            found = _ids_of(connection, (key,))
            return _stored(connection, found[key]) if found else None

    def profile_leads(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The leads that joined some profile by one of these keys."""
        with self._store.read() as connection:
            found = connection.execute(_LEADS_BESIDE, {"keys": tuple(keys)}).scalars()
            return tuple(key.removeprefix("lead ") for key in found)

    def corrections(self) -> Corrections:
        """All that people said."""
        with self._store.read() as connection:
            rows = connection.execute(_WORDS).all()
        together, apart = (
            frozenset((row.left, row.right) for row in rows if row.apart is kind) for kind in (False, True)
        )
        return Corrections(together=together, apart=apart)

    def split_profile(self, profile_id: int, keys: Sequence[str]) -> StoredProfile:
        """These keys are another company from now on, for ever. Returns their own new profile.

        Raises NoSuchProfileError; NotOfProfileError when a key is not there or nothing else would be left.
        """
        at = self._store.now()
        with self._store.write() as connection:
            survivor = _survivor(connection, profile_id)
            if survivor is None:
                raise NoSuchProfileError(str(profile_id))
            held = [one.key for one in _stored(connection, survivor).keys]
            _check_split(survivor, keys, held)
            moved = _with_their_leads(connection, keys)
            rest = [key for key in held if key not in moved]
            if not rest:
                raise NotOfProfileError(survivor, "nothing would be left in it")
            told = [key for key in rest if not key.startswith("lead ")] or rest  # leads follow their keys
            for key in keys:
                _say(connection, ((key, other) for other in told), apart=True, at=at)
            number = _new(connection, at)
            connection.execute(PROFILE_KEY.update().where(PROFILE_KEY.c.key.in_(moved)).values(profile_id=number))
            return _stored(connection, number)

    def join_profiles(self, one_id: int, other_id: int) -> StoredProfile:
        """Two profiles are one company, whatever was said before. Raises NoSuchProfileError."""
        at = self._store.now()
        with self._store.write() as connection:
            found = [(number, _survivor(connection, number)) for number in (one_id, other_id)]
            for number, survivor in found:
                if survivor is None:
                    raise NoSuchProfileError(str(number))
            one, other = (_stored(connection, survivor) for _, survivor in found if survivor is not None)
            if one.id == other.id:
                return one
            left, right = sorted((_principal(one), _principal(other)))
            _forget_apart(connection, [key.key for key in one.keys], [key.key for key in other.keys])
            _say(connection, [(left, right)], apart=False, at=at)
            join = Join(left=left, right=right, why=JoinReason.BY_HAND)
            return _stored(connection, _merge(connection, {one.id, other.id}, join, at))


def keep_profile(connection: Connection, profile: Profile, at: datetime) -> None:
    """Keep what belongs together inside a transaction: a new profile, more keys, or several that are one now."""
    known = _ids_of(connection, profile.keys)
    ids = set(known.values())
    number = _new(connection, at) if not ids else min(ids)
    if len(ids) > 1:
        _merge(connection, ids, _between(profile, known), at)
    reasons: dict[str, tuple[str, JoinReason]] = {}
    for join in profile.joins:
        reasons.setdefault(join.left, (join.right, join.why))
        reasons.setdefault(join.right, (join.left, join.why))
    for key in profile.keys:
        if key not in known and key in reasons:
            beside, why = reasons[key]
            values = {"profile_id": number, "joined_at": at, "beside": beside, "why": why.value}
            connection.execute(_ADD_KEY, {"key": key, **values})


def _between(profile: Profile, known: Mapping[str, int]) -> Join | None:
    """A join that made two profiles one: its two sides were not in the same one before."""
    both = [join for join in profile.joins if known.get(join.left) != known.get(join.right)]
    return next((join for join in both if join.left in known and join.right in known), both[0] if both else None)


def _check_split(profile_id: int, keys: Sequence[str], held: Sequence[str]) -> None:
    for key in keys:
        if key not in held:
            raise NotOfProfileError(profile_id, f"it does not hold the {key}")


def _with_their_leads(connection: Connection, keys: Sequence[str]) -> frozenset[str]:
    """Keys, and the leads that joined by one of them."""
    return frozenset((*keys, *connection.execute(_LEADS_BESIDE, {"keys": keys}).scalars()))


def _say(connection: Connection, pairs: Iterable[tuple[str, str]], *, apart: bool, at: datetime) -> None:
    for pair in pairs:
        left, right = sorted(pair)
        news = {"apart": apart, "said_at": at}
        statement = insert(PROFILE_WORD).values(left=left, right=right, **news)
        connection.execute(statement.on_conflict_do_update(index_elements=["left", "right"], set_=news))


def _forget_apart(connection: Connection, some: Sequence[str], others: Sequence[str]) -> None:
    left, right, apart = PROFILE_WORD.c.left, PROFILE_WORD.c.right, PROFILE_WORD.c.apart
    across = (left.in_(some) & right.in_(others)) | (left.in_(others) & right.in_(some))
    connection.execute(PROFILE_WORD.delete().where(apart.is_(True), across))


def _principal(profile: StoredProfile) -> str:
    """The key that a person's word about a whole profile rests on: a domain, else a name, else a lead."""
    order = {"domain": 0, "name": 1, "lead": 2}
    return min((one.key for one in profile.keys), key=lambda key: (order[key.partition(" ")[0]], key))


def _new(connection: Connection, at: datetime) -> int:
    made = connection.execute(_NEW, {"made_at": at}).inserted_primary_key
    return int(made[0]) if made else 0


def _merge(connection: Connection, ids: set[int], join: Join | None, at: datetime) -> int:
    """Several profiles become the oldest of them."""
    survivor, *others = sorted(ids)
    because = None if join is None else json.dumps([join.left, join.right, join.why.value])
    moved = PROFILE_KEY.c.profile_id.in_(others)
    connection.execute(PROFILE_KEY.update().where(moved).values(profile_id=survivor))
    values = {"merged_into": survivor, "merged_at": at, "merged_because": because}
    connection.execute(PROFILE.update().where(PROFILE.c.id.in_(others)).values(**values))
    return survivor


def _ids_of(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(keys), _MANY):
        some = keys[start : start + _MANY]
        found.update({row.key: row.profile_id for row in connection.execute(_PROFILE_OF, {"keys": some})})
    return found


def _survivor(connection: Connection, profile_id: int) -> int | None:
    here: int | None = profile_id
    while here is not None:
        row = connection.execute(select(PROFILE.c.merged_into).where(PROFILE.c.id == here)).one_or_none()
        if row is None:
            return None
        if row.merged_into is None:
            return here
        here = row.merged_into
    return None


def _stored(connection: Connection, profile_id: int) -> StoredProfile:
    made = connection.execute(select(PROFILE.c.made_at).where(PROFILE.c.id == profile_id)).scalar_one()
    kept = select(PROFILE_KEY).where(PROFILE_KEY.c.profile_id == profile_id)
    rows = connection.execute(kept.order_by(PROFILE_KEY.c.joined_at, PROFILE_KEY.c.key)).mappings()
    gone = select(PROFILE).where(PROFILE.c.merged_into == profile_id).order_by(PROFILE.c.id)
    return StoredProfile(
        id=profile_id,
        made_at=made,
        keys=tuple(_key(row) for row in rows),
        merged=tuple(_merged(row) for row in connection.execute(gone).mappings().all()),
    )


def _key(row: RowMapping) -> StoredKey:
    return StoredKey(key=row["key"], joined_at=row["joined_at"], beside=row["beside"], why=JoinReason(row["why"]))


def _merged(row: RowMapping) -> Merged:
    found: Any = json.loads(row["merged_because"]) if row["merged_because"] else None
    because = Join(left=found[0], right=found[1], why=JoinReason(found[2])) if found else None
    return Merged(id=row["id"], at=row["merged_at"], because=because)
