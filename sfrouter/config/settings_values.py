"""What a setting's value must look like, said in words an admin can act on."""

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_OLDEST_VERSION = 31  # older API versions were switched off with Summer '25


def web_address(value: str) -> str:
    """An address without a trailing slash. Raises ValueError: https only, or http to this machine."""
    text = value.strip().rstrip("/")
    if not text:
        return ""
    if "://" not in text:
        raise ValueError("the address must begin with https://")
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(
            "this is not a web address; write it like https://yourcompany.my.salesforce.com"
        ) from None
    if parts.scheme not in ("https", "http") or not _HOST.fullmatch(host):
        raise ValueError("this is not a web address; write it like https://yourcompany.my.salesforce.com")
    if parts.username is not None or parts.path or parts.query or parts.fragment:
        raise ValueError("the address must hold only the host, without user, path or question mark")
    if parts.scheme == "http" and not this_machine(host):
        raise ValueError("http is only allowed to this machine; write https://")
    return text


def proxy_address(value: SecretStr) -> SecretStr:
    """A proxy's address, which may name a user and a password. Raises ValueError, without quoting it."""
    text = value.get_secret_value().strip().rstrip("/")
    try:
        parts = urlsplit(text)
        good = (
            parts.scheme in ("http", "https") and bool(_HOST.fullmatch(parts.hostname or "")) and bool(parts.port)
        )
    except ValueError:
        good = False
    if text and (not good or parts.path or parts.query or parts.fragment):
        raise ValueError("this is no proxy's address; write it like http://proxy.yourcompany.com:3128")
    return SecretStr(text)


def this_machine(host: str) -> bool:
    """Does the name mean the machine the daemon runs on?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def shared_sign_in_host(address: str) -> bool:
    """Is it one of the two addresses that all orgs share? Client credentials do not work there."""
    host = urlsplit(address).hostname or ""
    return host in ("login.salesforce.com", "test.salesforce.com")


def dotted_version(value: Any) -> Any:
    """'65', 'v65.0' and '65.0' are all 65.0. Raises ValueError for what is no version or too old."""
    text = str(value).strip().lower().removeprefix("v")
    found = re.fullmatch(r"([0-9]{2,3})(\.0)?", text)
    if not found:
        raise ValueError("this is not an API version; write it like 65.0")
    if int(found[1]) < _OLDEST_VERSION:
        raise ValueError(f"Salesforce no longer answers API versions before {_OLDEST_VERSION}.0; write 65.0")
    return f"{int(found[1])}.0"


def in_capitals(value: Any) -> Any:
    """The word in capitals."""
    return value.strip().upper() if isinstance(value, str) else value
