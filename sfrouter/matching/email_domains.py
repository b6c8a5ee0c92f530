"""Reads the registrable domain out of an e-mail or web address, and knows free mail (R025, R029)."""

import ipaddress
import re
import unicodedata
from functools import cache, lru_cache

import idna
from publicsuffixlist import PublicSuffixList

from sfrouter.matching.wordlists import entries

MAX_EMAIL = 254  # RFC 5321
MAX_DOMAIN = 253  # RFC 1035
MAX_ADDRESS = 2_000  # a longer web address is not read

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]{0,20}:(?://)?")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def email_host(email: str) -> str:
    """The host part of an address, in lower-case ASCII; "" when it is no address."""
    text = email.strip()
    if len(text) > MAX_EMAIL:
        return ""
    if text.endswith(">"):
        text = text[text.rfind("<") + 1 : -1]
    local, at, host = unicodedata.normalize("NFKC", text).rpartition("@")
    if not at or not local or "@" in local or any(letter.isspace() for letter in host.strip()):
        return ""
    return clean_host(host)


def local_part(email: str) -> str:
    """What stands before the @; "" when there is none or the address is too long."""
    text = email.strip()
    return text.rpartition("@")[0] if len(text) <= MAX_EMAIL else ""


def web_host(address: str) -> str:
    """The host of a web address, with or without scheme, port, path; in lower-case ASCII, or ""."""
    text = unicodedata.normalize("NFKC", address.strip()[: MAX_ADDRESS + 1])
    if len(text) > MAX_ADDRESS:
        return ""
    text = _SCHEME.sub("", text.lower()) if "://" in text or text.lower().startswith("mailto:") else text
    text = re.split(r"[/?#\\]", text.lstrip("/"), maxsplit=1)[0]
    return clean_host(text.rpartition("@")[2])


def clean_host(host: str) -> str:
    """A host in lower-case ASCII (punycode) without port and trailing dots; "" for anything else, or an IP."""
    text = host.strip().strip(".")
    if ":" in text:
        text, _, port = text.partition(":")
        if port and not port.isdecimal():
            return ""
        text = text.rstrip(".")
    if not text or len(text) > MAX_DOMAIN:
        return ""
    ascii_host = text.lower() if text.isascii() else _punycode(text)
    labels = ascii_host.split(".")
    if len(labels) < 2 or len(ascii_host) > MAX_DOMAIN or not all(_LABEL.fullmatch(label) for label in labels):
        return ""
    return "" if _is_ip(ascii_host) else ascii_host


def _punycode(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        return ""


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@cache
def _suffixes(*, icann_only: bool) -> PublicSuffixList:
    """The public suffix list that ships with the package: it never asks the network."""
    return PublicSuffixList(only_icann=icann_only)


@lru_cache(maxsize=50_000)
def registrable(host: str) -> str:
    """The part of a host that somebody registered: mail.eu.acme.co.uk -> acme.co.uk; "" when there is none.

    A provider whose own name is a suffix of the list (its customers' names stand before it) keeps its name.
    """
    if not host:
        return ""
    return _suffixes(icann_only=False).privatesuffix(host) or _suffixes(icann_only=True).privatesuffix(host) or ""


def domain_of(text: str) -> str:
    """The registrable domain of an e-mail address or a web address; free mail included. "" when there is none."""
    return registrable(email_host(text) if "@" in text and "://" not in text else web_host(text))


@cache
def _free_mail() -> frozenset[str]:
    return frozenset((*entries("free_email_domains.txt"), *entries("free_email_additions.txt")))


def is_free_mail(host: str, *, add: frozenset[str] = frozenset(), remove: frozenset[str] = frozenset()) -> bool:
    """Is a host, or a domain above it, one where anybody gets an address (R029)? The admin's lists come first."""
    labels = host.split(".")
    for start in range(len(labels) - 1):
        part = ".".join(labels[start:])
        if part in remove:
            return False
        if part in add or part in _free_mail():
            return True
    return False


def label_of(domain: str) -> str:
    """The name in a registrable domain: "acme" of acme.co.uk, in Unicode."""
    label = domain.split(".", 1)[0]
    if label.startswith("xn--"):
        try:
            return idna.decode(label)
        except idna.IDNAError:
            return label
    return label
