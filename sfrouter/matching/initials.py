"""Acronyms, BPP for Banca Popolare Pugliese: which letters a name may be shortened to."""

from sfrouter.matching.legal_forms import weightless_words

Tokens = tuple[str, ...]
_SHORTEST, _LONGEST = 2, 8


def initials_of(tokens: Tokens) -> str:
    """The first letters of a name's words, little words left out; "" for one word or other letters."""
    words = [word for word in tokens if word not in weightless_words()]
    if not 2 <= len(words) <= _LONGEST or not all(word[0].isascii() and word[0].isalpha() for word in words):
        return ""
    return "".join(word[0] for word in words)


def acronym_of(tokens: Tokens) -> str:
    """A name that may itself be an acronym: one short word of letters; "" for others."""
    if len(tokens) != 1:
        return ""
    word = tokens[0]
    return word if _SHORTEST <= len(word) <= _LONGEST and word.isascii() and word.isalpha() else ""
