"""Says which way of making names comparable is in force, so that keys stored by another one are made anew."""

import hashlib
import unicodedata
from functools import cache
from importlib import metadata, resources

SOURCES = (
    "email_domains", "indexed_account", "initials", "legal_forms", "letters", "names", "other_keys", "places",
    "postings", "prepared", "readings", "search_keys", "sounds", "tokens", "wordlists",
)  # fmt: skip
"""The modules whose code makes keys. A test holds this list against what they import."""
_LIBRARIES = ("anyascii", "cleanco", "idna", "publicsuffixlist")


@cache
def normaliser_version() -> str:
    """Changes whenever code, word lists or libraries may give another key for the same name. Sixteen letters."""
    room = resources.files("sfrouter.matching")
    found = hashlib.sha256()
    for name in SOURCES:
        found.update(room.joinpath(f"{name}.py").read_bytes())
    for file in sorted(room.joinpath("data").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".txt"):
            found.update(file.name.encode() + b"\0" + file.read_bytes())
    versions = (unicodedata.unidata_version, *(metadata.version(name) for name in _LIBRARIES))
    found.update(" ".join(versions).encode())
    return found.hexdigest()[:16]
