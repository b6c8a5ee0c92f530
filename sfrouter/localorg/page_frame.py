"""The frame around every page of the local org's screen: title, lists, who is at the screen, style and safety."""

from __future__ import annotations

from importlib.resources import files

from sfrouter.localorg.exchange import Response
from sfrouter.localorg.page_html import Html, Inner, joined, tag
from sfrouter.localorg.page_people import Seat

_SAFETY = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

LISTS = (("leads", "Leads"), ("accounts", "Accounts"), ("tasks", "Tasks"))


def framed(
    seat: Seat, title: str, *inner: Inner, here: str, current: str = "", every: int = 0, status: int = 200
) -> Response:
    """A whole page. `here` is its own address, `current` the list it shows, `every` the seconds to its reload."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="refresh", content=str(every)) if every else None,
        tag("title", f"{title} - local org"),
        tag("link", rel="stylesheet", href="/page.css"),
    )
    links = [
        tag("a", label, href=f"/?list={name}", aria_current="page" if name == current else None)
        for name, label in LISTS
    ]
    body = tag(
        "body",
        tag("a", "Skip to the content", href="#content", class_="skip"),
        tag(
            "header",
            tag("p", "Local org", class_="brand"),
            tag("nav", links, aria_label="Lists"),
            _who(seat, here),
        ),
        tag("main", tag("h1", title), *inner, id="content"),
    )
    page = joined(Html("<!DOCTYPE html>\n"), tag("html", head, body, lang="en"))
    return Response(status, {"Content-Type": "text/html;charset=UTF-8"} | _SAFETY, page.encode())


def style() -> Response:
    """The style sheet."""
    sheet = files("sfrouter.localorg").joinpath("page.css").read_bytes()
    return Response(200, {"Content-Type": "text/css;charset=UTF-8", "X-Content-Type-Options": "nosniff"}, sheet)


def moved(to: str, headers: dict[str, str] | None = None) -> Response:
    """On to another page, after a form."""
    return Response(303, {"Location": to} | (headers or {}))


def _who(seat: Seat, here: str) -> Html:
    choices = [
        tag("option", one.name, value=one.id, selected=one.id == seat.person.user_id) for one in seat.people
    ]
    return tag(
        "form",
        tag("label", "You act as", for_="user"),
        tag("select", choices, name="user", id="user"),
        tag("input", type="hidden", name="back", value=here),
        tag("button", "Change"),
        method="post",
        action="/person",
    )
