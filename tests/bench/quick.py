"""The quick benchmark: our own labelled pairs among 20,000 made-up accounts, matched at the shipped limits.

`python -m tests.bench.quick` tells which names were won and lost since the frozen result; with `--freeze` today's
is frozen.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sfrouter.journey.match_files import row_of
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import IndexedAccount
from sfrouter.matching.match import match
from sfrouter.matching.settings import MatchSettings
from sfrouter.model.records import Lead
from tests.bench.background import background

HERE = Path(__file__).parent
PAIRS, FROZEN = HERE / "pairs.tsv", HERE / "frozen.tsv"
BACKGROUND = 20_000
SETTINGS = MatchSettings(free_mail_with_name="auto")
_THEN = datetime(2026, 3, 2, tzinfo=UTC)


Row = tuple[str, ...]
"""strength, company, country, account, band, score, whose account it is"""


@dataclass(frozen=True, slots=True)
class Pair:
    """A name as a lead types it, an account, and what a careful person makes of the two.

    STRONG: the same; MEDIUM: probably, a person may have to say; WEAK: alike, and another; NO: there is no
    account. `domain` is that of the lead's e-mail address; without one it writes from free mail.
    """

    number: int
    strength: str
    category: str
    language: str
    company: str
    country: str
    account: str
    account_country: str
    domain: str = ""
    website: str = ""

    @property
    def account_id(self) -> str:
        """The id of the pair's account in the table."""
        return f"P{self.number}"

    @property
    def lead(self) -> Lead:
        """The lead."""
        return Lead(
            id=f"L{self.number}", owner_id=None, created_at=_THEN, modified_at=_THEN, stamp=_THEN,
            company=self.company, country=self.country, email=f"office{self.number}@{self.domain or 'gmail.com'}",
        )  # fmt: skip


def pairs() -> list[Pair]:
    """All labelled pairs."""
    lines = [line for line in PAIRS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [Pair(number, *line.split("\t")) for number, line in enumerate(lines)]


def accounts(known: Iterable[Pair], count: int = BACKGROUND) -> list[IndexedAccount]:
    """The accounts of the pairs among made-up ones."""
    own = [
        IndexedAccount(
            id=pair.account_id,
            name=pair.account,
            country=pair.account_country,
            owner_id="owner",
            domains=(pair.website,) if pair.website else (),
        )
        for pair in known
        if pair.account
    ]
    return [*own, *background(count)]


def results() -> list[Row]:
    """A row a pair."""
    known = pairs()
    index = AccountIndex(accounts(known))
    rows: list[Row] = []
    for pair in known:
        _, account_id, score, band, _ = row_of(pair.lead, match(pair.lead, index, SETTINGS))
        which = "" if band == "none" else "own" if account_id == pair.account_id else "other"
        said = (band, f"{score:.1f}" if which else "", which)
        rows.append((pair.strength, pair.company, pair.country, pair.account, *said))
    return rows


def frozen() -> list[Row]:
    """The result that was frozen."""
    return [tuple(line.split("\t")) for line in FROZEN.read_text("utf-8").splitlines()]


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one pair since: `better` or worse for the one who waits for it, or neither (None)."""

    was: Row | None
    now: Row | None

    @property
    def better(self) -> bool | None:
        """Did it change for the better?"""
        if self.was is None or self.now is None or worth(self.was) == worth(self.now):
            return None
        return worth(self.now) > worth(self.was)

    def __str__(self) -> str:
        strength, company, country, account = (self.now or self.was or ("",) * 4)[:4]
        was, now = (" ".join(row[4:]).strip() if row else "not there" for row in (self.was, self.now))
        word = {True: "won", False: "LOST", None: "other"}[self.better]
        return f"{word:5} {strength} '{company}' ({country}) and '{account}': was {was}, is {now}"


def worth(row: Row) -> int:
    """How good an outcome is: the right account by itself best, a stranger's account by itself worst."""
    same, (band, whose) = row[0] in ("STRONG", "MEDIUM"), (row[4], row[6])
    if same:
        return {"auto": 2, "review": 1}.get(band, 0) if whose in ("own", "") else -2 if band == "auto" else 0
    return {"auto": -2, "review": 1}.get(band, 2)


def differences(was: Sequence[Row], now: Sequence[Row]) -> list[Difference]:
    """Every pair whose band or account changed, came or went; a score that moves within its band is none."""
    before, after = ({row[:4]: row for row in rows} for rows in (was, now))
    found = (Difference(before.get(key), after.get(key)) for key in {**before, **after})
    return [one for one in found if _seen(one.was) != _seen(one.now)]


def _seen(row: Row | None) -> Row | None:
    return row and (row[4], row[6])


def summary(rows: Sequence[Row]) -> list[str]:
    """A line for each strength."""
    lines = []
    for strength in ("STRONG", "MEDIUM", "WEAK", "NO"):
        some = [row for row in rows if row[0] == strength]
        own = sum(row[4] == "auto" and row[6] == "own" for row in some)
        other = sum(row[4] == "auto" and row[6] != "own" for row in some)
        review = sum(row[4] == "review" for row in some)
        lines.append(
            f"{strength:6} {len(some):3} pairs: {own:3} automatic, {other} to another, {review:3} reviews"
        )
    return lines


def main() -> None:
    """Tell what changed, or freeze today's result."""
    rows = results()
    print("\n".join((*map(str, differences(frozen(), rows)), *summary(rows))))
    if "--freeze" in sys.argv[1:]:
        FROZEN.write_text("".join("\t".join(row) + "\n" for row in rows), "utf-8")


if __name__ == "__main__":
    main()
