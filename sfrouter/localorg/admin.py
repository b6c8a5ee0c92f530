"""The hidden hand in a rehearsal: sets the clock, brings faults, ends sessions, deactivates users, holds rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sfrouter.localorg import admin_records
from sfrouter.localorg.admin_body import Body, ids, moment, number, only, text
from sfrouter.localorg.errors import OrgError
from sfrouter.localorg.exchange import Request, Response, parse_json
from sfrouter.localorg.fault_plan import KINDS, FaultPlanError
from sfrouter.localorg.faults import Faults
from sfrouter.localorg.local_caller import refuse_strangers
from sfrouter.localorg.org import Org

PREFIX = "/localorg"


class Admin:
    """Answers what is asked below /localorg. Salesforce has no such thing, so it takes no token.

    It reaches everything, therefore it answers this machine's programs only, and no page of another site.
    """

    def __init__(self, org: Org) -> None:
        self._org = org
        self._faults: Faults | None = None
        self._deeds: Mapping[tuple[str, str], Callable[[Body], Any]] = {
            ("GET", ""): lambda body: self._state(),
            ("GET", "/clock"): lambda body: self._time(),
            ("POST", "/clock"): self._set_clock,
            ("GET", "/faults"): lambda body: self._fault_state(),
            ("PUT", "/faults"): self._set_faults,
            ("DELETE", "/faults"): lambda body: self._clear_faults(),
            ("POST", "/sessions/expire"): self._expire,
            ("POST", "/commits"): self._set_delay,
            ("GET", "/commits"): lambda body: self._commits(),
            ("POST", "/commits/release"): self._release,
            ("POST", "/commits/roll-back"): self._roll_back,
            ("POST", "/locks/hold"): self._hold,
            ("POST", "/locks/release"): self._let_go,
            ("GET", "/log"): lambda body: self._log(),
        } | admin_records.deeds(org)

    def answer(self, request: Request) -> Response | None:
        """The answer to a request below /localorg; None for any other path."""
        path = request.path.rstrip("/")
        if path != PREFIX and not path.startswith(f"{PREFIX}/"):
            return None
        try:
            refuse_strangers(request)
            return self._answer(request, path[len(PREFIX) :])
        except OrgError as problem:
            return Response.of_error(problem)
        except (FaultPlanError, KeyError, ValueError) as problem:
            said = f"there is no {problem.args[0]!r}" if isinstance(problem, KeyError) else str(problem)
            return Response.of_error(OrgError(400, "BAD_WISH", said))

    def use_faults(self, plan: Body | Path | str) -> None:
        """Strike calls by a plan from now on, instead of by the one before. Raises FaultPlanError."""
        faults = Faults(self._org, plan)
        self._clear_faults()
        self._faults = faults
        self._org.middlewares.append(faults)

    def _answer(self, request: Request, path: str) -> Response:
        deed = self._deeds.get((request.method, path))
        if deed is None:
            known = ", ".join(f"{method} {PREFIX}{one}" for method, one in self._deeds)
            raise OrgError(404, "NOT_FOUND", f"There is no {request.method} {PREFIX}{path}. There are: {known}")
        body = parse_json(request.body) if request.body.strip() else {}
        if not isinstance(body, dict):
            raise ValueError("a JSON object is wanted")
        with self._org.store.lock:
            self._org.settle()
            return Response.of_json(deed(body))

    # -- what there is ------------------------------------------------------------

    def _state(self) -> dict[str, Any]:
        return {
            "organization": self._org.org_id,
            "clock": self._time(),
            "calls": {"used": self._org.calls.used(), "maximum": self._org.calls.maximum},
            "flows": list(self._org.flows.names()),
            "faults": self._fault_state(),
            "commits": self._commits(),
            "aliases": dict(self._org.aliases),
            "deeds": [f"{method} {PREFIX}{path}" for method, path in self._deeds],
        }

    def _log(self) -> list[dict[str, Any]]:
        return [
            asdict(entry) | {"time": entry.time.isoformat(), "headers": dict(entry.headers)}
            for entry in list(self._org.request_log)[-500:]
        ]

    # -- the clock ------------------------------------------------------------

    def _time(self) -> dict[str, str]:
        return {"now": self._org.clock.now().isoformat()}

    def _set_clock(self, body: Body) -> dict[str, str]:
        """{"set": time} stops it there, {"run_from": time} lets it run on, {"advance": seconds} moves it."""
        only(body, "set", "run_from", "advance")
        if len(body) != 1:
            raise ValueError("the clock wants one of `set`, `run_from` and `advance`")
        if "advance" in body:
            self._org.clock.advance(number(body, "advance"))
        elif "set" in body:
            self._org.clock.set(moment(body, "set"))
        else:
            self._org.clock.run_from(moment(body, "run_from"))
        self._org.settle()
        return self._time()

    # -- faults ------------------------------------------------------------

    def _set_faults(self, body: Body) -> dict[str, Any]:
        self.use_faults(body)
        return self._fault_state()

    def _clear_faults(self) -> dict[str, Any]:
        if self._faults is not None and self._faults in self._org.middlewares:
            self._org.middlewares.remove(self._faults)
        self._faults = None
        return self._fault_state()

    def _fault_state(self) -> dict[str, Any]:
        plan = None if self._faults is None else {"seed": self._faults.seed, "faults": self._faults.counts()}
        return {"plan": plan, "kinds": dict(KINDS)}

    # -- sessions, commits, locks ------------------------------------------------------------

    def _expire(self, body: Body) -> dict[str, int]:
        """All sessions, or with {"user": "@key"} those of one user."""
        only(body, "user")
        if "user" in body:
            return {"ended": self._org.sessions.expire_user(self._org.id_of(text(body, "user")))}
        return {"ended": self._org.expire_sessions()}

    def _set_delay(self, body: Body) -> dict[str, Any]:
        """{"delay": seconds} makes every write visible that much later; {"delay": null} holds it for good."""
        only(body, "delay")
        if "delay" not in body:
            raise ValueError("`delay` is wanted: seconds from 0 to 600, or null")
        self._org.visibility.delay = None if body["delay"] is None else number(body, "delay")
        return self._commits()

    def _release(self, body: Body) -> dict[str, Any]:
        """{"number": n} commits one open transaction; without it, all."""
        only(body, "number")
        if "number" in body:
            self._org.visibility.commit(int(number(body, "number")))
        else:
            self._org.visibility.commit_all()
        return self._commits()

    def _roll_back(self, body: Body) -> dict[str, Any]:
        """{"number": n} forgets one open transaction."""
        only(body, "number")
        self._org.visibility.roll_back(int(number(body, "number")))
        return self._commits()

    def _commits(self) -> dict[str, Any]:
        waiting = [
            {
                "number": one.number,
                "user": one.user_id,
                "started": one.started_at.isoformat(),
                "commits": None if one.commits_at is None else one.commits_at.isoformat(),
                "rows": sorted({change.id for change in one.changes}),
            }
            for one in self._org.visibility.open_transactions()
        ]
        return {"delay": self._org.visibility.delay, "open": waiting}

    def _hold(self, body: Body) -> dict[str, Any]:
        """{"ids": [...], "seconds": n} holds rows as another transaction would; without seconds until let go."""
        only(body, "ids", "seconds")
        seconds = number(body, "seconds") if "seconds" in body else None
        held = ids(self._org, body, "ids")
        self._org.locks.hold(held, seconds)
        return {"held": held}

    def _let_go(self, body: Body) -> dict[str, Any]:
        """{"ids": [...]} lets rows go; without it, all."""
        only(body, "ids")
        self._org.locks.release(ids(self._org, body, "ids") if "ids" in body else None)
        return {"released": True}
