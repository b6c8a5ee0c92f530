"""What stays of a decision whose words were erased: lead id, owner id, rule, and when; nothing anybody said."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sfrouter.ledger.decision_json import decision_from_json, decision_to_json
from sfrouter.model.decision import Decision
from sfrouter.model.evidence import Band, Match

ERASED = "erased"


def erased_decision(decision: Decision) -> Decision:
    """The decision without its evidence. Erasing twice changes nothing."""
    return Decision(
        lead_id=decision.lead_id,
        number=decision.number,
        at=decision.at,
        rule=decision.rule,
        place=decision.place,
        ids=(),
        reason=ERASED,
        owner=replace(decision.owner, name="", words="") if decision.owner else None,
        match=Match(band=Band.NONE, words=ERASED),
        steps=(),
        lead_stamp=decision.lead_stamp,
        lead_owner_id=decision.lead_owner_id,
        policy_hash=decision.policy_hash,
        engine=decision.engine,
    )


def erased_columns(row: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the erasable columns afterwards. Whether there was a link or an alert still counts."""
    return {
        "reason": ERASED,
        "lead_account_id": None,
        "link_account_id": None if row["link_account_id"] is None else "",
        "alert": ERASED if row["alert"] else "",
        "trace": decision_to_json(erased_decision(decision_from_json(row["trace"]))),
    }


def is_erased_row(row: Mapping[str, Any]) -> bool:
    """Does a row hold exactly what an erasure leaves, and nothing that was written over it?"""
    try:
        left = erased_columns(row)
        decision = decision_from_json(row["trace"])
    except (ValueError, KeyError, TypeError):
        return False
    owner_id = decision.owner.id if decision.owner else None
    mine = (decision.lead_id, decision.number, decision.at, decision.rule, decision.place, owner_id)
    kept = tuple(row[name] for name in ("lead_id", "number", "at", "rule", "place", "owner_id"))
    trace = left.pop("trace")
    return mine == kept and _says_no_more(row["trace"], trace) and all(row[name] == left[name] for name in left)


def _says_no_more(text: str, left: str) -> bool:
    """Does a text say only what an erasure leaves? One of an older version may know fewer of its names."""
    said, known = json.loads(text), json.loads(left)
    if json.dumps(said, sort_keys=True, separators=(",", ":")) != text:
        return False  # a name twice would hide its first value from whoever reads it
    return all(name in known and known[name] == value for name, value in said.items())
