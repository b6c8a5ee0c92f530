"""Flows: automations of the org's own that run when a record is saved, at once or some time later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sfrouter.localorg import writes
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.occasion import Occasion, Row
from sfrouter.localorg.schema import ObjectType

if TYPE_CHECKING:
    from sfrouter.localorg.org import Org


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowCall:
    """One run of a flow: the row as it is now, as it was before (None for a new one), and whose write it was.

    In a `before` flow, `changes` is what will be saved and may be altered; else it is empty.
    """

    org: Org
    kind: ObjectType
    row: Row
    before: Row | None
    changes: dict[str, Any]
    writer: writes.Writer

    def update(self, values: dict[str, Any]) -> None:
        """Change the record that the flow runs for. Raises OrgError when a rule forbids it."""
        row = writes.find(self.org, self.kind, self.row["Id"])
        writes.update(self.org, self.writer, self.kind, row, values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One automation. `run` may be any Python; after a save its writes belong to the same transaction.

    `after_seconds` runs it that much later on the org's clock, in a transaction of its own; with `again` its
    own late write sets it off anew. `run_as` writes in the name of another user.
    """

    name: str
    occasion: Occasion
    run: Callable[[FlowCall], None]
    timing: Literal["before", "after"] = "after"
    after_seconds: float = 0
    again: bool = False
    run_as: str | None = None


@dataclass(frozen=True, slots=True)
class _Due:
    at: datetime
    flow: Flow
    kind: ObjectType
    row_id: str
    before: Row | None
    user_id: str


class Flows:
    """The flows of an org. `failures` tells what went wrong in late runs: (flow, error code and sentence)."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._flows: list[Flow] = []
        self._due: list[_Due] = []
        self.failures: list[tuple[str, str]] = []

    def add(self, flow: Flow) -> None:
        """Switch a flow on. Raises ValueError for a name that is taken."""
        if any(one.name == flow.name for one in self._flows):
            raise ValueError(f"there is a flow called {flow.name!r} already")
        self._flows.append(flow)

    def remove(self, name: str) -> None:
        """Switch a flow off, with its late runs. Raises KeyError when there is none of that name."""
        kept = [one for one in self._flows if one.name != name]
        if len(kept) == len(self._flows):
            raise KeyError(name)
        self._flows = kept
        self._due = [one for one in self._due if one.flow.name != name]

    def names(self) -> tuple[str, ...]:
        """The flows that are on."""
        return tuple(one.name for one in self._flows)

    def before_save(
        self, writer: writes.Writer, kind: ObjectType, before: Row | None, changes: dict[str, Any]
    ) -> None:
        """Run the `before` flows, which may alter `changes`. Raises OrgError when one fails."""
        for flow in self._fitting("before", writer, kind, before, {**(before or {}), **changes}):
            row = {**(before or {}), **changes}
            call = FlowCall(org=self._org, kind=kind, row=row, before=before, changes=changes, writer=writer)
            self._run(flow, call)

    def after_save(self, writer: writes.Writer, kind: ObjectType, before: Row | None, row_id: str) -> None:
        """Run, or put off, the flows that a saved row sets off. Raises OrgError when one fails."""
        if not self._flows:
            return
        after = self._org.store.get(kind.name, row_id) or {}
        for flow in self._fitting("after", writer, kind, before, after):
            if flow.after_seconds:
                at = self._org.clock.now() + timedelta(seconds=flow.after_seconds)
                self._due.append(_Due(at, flow, kind, row_id, before, writer.user_id))
            else:
                self._run(flow, self._call(flow, kind, after, before, writer))

    def run_due(self) -> int:
        """Run the late flows whose time has come; tells how many."""
        now = self._org.clock.now()
        due = sorted((one for one in self._due if one.at <= now), key=lambda one: one.at)
        self._due = [one for one in self._due if one.at > now]
        for one in due:
            self._run_late(one)
        return len(due)

    def run_now(self, name: str, object_name: str, row_id: str, user_id: str) -> None:
        """Run one flow for one row at once, whatever its occasion. Raises KeyError, OrgError."""
        flow = next((one for one in self._flows if one.name == name), None)
        kind = self._org.schema.object(object_name)
        if flow is None or kind is None:
            raise KeyError(name if flow is None else object_name)
        row = writes.find(self._org, kind, row_id)
        with self._org.store.transaction():
            self._run(flow, self._call(flow, kind, row, None, writes.Writer(user_id)))

    # -- inside ------------------------------------------------------------

    def _fitting(
        self, timing: str, writer: writes.Writer, kind: ObjectType, before: Row | None, after: Row
    ) -> list[Flow]:
        return [
            flow
            for flow in self._flows
            if flow.timing == timing
            and flow.name not in writer.flows
            and flow.occasion.fits(kind.name, writer.user_id, before, after)
        ]

    def _call(self, flow: Flow, kind: ObjectType, row: Row, before: Row | None, writer: writes.Writer) -> FlowCall:
        own = writes.Writer(flow.run_as or writer.user_id, "FALSE", flows=writer.flows | {flow.name}, system=True)
        return FlowCall(org=self._org, kind=kind, row=row, before=before, changes={}, writer=own)

    def _run(self, flow: Flow, call: FlowCall) -> None:
        """Run a flow; a failure refuses the save, its cause at the end of the sentence."""
        try:
            flow.run(call)
        except OrgError as problem:
            moment = ("Before" if flow.timing == "before" else "After") + ("Update" if call.before else "Insert")
            cause = f"{problem.code}, {problem.message}"
            sentence = f"{flow.name}: execution of {moment}\n\ncaused by: {cause}"
            raise OrgError(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", sentence, ()) from problem

    def _run_late(self, due: _Due) -> None:
        row = self._org.store.get(due.kind.name, due.row_id)
        if row is None:
            return
        set_off = frozenset() if due.flow.again else frozenset({due.flow.name})
        writer = writes.Writer(due.flow.run_as or due.user_id, "FALSE", flows=set_off, system=True)
        call = FlowCall(org=self._org, kind=due.kind, row=row, before=due.before, changes={}, writer=writer)
        try:
            with self._org.store.transaction():
                self._run(due.flow, call)
        except OrgError as problem:
            self.failures.append((due.flow.name, f"{problem.code}: {problem.message}"))
