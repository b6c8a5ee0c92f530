"""Troubles that last for a while: the org is set up otherwise, rights are lost, clocks go wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import inf
from typing import TYPE_CHECKING

from sfrouter.localorg import flow_actions
from sfrouter.localorg.duplicates import DuplicateRule, Matching
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Handler, Request, Response
from sfrouter.localorg.flows import Flow, FlowCall
from sfrouter.localorg.occasion import Occasion
from sfrouter.localorg.validation import ValidationRule
from tests.simulation.bite import Bite, uncounted
from tests.simulation.disk import disk_full, disk_read_only, ledger_damaged, mirror_damaged
from tests.simulation.other_org import other_org
from tests.simulation.poison import NAME, poisoned_newcomers
from tests.simulation.transport import Call
from tests.simulation.world import IN_ITS_WORDS

if TYPE_CHECKING:
    from tests.simulation.history import History

Deed = Callable[["History", Bite], Callable[[], object]]
Seen = Callable[[Call, Response], bool]
TITLE = "Title"
_SINCE = re.compile(r"SystemModstamp >=? ?(\S+Z)")


@dataclass(frozen=True, slots=True)
class WorldTrouble:
    """One such trouble and its numbers in the catalogue. `begin` starts it and answers how to end it.

    It is told whom to call when something meets the trouble. Without `begin` it is only counted, wherever it comes
    about by itself. `always`: no failure, but a condition under which all histories are lived.
    `meets_chiefs`: what chiefs' leads are given, a priority, meets it above all.
    """

    name: str
    ids: tuple[str, ...]
    begin: Deed | None = None
    always: bool = False
    meets_chiefs: bool = False


@dataclass(slots=True)
class Hiding:
    """A field of leads that we may not see for a while, from and until when (elapsed seconds)."""

    field: str
    since: float
    until: float = inf


def field_hidden(history: History, bites: Bite) -> Callable[[], object]:
    """Field-level security takes a field of the mapping from us."""
    return hide(history, history.chance.choice((TITLE, "Status", "State", "Account__c", "Rating")), bites)


def hide(history: History, name: str, bites: Bite = uncounted) -> Callable[[], object]:
    """Take this field of leads from us; the history keeps which one it was, and when."""
    org, router = history.org, history.org.id_of("@router")
    org.hide_fields(router, {("Lead", name)})
    history.described_otherwise = True
    hiding = Hiding(name, history.clock.monotonic())
    history.hidden.append(hiding)
    refused = _says(b"INVALID_FIELD", name.encode())
    unwatched = _watched(
        history, lambda call, answer: _describes_leads(call, answer) or refused(call, answer), bites
    )

    def over() -> None:
        unwatched()
        org._hidden.pop(router, None)
        hiding.until = history.clock.monotonic()

    return over


def owner_put_back(history: History, bites: Bite) -> Callable[[], object]:
    """An automation undoes our owner in the same save."""
    ours = frozenset({history.org.id_of("@router")})
    occasion = Occasion(object_name="Lead", creating=False, changed=frozenset({"OwnerId"}), only_for=ours)
    return _flow(history, Flow(name="put back", occasion=occasion, run=flow_actions.revert_owner), bites)


def owner_taken_later(history: History, bites: Bite) -> Callable[[], object]:
    """An automation gives the lead to somebody else a moment after us."""
    org = history.org
    ours = frozenset({org.id_of("@router")})
    occasion = Occasion(object_name="Lead", creating=False, changed=frozenset({"OwnerId"}), only_for=ours)
    run = flow_actions.rotate((org.id_of("@jane"), org.id_of("@inbound")))
    seconds = history.chance.choice((1, 20))
    flow = Flow(name="take", occasion=occasion, run=run, after_seconds=seconds, run_as=org.id_of("@iris"))
    return _flow(history, flow, bites)


def converted_at_once(history: History, bites: Bite) -> Callable[[], object]:
    """An automation converts every new lead."""
    iris = history.org.id_of("@iris")
    occasion = Occasion(object_name="Lead", updating=False)
    flow = Flow(name="convert", occasion=occasion, run=flow_actions.convert_lead, after_seconds=4, run_as=iris)
    return _flow(history, flow, bites)


def _flow(history: History, flow: Flow, bites: Bite) -> Callable[[], object]:
    def run(call: FlowCall) -> None:
        history.contested.add(str(call.row["Id"]))
        bites()
        flow.run(call)

    history.org.flows.add(replace(flow, run=run))
    return lambda: history.org.flows.remove(flow.name)


def validation_rule(history: History, bites: Bite = uncounted) -> Callable[[], object]:
    """A rule of the org refuses every owner that we write."""
    ours = frozenset({history.org.id_of("@router")})
    occasion = Occasion(object_name="Lead", creating=False, changed=frozenset({"OwnerId"}), only_for=ours)
    rule = ValidationRule(name="no", occasion=occasion, message=f"Ask {IN_ITS_WORDS} first.")
    history.org.validation_rules.append(rule)
    unwatched = _watched(history, _says(rule.message.encode()), bites)
    return _both(unwatched, lambda: history.org.validation_rules.remove(rule))


def duplicate_rule(history: History, bites: Bite) -> Callable[[], object]:
    """A duplicate rule refuses our Tasks' leads and accounts whose name is there already."""
    same = Matching("same name", "Account", (("Name", "Name"),))
    leads = Matching("same company", "Lead", (("OwnerId", "OwnerId"),))
    words = f"duplicate value found: Name duplicates value on record of {IN_ITS_WORDS}"
    rules = [
        DuplicateRule(name="accounts", object_name="Account", matchings=(same,), blocks=True, message=words),
        DuplicateRule(name="leads", object_name="Lead", matchings=(leads,), creating=False, message=words),
    ]
    history.org.duplicate_rules += rules
    refused, store = _says(b"DUPLICATES_DETECTED"), history.org.store

    def finds(call: Call, answer: Response) -> bool:
        """Is a write refused, or a lead saved beside its like only because the router said that it may be?"""
        owners = {part["body"].get("OwnerId") for part in call.parts if call.kind == "change"} - {None}
        return refused(call, answer) or any(store.count("Lead", {"OwnerId": one}) > 1 for one in owners)

    unwatched = _watched(history, finds, bites)
    return _both(unwatched, history.org.duplicate_rules.clear)


