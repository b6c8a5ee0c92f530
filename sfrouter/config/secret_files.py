"""Files that hold secrets or certificates: can they be used, and may others on this machine read them?"""

import os
import ssl
from pathlib import Path

from sfrouter.base.errors import Problem
from sfrouter.base.private_files import seen_by_others

MIRROR_KEY = "mirror.key"
"""The file in the data folder with the key of the mirror's keyed hashes."""


def open_to_others(path: Path, what: str) -> tuple[Problem, ...]:
    """A warning when others than its owner may read a file with a secret; what it holds is never looked at."""
    mode = seen_by_others(path)
    if not mode:
        return ()
    words = f"{what}, and others on this machine may read it (mode {mode})"
    return (Problem(file=str(path), what=words, mend=f"chmod 600 {path}", code="SET07", warning=True),)


def holds_certificates(path: Path) -> bool:
    """Is it a file of certificates (PEM) that can be read?"""
    if not path.is_file() or not os.access(path, os.R_OK):
        return False
    try:
        return ssl.create_default_context(cafile=path).cert_store_stats()["x509"] > 0
    except (OSError, ValueError):
        return False
