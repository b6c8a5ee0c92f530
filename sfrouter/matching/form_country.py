"""The legal form that a typed name ends with, and where such companies are at home: no GmbH is from Peru."""

from functools import cache, lru_cache

from sfrouter.matching.letters import fold_text
from sfrouter.matching.wordlists import entries

_SIGNS = str.maketrans(dict.fromkeys(".,;()[]/\"'", ""))
_SAME = {
    "limited": "ltd", "incorporated": "inc", "corporation": "corp", "berhad": "bhd", "company": "co",
    "gesellschaft": "gmbh", "aktiengesellschaft": "ag",
}  # fmt: skip
_UNKNOWN = ("ltd", "co", "sa", "se", "lp", "jsc")
_LONGEST_NAME = 255


@cache
def _homes() -> dict[str, frozenset[str]]:
    lines = (line.partition(":") for line in entries("form_countries.txt"))
    return {form.strip(): frozenset(countries.split()) for form, _, countries in lines}


@lru_cache(maxsize=100_000)
def forms_in(raw: str) -> tuple[str, frozenset[str]]:
    """The legal form that a name ends (or begins) with, "" without one, and its countries, empty for any."""
    words = raw[:_LONGEST_NAME].split()
    for place in (-1, -2, 0):
        if len(words) < 2 - (place == 0):
            break
        word = _bare(words[place])
        form = _SAME.get(word, word)
        if form in _homes() or form in _UNKNOWN:
            before = _bare(words[place - 1]) if place < 0 and len(words) + place > 1 else ""
            wider = before if form in ("ltd", "co") and before in _homes() else form
            return wider, _homes().get(wider, frozenset())
    return "", frozenset()


@lru_cache(maxsize=20_000)
def _bare(word: str) -> str:
    return fold_text(word).translate(_SIGNS).replace("-", "")
