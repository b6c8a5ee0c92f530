"""Says whether two words an admin or the org wrote are the same: case, width and blanks do not matter."""

import unicodedata


def folded(word: str) -> str:
    """The word as it is compared."""
    return " ".join(unicodedata.normalize("NFKC", word).casefold().split())
