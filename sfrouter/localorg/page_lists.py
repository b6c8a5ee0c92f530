"""The list views of the screen: the newest leads, accounts and tasks, found by name, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Request, Response
from sfrouter.localorg.org import Org
from sfrouter.localorg.page_frame import LISTS, framed
from sfrouter.localorg.page_html import Html, Inner, tag
from sfrouter.localorg.page_people import Seat

ROWS = 50
"""Rows of a page."""

_LAST_PAGE = 41
"""A query skips at most 2,000 rows."""

_EVERY = 5
"""Seconds between two reloads of a list that is watched."""


@dataclass(frozen=True, slots=True)
class _View:
    object_name: str
    columns: tuple[tuple[str, str], ...]
    found_by: tuple[str, ...]


_VIEWS = {
    "leads": _View(
        "Lead",
        (
            ("Name", "Name"),
            ("Company", "Company"),
            ("E-mail", "Email"),
            ("Status", "Status"),
            ("Owner", "Owner.Name"),
        ),
        ("Name", "Company", "Email"),
    ),
    "accounts": _View(
        "Account",
        (("Name", "Name"), ("Website", "Website"), ("City", "BillingCity"), ("Owner", "Owner.Name")),
        ("Name", "Website"),
    ),
    "tasks": _View(
        "Task",
        (("Subject", "Subject"), ("Status", "Status"), ("Due", "ActivityDate"), ("Owner", "Owner.Name")),
        ("Subject",),
    ),
}
_MORE = {"tasks": (("Who", "Who.Name"), ("What", "What.Name"))}
_CREATED = ("Created", "CreatedDate")


def listed(org: Org, seat: Seat, request: Request) -> Response:
    """GET /?list=leads&search=...&page=2&every=5."""
    name = request.parameters.get("list", "leads")
    name = name if name in _VIEWS else "leads"
    view = _VIEWS[name]
    search = request.parameters.get("search", "").strip()[:80]
    page = _whole(request.parameters.get("page"), 1, _LAST_PAGE)
    every = _EVERY if request.parameters.get("every") else 0
    asked = {"list": name} | ({"search": search} if search else {}) | ({"page": str(page)} if page > 1 else {})
    columns = _columns(org, seat, name)
    title = dict(LISTS)[name]
    try:
        rows = seat.person.query(_soql(view, columns, search, page))
        total = seat.person.count(f"SELECT COUNT() FROM {view.object_name}{_where(view, search)}")  # noqa: S608
        content: Inner = [_table(columns, rows), _pages(asked, page, total)]
    except OrgError as problem:
        content = [tag("p", problem.message, role="alert", class_="problem")]
        total = 0
    tools = tag("div", _search_form(name, search), _watch(asked, every), class_="tools")
    count = tag("p", f"{total:,} {'row' if total == 1 else 'rows'}, newest first", role="status")
    here = f"/?{urlencode(asked | ({'every': '1'} if every else {}))}"
    return framed(seat, title, tools, count, content, here=here, current=name, every=every)


def account_links(org: Org, seat: Seat, object_name: str) -> list[tuple[str, str, str]]:
    """The links of an object to accounts that the person sees: label, field name, relationship name."""
    kind = org.schema.object(object_name)
    if kind is None:
        return []
    return [
        (one.label, one.name, one.relationship_name)
        for one in kind.fields.values()
        if one.reference_to == ("Account",)
        and one.relationship_name is not None
        and one.updateable
        and org.shows(seat.person.user_id, kind.name, one.name)
    ]


def _columns(org: Org, seat: Seat, name: str) -> list[tuple[str, str]]:
    """Headings and query paths of the columns that the person may see."""
    object_name = _VIEWS[name].object_name
    wanted = [*_VIEWS[name].columns, *_MORE.get(name, ())]
    links = account_links(org, seat, object_name) if name == "leads" else []
    wanted += [(label, f"{relationship}.Name") for label, _, relationship in links]
    kind = org.schema.object(object_name)
    shown = []
    for label, path in [*wanted, _CREATED]:
        first = path.partition(".")[0]
        field = kind and (kind.by_relationship(first) if "." in path else kind.field(first))
        if field and org.shows(seat.person.user_id, object_name, field.name):
            shown.append((label, path))
    return shown


def _soql(view: _View, columns: list[tuple[str, str]], search: str, page: int) -> str:
    paths = ", ".join(["Id", *(path for _, path in columns)])
    order = f"ORDER BY CreatedDate DESC, Id DESC LIMIT {ROWS} OFFSET {(page - 1) * ROWS}"
    return f"SELECT {paths} FROM {view.object_name}{_where(view, search)} {order}"  # noqa: S608


def _where(view: _View, search: str) -> str:
    if not search:
        return ""
    quoted = "".join(f"\\{letter}" if letter in "\\'%_" else letter for letter in search)
    return " WHERE " + " OR ".join(f"{field} LIKE '%{quoted}%'" for field in view.found_by)


def _table(columns: list[tuple[str, str]], rows: list[dict[str, Any]]) -> Html:
    if not rows:
        return tag("p", "Nothing here.", class_="nothing")
    head = tag("tr", [tag("th", label, scope="col") for label, _ in columns])
    body = [tag("tr", [_cell(row, number, path) for number, (_, path) in enumerate(columns)]) for row in rows]
    return tag("div", tag("table", tag("thead", head), tag("tbody", body)), class_="wide")


def _cell(row: dict[str, Any], number: int, path: str) -> Html:
    shown = told(_value(row, path))
    if number:
        return tag("td", shown, class_="when" if shown.endswith(" UTC") else None)
    return tag("th", tag("a", shown or "(no name)", href=f"/record/{row['Id']}"), scope="row")


def _value(row: dict[str, Any], path: str) -> Any:
    value: Any = row
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def told(value: Any) -> str:
    """A value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    written = str(value)
    if len(written) == 28 and written.endswith(".000+0000"):
        return f"{written[:10]} {written[11:19]} UTC"
    return written


def _search_form(name: str, search: str) -> Html:
    return tag(
        "form",
        tag("input", type="hidden", name="list", value=name),
        tag("label", "Find", for_="search"),
        tag("input", type="search", name="search", id="search", value=search),
        tag("button", "Find"),
        action="/",
        role="search",
    )


def _watch(asked: dict[str, str], every: int) -> Html:
    if every:
        return tag("p", f"Reloads every {_EVERY} seconds. ", tag("a", "Stop", href=f"/?{urlencode(asked)}"))
    return tag("p", tag("a", f"Reload every {_EVERY} seconds", href=f"/?{urlencode(asked | {'every': '1'})}"))


def _pages(asked: dict[str, str], page: int, total: int) -> Html | None:
    last = min(_LAST_PAGE, max(1, -(-total // ROWS)))
    if last == 1:
        return None
    links = [("Newer", page - 1)] if page > 1 else []
    links += [("Older", page + 1)] if page < last else []
    pieces = [tag("a", label, href=f"/?{urlencode(asked | {'page': str(to)})}") for label, to in links]
    return tag("nav", tag("span", f"Page {page} of {last}"), pieces, aria_label="Pages", class_="pages")


def _whole(text: str | None, least: int, most: int) -> int:
    return min(most, max(least, int(text))) if text is not None and text.isdecimal() and len(text) < 9 else least
