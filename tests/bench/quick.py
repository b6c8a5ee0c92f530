"""The quick benchmark: our own labelled pairs among 20,000 made-up accounts, matched at the shipped limits."""

from collections.abc import Iterable
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


@dataclass(frozen=True, slots=True)
class Pair:
    """A name as a lead types it, an account, and what a careful person makes of the two."""

    number: int
    strength: str
    category: str
    language: str
    company: str
    country: str
    account: str
    account_country: str

    @property
    def account_id(self) -> str:
        """The id of the pair's account in the table."""
        return f"P{self.number}"

    @property
    def lead(self) -> Lead:
        """The lead."""
        return Lead(
            id=f"L{self.number}", owner_id=None, created_at=_THEN, modified_at=_THEN, stamp=_THEN,
            company=self.company, country=self.country, email=f"office{self.number}@gmail.com",
        )  # fmt: skip


def pairs() -> list[Pair]:
    """All labelled pairs."""
    lines = [line for line in PAIRS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [Pair(number, *line.split("\t")) for number, line in enumerate(lines)]


def accounts(known: Iterable[Pair], count: int = BACKGROUND) -> list[IndexedAccount]:
    """The accounts of the pairs among made-up ones."""
    own = [
        IndexedAccount(id=pair.account_id, name=pair.account, country=pair.account_country, owner_id="owner")
        for pair in known
    ]
    return [*own, *background(count)]


def results() -> list[tuple[str, ...]]:
    """A row a pair: strength, company, account, band, score, and whether the account is the pair's own."""
    known = pairs()
    index = AccountIndex(accounts(known))
    rows: list[tuple[str, ...]] = []
    for pair in known:
        _, account_id, score, band, _ = row_of(pair.lead, match(pair.lead, index, SETTINGS))
        which = "" if band == "none" else "own" if account_id == pair.account_id else "other"
        rows.append((pair.strength, pair.company, pair.account, band, f"{score:.1f}" if which else "", which))
    return rows


def main() -> None:
    """Freeze today's result."""
    FROZEN.write_text("".join("\t".join(row) + "\n" for row in results()), "utf-8")


if __name__ == "__main__":
    main()
