"""The local org in a browser, at `/`: lists and records to look at, and owners and links to change by hand."""

from __future__ import annotations

from urllib.parse import parse_qsl

from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Request, Response
from sfrouter.localorg.local_caller import refuse_strangers
from sfrouter.localorg.org import Org
from sfrouter.localorg.page_frame import framed, moved, style
from sfrouter.localorg.page_html import tag
from sfrouter.localorg.page_lists import listed
from sfrouter.localorg.page_people import COOKIE, Seat, active_users, seat_of
from sfrouter.localorg.page_record import NotFoundError, change, record

_RECORD = "/record/"


class Page:
    """Answers the paths of the screen. It works without JavaScript, for browsers on this machine only."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def answer(self, request: Request) -> Response | None:
        """The page of a path; None for a path that is not the screen's."""
        path = request.path
        if path not in {"/", "/person", "/page.css"} and not path.startswith(_RECORD):
            return None
        try:
            refuse_strangers(request)
        except OrgError as problem:
            return _plain(problem.status, problem.message)
        with self._org.store.lock:
            self._org.settle()
            return self._answer(request, path)

    def _answer(self, request: Request, path: str) -> Response:
        get = request.method in {"GET", "HEAD"}
        if path == "/page.css" and get:
            return style()
        try:
            seat = seat_of(self._org, request)
        except LookupError as problem:
            return _plain(503, f"There is nobody who could look: {problem}.")
        if path == "/" and get:
            return listed(self._org, seat, request)
        if path == "/person" and request.method == "POST":
            return self._sit_down(_form(request))
        if path.startswith(_RECORD) and (get or request.method == "POST"):
            return self._record(seat, request, path[len(_RECORD) :])
        return _plain(405, "That cannot be done here.")

    def _sit_down(self, form: dict[str, str]) -> Response:
        """Take the chosen user's seat, and go back to the page that was shown."""
        chosen = form.get("user", "")
        if all(one.id != chosen for one in active_users(self._org)):
            return _plain(400, "There is no such active user.")
        back = form.get("back", "/")
        # Only a path of our own: "//host" would lead away.
        to = back if back.startswith("/") and not back.startswith("//") and back.isprintable() else "/"
        return moved(to, {"Set-Cookie": f"{COOKIE}={chosen}; Path=/; HttpOnly; SameSite=Strict"})

    def _record(self, seat: Seat, request: Request, row_id: str) -> Response:
        try:
            if request.method != "POST":
                return record(self._org, seat, row_id, done=request.parameters.get("saved") == "1")
            try:
                change(self._org, seat, row_id, _form(request))
            except OrgError as problem:
                said = f"Not saved: {problem.message}"
                return record(self._org, seat, row_id, problem=said, status=400)
            return moved(f"{_RECORD}{row_id}?saved=1")
        except NotFoundError:
            said = tag("p", "There is no such record, or you may not see it.", class_="problem")
            return framed(seat, "Not found", said, here="/", status=404)


def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def _plain(status: int, sentence: str) -> Response:
    return Response(status, {"Content-Type": "text/plain;charset=UTF-8"}, sentence.encode())
