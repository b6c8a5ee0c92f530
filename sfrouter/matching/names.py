"""Turns a company name as people type it into a key that is equal for all spellings of one name (R015, R016)."""

from dataclasses import dataclass
from functools import cache, lru_cache

from sfrouter.matching.legal_forms import cut, cut_joined, generic_words
from sfrouter.matching.letters import fold, fold_text
from sfrouter.matching.tokens import tokenise
from sfrouter.matching.wordlists import entries

MAX_NAME = 255  # a Salesforce company or account name holds no more; longer texts are not matched on


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A company name made comparable.

    `key` is the same for all spellings of a name and "" when there is no usable name.
    `generic`: made of words that identify nobody (R024). `placeholder`: "n/a", "self-employed" and so on (L04).
    `deceitful`: several alphabets in one word, or letters that cannot be seen: never matched automatically.
    `imitates`: the key of the Latin name that a name in other letters looks like.
    """

    key: str = ""
    tokens: tuple[str, ...] = ()
    generic: bool = False
    placeholder: bool = False
    too_long: bool = False
    deceitful: bool = False
    imitates: str = ""

    @property
    def usable(self) -> bool:
        """Is there a company name to match on?"""
        return bool(self.key) and not self.placeholder


NO_NAME = Name()


def normalise(raw: str) -> Name:
    """The comparable form of a name. Never raises, and its work is bounded whatever the text."""
    return Name(too_long=True) if len(raw) > MAX_NAME else _normalised(raw)


@lru_cache(maxsize=2_000)  # one name is asked for several times on its way into the index or to an answer
def _normalised(raw: str) -> Name:
    letters = fold(raw)
    if len(letters.text) > 2 * MAX_NAME:  # a few signs unfold into whole sentences
        return Name(too_long=True)
    tokens = _core(letters.text)
    if not tokens:
        return NO_NAME
    looks = _replaced(tokens, dict(letters.imitations))
    return Name(
        key="".join(tokens),
        tokens=tokens,
        generic=all(token in generic_words() for token in tokens),
        placeholder=is_placeholder(letters.text),
        deceitful=bool(letters.deceitful) and bool(_core_words(letters.deceitful) & set(tokens)),
        imitates="" if looks == tokens else "".join(looks),
    )


def _core(folded: str) -> tuple[str, ...]:
    return cut(tokenise(cut_joined(folded)))


def _core_words(words: frozenset[str]) -> set[str]:
    return {token for word in words for token in tokenise(word)}


def _replaced(tokens: tuple[str, ...], looks: dict[str, str]) -> tuple[str, ...]:
    return tuple(looks.get(token, token) for token in tokens) if looks else tokens


@cache
def _placeholders() -> frozenset[str]:
    return frozenset("".join(tokenise(fold_text(line))) for line in entries("placeholders.txt"))


def is_placeholder(folded: str) -> bool:
    """Does the whole entry say that there is no company (L04)?"""
    return "".join(tokenise(folded)) in _placeholders()
