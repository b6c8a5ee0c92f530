"""Which addresses a token may be sent to: the org's own hosts over https, and a local org on this machine."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from sfrouter.salesforce.errors import UntrustedAddressError

_ORG_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:salesforce|force|cloudforce)\.com")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_NEXT_PAGE = re.compile(r"/services/data/v\d{1,3}\.\d(?:/[A-Za-z0-9_~=-]+)+")
_GENERIC = re.compile(r"(?:login|test)\.salesforce\.com")


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of an address, in one spelling."""

    scheme: str
    host: str
    port: int

    @property
    def loopback(self) -> bool:
        """Is it this machine?"""
        return is_loopback(self.host)

    @property
    def generic(self) -> bool:
        """Is it one of the two sign-in hosts that all orgs share?"""
        return _GENERIC.fullmatch(self.host) is not None

    def __str__(self) -> str:
        usual = {"https": 443, "http": 80}[self.scheme]
        return f"{self.scheme}://{self.host}" + ("" if self.port == usual else f":{self.port}")


def is_loopback(host: str) -> bool:
    """Does the name or IPv4 address mean this machine, whatever any name server says?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return False


def origin_of(address: str, *, where: str = "") -> Origin:
    """The origin of an address without path, user or query.

    Raises UntrustedAddressError for anything but https, or http to this machine.
    """
    try:
        parts = urlsplit(address.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise UntrustedAddressError("the address cannot be read", where=where, mend=_EXAMPLE) from None
    if parts.scheme not in ("https", "http") or not _HOST.fullmatch(host):
        raise UntrustedAddressError("an address must look like https://host", where=where, mend=_EXAMPLE)
    if parts.username is not None or parts.query or parts.fragment or parts.path not in ("", "/"):
        raise UntrustedAddressError("an address holds only the host", where=where, mend=_EXAMPLE)
    if parts.scheme == "http" and not is_loopback(host):
        raise UntrustedAddressError(
            f"http is refused for {host}: a token would travel unprotected", where=where, mend="write https://"
        )
    return Origin(parts.scheme, host, port or {"https": 443, "http": 80}[parts.scheme])


_EXAMPLE = "write it like https://yourcompany.my.salesforce.com"


def instance_from_answer(address: str, *, configured: Origin | None, login: Origin | None) -> Origin:
    """The instance a token answer names, when it is one of the org's hosts, the configured one, or local.

    A host on this machine is believed only when the settings themselves point to this machine.
    Raises UntrustedAddressError otherwise.
    """
    found = origin_of(address, where="the token answer")
    if found == configured:
        return found
    if found.scheme == "https" and found.port == 443 and _ORG_HOST.fullmatch(found.host):
        return found
    local_settings = any(origin is not None and origin.loopback for origin in (configured, login))
    if found.loopback and local_settings:
        return found
    raise UntrustedAddressError(
        f"the token answer names {found.host} as the org's address, which is not a Salesforce host",
        mend="if that is right, set SFROUTER_SALESFORCE_INSTANCE_URL to it",
    )


def is_safe_next_page(path: object) -> bool:
    """Is it a plain path below /services/data/? It is glued to the host: '@other.host' would lead elsewhere."""
    return isinstance(path, str) and len(path) <= 500 and _NEXT_PAGE.fullmatch(path) is not None
