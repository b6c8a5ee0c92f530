"""Keeps the desk's index of companies between two runs, and trusts a kept one only if it fits the mirror.

The mirror holds the tokens of the newest savings. A mirror that was filled again, or brought back from a backup,
does not hold the token of the file, so the file is not used; one that was damaged, made by another version or by
other mapping words is not used either. The index is then made from the mirror.
"""

import hashlib
import json
import uuid
from pathlib import Path

from sqlalchemy import Connection

from sfrouter.base.database import writing
from sfrouter.base.log import logger
from sfrouter.config.mapping import FieldMapping
from sfrouter.journey.index_file import IndexFileError, IndexMark, load_index, save_index
from sfrouter.matching.frozen import Frozen
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.key_version import normaliser_version
from sfrouter.mirror.store import Mirror

INDEX_FILE = "companies.index"
WORTH_KEEPING = 5_000  # accounts; fewer are indexed anew in less than a second
_TOKENS = "kept_indexes"
_LAST = 2  # the file in place and the one being written
_log = logger("journey")


def index_version(mapping: FieldMapping) -> str:
    """Changes with the way of making keys and with the mapping words that the index's flags come from."""
    maps = repr([mapping.objects.get(noun) for noun in ("account", "opportunity")])
    return f"{normaliser_version()} {hashlib.sha256(maps.encode()).hexdigest()[:16]}"


def kept_index(path: Path, mirror: Mirror, version: str) -> tuple[Frozen, int] | None:
    """The kept index and the mirror change it knows; None when no file is there, or none that fits."""
    try:
        frozen, mark = load_index(path, version=version)
    except FileNotFoundError:
        return None
    except (IndexFileError, OSError, ValueError, KeyError) as fault:
        what = fault.what if isinstance(fault, IndexFileError) else type(fault).__name__
        _log.warning("kept_index_not_used", why=what, mend="nothing to do: it is made again from the mirror")
        return None
    with mirror.reading() as connection:
        fits = mark.token in _tokens(mirror, connection) and mark.upto <= mirror.change_number(connection)
    if not fits:
        _log.info("kept_index_not_used", why="the mirror was filled again or brought back since it was saved")
        return None
    return frozen, mark.upto


def keep_index(path: Path, mirror: Mirror, index: AccountIndex, version: str, upto: int) -> bool:
    """Pack the index and save it. A full disk is no fault of matching: it is told, and the old file stays."""
    mark = IndexMark(version=version, token=uuid.uuid4().hex, upto=upto)
    with writing(mirror.engine) as connection:
        tokens = [*_tokens(mirror, connection), mark.token][-_LAST:]
        mirror.set_fact(connection, _TOKENS, json.dumps(tokens))
    try:
        save_index(path, index.compact(), mark)
    except OSError as failure:
        _log.warning(
            "index_not_kept", why=failure.strerror or "", mend="see to space and rights of the data folder"
        )
        return False
    _log.info("index_kept", accounts=len(index))
    return True


def _tokens(mirror: Mirror, connection: Connection) -> list[str]:
    return [str(token) for token in json.loads(mirror.fact(connection, _TOKENS) or "[]")]
