"""`sfrouter status --json`, asked as anybody would: its counts must be those of plain SQL, and name every lead.

The command's own code runs, beside the process or after it, with the simulated clock and the history's files.
"""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest.mock import patch

import sfrouter.base.clock
import sfrouter.cli.settings
from sfrouter.cli.status import status
from tests.simulation.files import Row, bound_org, selected
from tests.simulation.history import History
from tests.simulation.invariants import Evidence, Found
from tests.simulation.world import POLL, settings_for

ASKED = "status asked and judged"
SHARE = 0.1
"""Of bounded histories."""
MOST_NAMED = 50
"""Writes that `status` lists at most; all are counted."""
STRANDED = "catch_all"
_ENDED_BADLY = ("refused", "dead")
_NOUNS = ("lead", "account", "user", "contact", "opportunity")


def is_asked(history: History) -> bool:
    """By dice of its own."""
    drawn = random.Random(f"{history.seed}/status").random() < SHARE
    return history.mode == "bounded" and drawn and bool(bound_org(history.data))


def status_is_right(history: History) -> Found:
    """Ask, and compare with what stands in the files and in the org at this moment."""
    try:
        told = asked(history)
        asked(history, as_json=False)
    except Exception as problem:
        yield f"S1 status broke: {type(problem).__name__}: {problem}"
        return
    history.met[ASKED] += 1
    picture = Picture(history, told["status"])
    yield from picture.counts_of_the_ledger()
    yield from picture.counts_of_the_mirror()
    yield from picture.every_write_has_its_reason()
    yield from picture.every_lead_is_told()


def asked(history: History, *, as_json: bool = True) -> dict[str, Any]:
    """What the command prints: its JSON, or nothing of its tables."""
    printed, settings = io.StringIO(), settings_for(history.data)
    with (
        patch.object(sfrouter.cli.settings, "load_settings", lambda: settings),
        patch.object(sfrouter.base.clock, "SystemClock", lambda: history.clock),
        redirect_stdout(printed),
    ):
        status(as_json=as_json, healthy=False)
    found: dict[str, Any] = json.loads(printed.getvalue()) if as_json else {}
    return found


@dataclass(frozen=True)
class Picture:
    """What `status` said of a history, beside the history's own files."""

    history: History
    told: dict[str, Any]

    @cached_property
    def one(self) -> Evidence:
        return Evidence(self.history)

    def _of(self, file: str, query: str) -> list[Row]:
        return selected(Path(self.history.data) / file, query)

    def _count(self, file: str, what: str) -> int:
        return int(self._of(file, f"SELECT COUNT(*) AS count FROM {what}")[0]["count"])  # noqa: S608

    def counts_of_the_ledger(self) -> Found:
        """Everything that `status` counts there."""
        outbox = self.one.ledger.outbox
        told, badly = self.told["ledger"], [row for row in outbox if row["state"] in _ENDED_BADLY]
        counted = {
            "decisions": (told["decisions"], self._count("ledger.db", "decision")),
            "by_rule": (told["by_rule"], dict(Counter(row["rule"] for row in self.one.ledger.decisions))),
            "writes": (
                {(each["kind"], each["state"]): each["count"] for each in told["writes"]},
                dict(Counter((row["kind"], row["state"]) for row in outbox)),
            ),
            "troubled_count": (told["troubled_count"], len(badly)),
            "troubled": (len(told["troubled"]), min(MOST_NAMED, len(badly))),
            "to_decide_anew": (told["to_decide_anew"], self._count("ledger.db", "decide_anew")),
            "open_reviews": (told["open_reviews"], self._count("ledger.db", "review WHERE state = 'open'")),
            "replies_awaited": (
                self.told["replies_awaited"], self._count("ledger.db", "sla_clock WHERE stopped_at IS NULL")
            ),
            "stuck": (len(self.told["stuck"]), self._count("ledger.db", "note WHERE name LIKE 'stuck|%'")),
            "contested": (
                len(self.told["contested"]), self._count("ledger.db", "contest WHERE ended_because = ''")
            ),
            "missing": (
                self.told["missing"]["count"], self._count("ledger.db", "note WHERE name LIKE 'missing|%'")
            ),
        }  # fmt: skip
        for name, (said, right) in counted.items():
            if said != right:
                yield f"S2 status says {name} {said}, and the ledger holds {right}"

    def counts_of_the_mirror(self) -> Found:
        """The living records of each object that everybody reads."""
        said = {each["noun"]: each["rows"] for each in self.told["mirror"]}
        for noun in _NOUNS:
            right = self._count("mirror.db", f'"{noun}" WHERE deleted = 0')
            if said.get(noun) != right:
                yield f"S2 status says {said.get(noun)} records of {noun}, and the mirror holds {right}"

    def every_write_has_its_reason(self) -> Found:
        """What is kept back for longer than two polls is named with the org's code or words."""
        named = {row["key"]: row for row in (*self.told["ledger"]["held"], *self.told["ledger"]["troubled"])}
        full = len(self.told["ledger"]["held"]) == MOST_NAMED
        soon = self.history.start + timedelta(seconds=self.history.clock.monotonic() + 2 * POLL)
        for row in self.one.ledger.live():
            held = row["not_before"] and datetime.fromisoformat(f"{row['not_before']}+00:00") > soon
            if not held or row["state"] != "pending" or full:
                continue
            told = named.get(row["key"])
            if told is None or not (told["answer_code"] or told["answer_text"]):
                yield f"S3 the {row['kind']} of lead {row['lead_id']} is held, and status gives no reason"

    def every_lead_is_told(self) -> Found:
        """I1: each lead that lies in the intake is counted as waiting, or stands there with a reason."""
        waiting = set(self._waiting())
        if self.told["waiting"] != len(waiting):
            yield f"S2 status says that {self.told['waiting']} leads wait, and {len(waiting)} do"
        contested = {each["lead_id"] for each in self.told["contested"]}
        named = {row["lead_id"] for row in (*self.told["ledger"]["held"], *self.told["ledger"]["troubled"])}
        on_its_way = {row["lead_id"] for row in self.one.ledger.live()}
        last = self.one.ledger.last_decisions()
        for lead in self.one.leads.values():
            lead_id = lead["Id"]
            if lead["OwnerId"] != self.one.intake or lead["IsDeleted"] or lead["IsConverted"]:
                continue
            stays = lead_id in last and last[lead_id]["owner_id"] is None
            known = lead_id in self.one.mirror.leads
            if known and not stays and lead_id not in waiting | contested | named | on_its_way:
                yield f"S4 lead {lead_id} lies in the intake, and status tells of it nowhere"

    def _waiting(self) -> Iterator[str]:
        """The leads that the mirror has in the intake and that nothing is on its way to, by plain SQL."""
        last = self.one.ledger.last_decisions()
        query = f"SELECT * FROM lead WHERE owner_id = '{self.one.intake}' AND deleted = 0"  # noqa: S608
        for lead in self._of("mirror.db", query):
            decision = last.get(lead["id"])
            if _true(lead["converted"]):
                continue
            if decision is None or (decision["rule"] == STRANDED and decision["owner_id"] is None):
                yield lead["id"]
                continue
            write = self.one.lead_writes.get((lead["id"], decision["number"]))
            if write is None or write["state"] in ("waiting", "pending", "sending", "unknown"):
                continue
            later = decision["lead_stamp"] is None or lead["stamp"] > decision["lead_stamp"]
            if write["state"] != "done" or (later and decision["owner_id"] is not None):
                yield lead["id"]


def _true(value: Any) -> bool:
    return value in (1, True, "1", "true")