def choice_removed(history: History, bites: Bite) -> Callable[[], object]:
    """The picklist that we write becomes restricted, without the choice that we would write."""
    kind = history.org.schema.object("Lead")
    field = kind.field("Rating") if kind else None
    if field is None:
        return lambda: None
    less = tuple(one for one in field.picklist_values if one.value != "Hot")
    history.org.schema.add_custom_field("Lead", replace(field, restricted_picklist=True, picklist_values=less))
    history.described_otherwise = True
    refused = _says(b"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")
    unwatched = _watched(
        history, lambda call, answer: _describes_leads(call, answer) or refused(call, answer), bites
    )
    return _both(unwatched, lambda: history.org.schema.add_custom_field("Lead", field))


def rows_hidden(history: History, bites: Bite) -> Callable[[], object]:
    """Sharing hides from us what we do not own."""
    return hide_rows(history, history.chance.choice(("Account", "Lead")), bites)


def hide_rows(history: History, name: str, bites: Bite = uncounted) -> Callable[[], object]:
    """Let the org-wide default of this object be private; the router owns no record, so that it sees none."""
    sharing, store = history.org.sharing, history.org.store
    sharing.set_default(name, "private")

    def lacks(call: Call, answer: Response) -> bool:
        """Would a row have been told, or written to?"""
        since = _SINCE.search(call.soql)
        asked = answer.status == 200 and f"FROM {name} " in f"{call.soql} "
        if not asked:
            return call.writes and (b"INSUFFICIENT_ACCESS" in answer.body or b"NOT_FOUND" in answer.body)
        moment = datetime.fromisoformat(since[1]) if since else datetime.min.replace(tzinfo=UTC)
        return any(row["SystemModstamp"] >= moment for row in store.rows(name))

    return _both(_watched(history, lacks, bites), lambda: sharing.set_default(name, None))


def version_retired(history: History, bites: Bite) -> Callable[[], object]:
    """The org no longer speaks our version."""
    gone = Response.of_error(OrgError(410, "UNSUPPORTED_API_VERSION", "API version 65.0 has been retired."))

    def refuse(request: Request, proceed: Handler) -> Response:
        if not request.path.startswith("/services/data/v"):
            return proceed(request)
        bites()
        return gone

    return _before_the_org(history, refuse)


def not_let_in(history: History, bites: Bite) -> Callable[[], object]:
    """The app's approval is withdrawn: no session, no new sign-in."""
    body = {"error": "invalid_grant", "error_description": "user hasn't approved this consumer"}

    def refuse(request: Request, proceed: Handler) -> Response:
        if not request.path.endswith("/oauth2/token"):
            return proceed(request)
        bites()
        return Response.of_json(body, 400)

    history.org.expire_sessions()
    return _before_the_org(history, refuse)


