"""Record ids: always the 18-character form, so that two ids differ exactly when two records do."""

import re

_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Z0-5]{3})?")
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_USER = "005"
_QUEUE = "00G"


def to_18(record_id: str) -> str:
    """The 18-character form of a 15- or 18-character id. Raises ValueError when it is not an id.

    Three check characters, one for five letters each, tell which letters are capitals; they are computed
    anew, so that an id whose capitals were lost on the way is refused and never taken for another record.
    """
    if not _ID.fullmatch(record_id):
        raise ValueError("not a record id: 15 or 18 letters and digits are expected")
    body = record_id[:15]
    groups = (body[0:5], body[5:10], body[10:15])
    bits = (sum(1 << place for place, letter in enumerate(group) if letter.isupper()) for group in groups)
    whole = body + "".join(_CHECK[value] for value in bits)
    if len(record_id) == 18 and record_id != whole:
        raise ValueError("not a record id: its check characters do not fit its capitals")
    return whole


def user_key(who: str) -> str:
    """What a user is called in the files, an id or an e-mail, so that two spellings of one have one key."""
    try:
        return to_18(who.strip()).casefold()  # the check characters still tell apart what differs in capitals
    except ValueError:
        return who.strip().casefold()


def is_user(record_id: str) -> bool:
    """Does the id name a user? (key prefix 005)"""
    return record_id.startswith(_USER)


def is_queue(record_id: str) -> bool:
    """Does the id name a queue or another group? (key prefix 00G)"""
    return record_id.startswith(_QUEUE)
