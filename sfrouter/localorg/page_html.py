"""Writes the page's HTML so that no value of the org can ever be taken for markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

_EMPTY = frozenset({"meta", "link", "input", "br"})


class Html(str):
    """Finished markup. Every other text is escaped where it is put inside."""

    __slots__ = ()


Inner = str | None | Iterable["Html | str | None"]


def tag(name: str, /, *inner: Inner, **attributes: str | bool | None) -> Html:
    """An element. Attribute names may end in _ (for_, class_) and use _ for -; None and False leave one out."""
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _EMPTY:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{joined(*inner)}</{name}>")


def joined(*inner: Inner) -> Html:
    """Several pieces one after the other; plain text is escaped."""
    return Html("".join(_piece(one) for one in inner))


def _piece(one: Inner) -> str:
    if one is None:
        return ""
    if isinstance(one, Html):
        return one
    if isinstance(one, str):
        return escape(one)
    return "".join(_piece(part) for part in one)


def _attribute(key: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(value)}"'
