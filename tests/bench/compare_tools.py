"""What a user would take instead: free tools that find the likeliest name in a list, each as its manual shows.

Each tool is made ready with the accounts' names once, and then answers a list of companies at once. Whatever is
not installed says so by ImportError; nothing is left out silently.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

Found = tuple[int, float] | None
"""The place of the likeliest name in the list, and how likely (0-100)."""
Ask = Callable[[Sequence[str]], list[Found]]

_CANDIDATES = 50
_MOST_TRIGRAMS = 64
_LEAST_LIKELY = 0.3


@dataclass(frozen=True, slots=True)
class Tool:
    """One of them. A slow one is asked about a sample of the leads."""

    name: str
    make: Callable[[Sequence[str]], Ask]
    slow: bool = False


def _plain(name: str) -> str:
    """Lower case, without punctuation: what rapidfuzz's manual recommends."""
    from rapidfuzz.utils import default_process

    return default_process(name)


def _without_legal_form(name: str) -> str:
    """The same after cleanco has taken the legal form off."""
    from cleanco import basename

    return _plain(basename(name))


def extract_one(scorer: str, clean: Callable[[str], str]) -> Callable[[Sequence[str]], Ask]:
    """Rapidfuzz's `process.extractOne` over the whole list, with one of its scorers."""

    def make(names: Sequence[str]) -> Ask:
        from rapidfuzz import fuzz, process

        choices, ratio = [clean(name) for name in names], getattr(fuzz, scorer)

        def one(company: str) -> Found:
            found = process.extractOne(clean(company), choices, scorer=ratio)
            return (found[2], float(found[1])) if found else None

        return lambda companies: [one(company) for company in companies]

    return make


def tf_idf(names: Sequence[str]) -> Ask:
    """Weighed trigrams, the likeliest by a sparse product of matrices."""
    text: Any = import_module("sklearn.feature_extraction.text")
    product: Any = import_module("sparse_dot_topn").sp_matmul_topn
    weigh = text.TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3))
    known = weigh.fit_transform([_plain(name) for name in names]).T.tocsr()

    def ask(companies: Sequence[str]) -> list[Found]:
        best = product(
            weigh.transform([_plain(one) for one in companies]), known, top_n=1, threshold=_LEAST_LIKELY
        )
        rows = (best[line] for line in range(len(companies)))
        return [(int(row.indices[0]), 100 * float(row.data[0])) if row.nnz else None for row in rows]

    return ask


def string_grouper(names: Sequence[str]) -> Ask:
    """The library of that name, with its own settings."""
    pandas: Any = import_module("pandas")
    match_strings: Any = import_module("string_grouper").match_strings
    known = pandas.Series(list(names))

    def ask(companies: Sequence[str]) -> list[Found]:
        asked = pandas.Series(list(companies))
        pairs = match_strings(known, asked, min_similarity=_LEAST_LIKELY, max_n_matches=len(companies))
        best: list[Found] = [None] * len(companies)
        for row, line, likely in zip(pairs["left_index"], pairs["right_index"], pairs["similarity"], strict=True):
            so_far = best[line]
            if so_far is None or so_far[1] < 100 * likely:
                best[line] = (int(row), 100 * float(likely))
        return best

    return ask


def full_text(names: Sequence[str]) -> Ask:
    """SQLite's trigram index brings fifty names, `token_sort_ratio` chooses among them."""
    from rapidfuzz import fuzz, process

    plain = [_plain(name) for name in names]
    store = sqlite3.connect(":memory:")
    try:
        store.execute("CREATE VIRTUAL TABLE account USING fts5(name, tokenize='trigram')")
    except sqlite3.OperationalError as failure:
        raise ImportError(str(failure)) from failure
    store.executemany("INSERT INTO account(rowid, name) VALUES (?, ?)", enumerate(plain))

    def one(company: str) -> Found:
        asked = _plain(company)
        parts = dict.fromkeys(asked[n : n + 3] for n in range(min(len(asked) - 2, _MOST_TRIGRAMS)))
        if not parts:
            return None
        query = "SELECT rowid FROM account WHERE account MATCH ? ORDER BY rank LIMIT ?"
        rows = store.execute(query, (" OR ".join(f'"{part}"' for part in parts), _CANDIDATES))
        close = {row: plain[row] for (row,) in rows}
        found = process.extractOne(asked, close, scorer=fuzz.token_sort_ratio)
        return (found[2], float(found[1])) if found else None

    return lambda companies: [one(company) for company in companies]


def exact(names: Sequence[str]) -> Ask:
    """The same name after lower case, punctuation and legal form are taken off; of several the first."""
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        places.setdefault(_without_legal_form(name), place)

    def one(company: str) -> Found:
        place = places.get(_without_legal_form(company))
        return None if place is None else (place, 100.0)

    return lambda companies: [one(company) for company in companies]


TOOLS = (
    Tool("rapidfuzz token_sort_ratio", extract_one("token_sort_ratio", _plain), slow=True),
    Tool(
        "rapidfuzz token_sort_ratio with cleanco", extract_one("token_sort_ratio", _without_legal_form), slow=True
    ),
    Tool("rapidfuzz WRatio", extract_one("WRatio", _plain), slow=True),
    Tool("rapidfuzz WRatio with cleanco", extract_one("WRatio", _without_legal_form), slow=True),
    Tool("exact name (cleanco)", exact),
    Tool("SQLite FTS5 trigram + token_sort_ratio", full_text, slow=True),
    Tool("TF-IDF trigrams + sparse_dot_topn", tf_idf),
    Tool("string_grouper", string_grouper),
)
