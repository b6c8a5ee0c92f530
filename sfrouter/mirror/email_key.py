"""The key of the hashes that stand in the mirror for contacts' e-mail addresses: those are only ever compared.

The key is 32 random bytes in a file beside the mirror, made once. Without it a hash tells nothing of an address;
with it one can only try addresses out. A mirror whose key is lost is filled again with a new one.
"""

import hmac
import secrets
from base64 import b64encode
from pathlib import Path

from sfrouter.base.database import StoreUnusableError
from sfrouter.base.log import logger
from sfrouter.base.private_files import seen_by_others, write_private
from sfrouter.config.secret_files import MIRROR_KEY

_LENGTH = 32  # bytes
_log = logger("mirror")


def search_email(address: str) -> str:
    """An e-mail address as it is compared: no outer spaces, lower case."""
    return address.strip().lower()


class EmailKey:
    """Turns addresses into what stands in the mirror for them. Two spellings of one address give the same hash."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def hashed(self, address: str) -> str:
        """The HMAC-SHA-256 of an address, or of what would tell one, in base64; "" for none."""
        plain = search_email(address)
        return b64encode(self._hmac(plain.encode("utf-8", "surrogatepass"))).decode() if plain else ""

    @property
    def mark(self) -> int:
        """A number, of 31 bits, by which a mirror knows its own key again."""
        return int.from_bytes(self._hmac(b"\0mark")[:4], "big") >> 1

    def _hmac(self, message: bytes) -> bytes:
        return hmac.digest(self._secret, message, "sha256")


def new_email_key() -> EmailKey:
    """A key that is kept nowhere, for a mirror in memory."""
    return EmailKey(secrets.token_bytes(_LENGTH))


def read_email_key(mirror: Path) -> EmailKey | None:
    """The key of a mirror's file; None where it is missing, cannot be read, or is not whole."""
    try:
        secret = mirror.with_name(MIRROR_KEY).read_bytes()
    except OSError:
        return None
    return EmailKey(secret) if len(secret) == _LENGTH else None


def keep_email_key(mirror: Path) -> EmailKey:
    """The key of a mirror's file; one is made if there is none, and is at its place whole or not at all.

    Two processes must not do this at once. Raises StoreUnusableError.
    """
    path = mirror.with_name(MIRROR_KEY)
    found = read_email_key(mirror)
    if found is None:
        try:
            write_private(path, path.with_suffix(".key-new"), [secrets.token_bytes(_LENGTH)])
            found = EmailKey(path.read_bytes())
        except OSError as failure:
            mend = "check free space and permissions of the data folder"
            what = f"the mirror's key cannot be made ({failure.strerror})"
            raise StoreUnusableError(what, where=str(path), mend=mend) from None
    mode = seen_by_others(path)
    if mode:
        _log.warning("mirror_key_open_to_others", file=str(path), mode=mode, mend=f"chmod 600 {path}")
    return found