def _before_the_org(history: History, middleware: Callable[[Request, Handler], Response]) -> Callable[[], object]:
    history.org.middlewares.append(middleware)
    return lambda: history.org.middlewares.remove(middleware)


def _watched(history: History, seen: Seen, bites: Bite) -> Callable[[], object]:
    """Look at each call and its answer, where the org itself gives it."""

    def look(request: Request, proceed: Handler) -> Response:
        answer = proceed(request)
        if seen(Call(0, request), answer):
            bites()
        return answer

    return _before_the_org(history, look)


def _says(*words: bytes) -> Seen:
    return lambda _call, answer: all(word in answer.body for word in words)


def _describes_leads(call: Call, answer: Response) -> bool:
    asked = call.request.path.encode() + (call.request.body or b"")
    return call.kind == "describe" and answer.status == 200 and b"/Lead/describe" in asked


def _both(one: Callable[[], object], other: Callable[[], object]) -> Callable[[], object]:
    def each() -> None:
        one()
        other()

    return each


def clock_wrong(history: History, bites: Bite) -> Callable[[], object]:
    """The machine's clock jumps, by up to a quarter of an hour; what is decided and written meanwhile meets it."""
    clock = history.clock
    clock.skew = timedelta(seconds=history.chance.choice((-900, -120, -20, 20, 120, 900)))
    unwatched = _watched(history, lambda call, _answer: call.kind == "change", bites)

    def right() -> None:
        unwatched()
        clock.skew = timedelta(0)

    return right


WORLD_TROUBLES = (
    WorldTrouble("a field is hidden from us", ("F11", "F12"), field_hidden, meets_chiefs=True),
    WorldTrouble("an automation puts the owner back", ("F36", "F37"), owner_put_back),
    WorldTrouble("an automation takes the lead later", ("F36", "F37"), owner_taken_later),
    WorldTrouble("an automation converts new leads", ("F41",), converted_at_once),
    WorldTrouble("a validation rule refuses our owners", ("validation",), validation_rule),
    WorldTrouble("a choice is taken off a picklist", ("F48",), choice_removed, meets_chiefs=True),
    WorldTrouble("duplicate rules", ("F42",), duplicate_rule),
    WorldTrouble("sharing hides rows", ("F13",), rows_hidden),
    WorldTrouble("the API version is retired", ("F27",), version_retired),
    WorldTrouble("we are not let in", ("F23",), not_let_in),
    WorldTrouble("another org answers", ("F28",), other_org),
    WorldTrouble("the machine's clock is wrong", ("F29",), clock_wrong),
    WorldTrouble(NAME, ("F31", "poison"), poisoned_newcomers),
    WorldTrouble("the disk is full", ("disk full",), disk_full),
    WorldTrouble("the disk can only be read", ("disk read-only",), disk_read_only),
    WorldTrouble("the mirror's file is damaged", ("mirror damaged",), mirror_damaged),
    WorldTrouble("the ledger's file is damaged", ("ledger damaged",), ledger_damaged),
    WorldTrouble("leads seen long after their stamp", ("F01",)),
    WorldTrouble("more leads of one second than a page holds", ("F02", "F03")),
    WorldTrouble("accounts merged", ("F06",)),
    WorldTrouble("leads deleted by people", ("F05",)),
    WorldTrouble("a start with a .netrc for the org's host", ("F30",), always=True),
    WorldTrouble("lead writes under an active assignment rule", ("F35",), always=True),
    WorldTrouble("leads given to a queue", ("F40",), always=True),
    WorldTrouble("queries of objects with compound fields", ("F14",), always=True),
    WorldTrouble("queries with a moment in them", ("F16",), always=True),
    WorldTrouble("leads whose ids differ only in case", ("F18",)),
    WorldTrouble("Tasks made on leads", ("F46",), always=True),
    WorldTrouble("several leads of one pool in one round", ("F47",)),
    WorldTrouble("rows of CSV with quotes, line breaks and #N/A", ("F20",)),
    WorldTrouble("a formula changes without a stamp", ("F07",)),
    WorldTrouble("a night in which the clock is changed", ("F17",)),
    WorldTrouble("decisions that hang on a dated rate", ("F45",)),
    WorldTrouble("decisions beside a private customer's name", ("F44",)),
    WorldTrouble("leads beyond a flood's limit, judged", ("flood",)),
)
