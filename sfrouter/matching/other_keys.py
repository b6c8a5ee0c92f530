"""By what else than its name an account is found: initials, its domain's label, a second name, a sound."""

from sfrouter.matching.email_domains import label_of
from sfrouter.matching.indexed_account import Entry
from sfrouter.matching.initials import acronym_of, initials_of
from sfrouter.matching.names import Name
from sfrouter.matching.readings import readings
from sfrouter.matching.sounds import in_kana, sounds_of

_JAPAN = frozenset({"", "jp", "JP"})


def other_keys(entry: Entry) -> tuple[str, ...]:
    """The keys of an account beside its name and its domains; each begins with its sort."""
    name = entry.name
    keys = [f"label {label}" for domain in entry.domains if (label := _letters(label_of(domain)))]
    keys.append(f"initials {initials_of(name.tokens)}")
    keys.append(f"acronym {acronym_of(name.tokens)}")
    keys.extend(f"second {other.name.key}" for other in readings(entry.typed))
    if in_kana(name.tokens) or (entry.country in _JAPAN and len(name.tokens) < 4):
        keys.extend(f"sound {sound}" for sound in sounds_of(name.tokens))
    return tuple(dict.fromkeys(key for key in keys if not key.endswith(" ")))


def asked_keys(name: Name) -> tuple[str, ...]:
    """The other keys under which the account of a lead's company may stand."""
    keys = [f"label {name.key}", f"second {name.key}", f"other {name.key}"]
    if acronym := acronym_of(name.tokens):
        keys.append(f"initials {acronym}")
    if initials := initials_of(name.tokens):
        keys += [f"acronym {initials}", f"label {initials}"] if len(initials) > 2 else []
    keys.extend(f"sound {sound}" for sound in sounds_of(name.tokens))
    return tuple(keys)


def begun_keys(name: Name) -> tuple[str, ...]:
    """The keys of the names that this one begins with, and of its words joined two by two."""
    words = name.tokens[:8]
    begun = ["".join(words[:count]) for count in range(1, len(words))]
    return tuple(key for key in begun if len(key) > 2)


def _letters(label: str) -> str:
    return "".join(letter for letter in label if letter.isalnum())
