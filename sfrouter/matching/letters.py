"""Makes letters comparable: one case, one width, no accents, one alphabet; and finds look-alikes out."""

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from anyascii import anyascii

from sfrouter.matching.wordlists import sections

# Only these are transliterated: anyascii reads kanji as Chinese.
_ALPHABETS = frozenset({"LATIN", "CYRILLIC", "GREEK"})
_WORD_SCRIPTS = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "LATIN"})  # one Japanese word may mix these
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5\u180e")
_JOINERS = frozenset("\u200c\u200d")  # ordinary spelling in Persian and the scripts of India
_HARMLESS = frozenset("\u00ad\ufeff")  # a soft hyphen or a byte order mark comes with copied text
_MISREAD = ("Ã", "Â", "â€")  # how UTF-8 letters begin when they are read as Western European
_ASCII_CONTROLS = dict.fromkeys((*range(32), 127)) | dict.fromkeys((9, 10, 11, 12, 13), " ")


@dataclass(frozen=True, slots=True)
class Letters:
    """A text with comparable letters, and what is wrong with it.

    `deceitful` are the folded words that pretend to be others (mixed alphabets, letters that cannot be seen);
    `imitations` are words wholly of foreign letters that all look Latin, with the Latin word they look like.
    """

    text: str
    deceitful: frozenset[str] = frozenset()
    imitations: tuple[tuple[str, str], ...] = ()


_NOTHING: frozenset[str] = frozenset()


def fold(text: str) -> Letters:
    """The text in comparable letters. Folding twice changes nothing more."""
    if text.isascii():
        return Letters(" ".join(text.translate(_ASCII_CONTROLS).lower().split()))
    words: list[str] = []
    deceitful: set[str] = set()
    imitations: list[tuple[str, str]] = []
    for word in _compatible(text).split():
        shown, hidden = _visible(word)
        scripts = {script(letter) for letter in shown} - {""}
        mixed = len(scripts) > 1 and not scripts <= _WORD_SCRIPTS
        folded = _plain(_as_it_looks(shown) if mixed else shown)
        if not folded:
            continue
        words.append(folded)
        if mixed or hidden:
            deceitful.add(folded)
        elif scripts and scripts != {"LATIN"} and _looks_latin(shown):
            imitations.append((folded, _plain(_as_it_looks(shown))))
    return Letters(" ".join(words), frozenset(deceitful) if deceitful else _NOTHING, tuple(imitations))


def fold_text(text: str) -> str:
    """Only the folded text."""
    return fold(text).text


def _compatible(text: str) -> str:
    """Full-width, circled, half-width and ligature forms as their ordinary letters (NFKC)."""
    return unicodedata.normalize("NFKC", _decoded_once_more(text))


def _decoded_once_more(text: str) -> str:
    """UTF-8 that was read as Western European (UniversitÃ¤t) in its own letters; any other text as it is."""
    if not any(sign in text for sign in _MISREAD):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def _visible(word: str) -> tuple[str, bool]:
    """The letters one can see, and whether unseen ones stood between them."""
    if word.isascii():
        return word.translate(_ASCII_CONTROLS), False
    seen: list[str] = []
    hidden = pending = False
    for letter in word:
        if letter in _BLANK_LETTERS or unicodedata.category(letter) in ("Cf", "Cc", "Co", "Cn", "Cs"):
            pending = pending or (bool(seen) and letter not in _HARMLESS and not _joins(letter, seen[-1]))
            continue
        hidden = hidden or pending
        seen.append(letter)
    return "".join(seen), hidden


def _joins(letter: str, before: str) -> bool:
    return letter in _JOINERS and script(before) not in (*_ALPHABETS, *_WORD_SCRIPTS, "")


def _plain(word: str) -> str:
    """One case, no accents on Latin, Cyrillic and Greek letters, those in Latin letters."""
    for _ in range(4):  # casefold and NFKC each may open work for the other; two rounds were always enough
        after = "".join(_plain_letters(word))
        after = unicodedata.normalize("NFKC", after)
        if after == word:
            break
        word = after
    return word


def _plain_letters(word: str) -> list[str]:
    out: list[str] = []
    accents_fall = False
    for letter in unicodedata.normalize("NFKC", word.casefold()):
        if letter.isascii():
            out.append(letter)
            accents_fall = True
        elif unicodedata.category(letter) == "Mn" and (accents_fall or not out):
            continue
        else:
            plain, accents_fall = _plain_letter(letter)
            out.append(plain)
    return out


@lru_cache(maxsize=20_000)
def _plain_letter(letter: str) -> tuple[str, bool]:
    if script(letter) in _ALPHABETS:
        return anyascii(letter).casefold(), True
    return letter, False


@lru_cache(maxsize=20_000)
def script(letter: str) -> str:
    """The alphabet of a letter ("LATIN", "CYRILLIC", "CJK", ...); "" for digits, marks and punctuation."""
    if not letter.isalpha():
        return ""
    if letter.isascii():
        return "LATIN"
    first = unicodedata.name(letter, "UNKNOWN").split()[0].split("-")[0]
    return "CJK" if first == "IDEOGRAPHIC" else first


@cache
def _looks() -> tuple[dict[str, str], frozenset[str]]:
    found = sections("lookalikes.txt")
    strong = dict(line.split() for line in found["strong"])
    return strong | dict(line.split() for line in found["weak"]), frozenset(strong)


def _as_it_looks(word: str) -> str:
    """The word with each foreign letter replaced by the Latin letter it looks like."""
    looks, _ = _looks()
    return "".join(looks.get(letter, letter) for letter in word)


def _looks_latin(word: str) -> bool:
    """Does every letter of a foreign word look like a Latin one?"""
    _, strong = _looks()
    alphabetic = [letter for letter in word if letter.isalpha()]
    return len(alphabetic) > 1 and all(letter in strong for letter in alphabetic)
