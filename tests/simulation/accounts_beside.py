"""A person makes the very account that the router is about to make, while that call is on its way."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sfrouter.localorg.duplicates import DuplicateRule, Matching
from tests.simulation.faults import Scene, Standing, Trouble
from tests.simulation.history import History
from tests.simulation.invariants import Evidence, Found
from tests.simulation.promised import BLIND
from tests.simulation.world import IN_ITS_WORDS

if TYPE_CHECKING:
    from sfrouter.localorg.exchange import Response
    from tests.simulation.transport import Call, Proceed

SHARE = 0.3
"""The share of histories in which a person is that quick, where the router makes an account at all."""
WITH_RULE = 0.7
"""In so many of them a rule of the org refuses the second account, and names the first."""
NAME = "a person makes the account that the router is about to make"
JUDGED = "accounts that a rule named as there already, judged"
RULES = "duplicate rules"
"""The trouble whose end takes this rule away too."""


def appoint_account_beside(history: History) -> None:
    """By dice of its own."""
    chance = random.Random(f"{history.seed}/account beside")
    if chance.random() < SHARE:
        account_beside(history, rule=chance.random() < WITH_RULE)


def account_beside(history: History, *, rule: bool) -> None:
    """Let it happen to the first account that the router makes. The rule stands to the history's end."""
    faults, org = history.faults, history.org

    def deed(_scene: Scene, call: Call, proceed: Proceed) -> Response:
        faults.standing.remove(standing)
        made = next(part for part in call.parts if _is_account(part))
        domain = str(made["Website"])
        with org.store.lock:
            org.settle()
            owner = {"OwnerId": org.id_of("@iris")}
            account = org.records.create("@iris", "Account", {"Name": made["Name"], "Website": domain} | owner)
        if rule:
            same = Matching("same site", "Account", (("Website", "Website"),))
            words = f"Ask {IN_ITS_WORDS}, who has it already."
            org.duplicate_rules.append(
                DuplicateRule(name="sites", object_name="Account", matchings=(same,), blocks=True, message=words)
            )
            history.there_already[domain] = account
        return proceed()

    def meets(call: Call) -> bool:
        return faults.on and call.kind == "create" and any(_is_account(part) for part in call.parts)

    standing = Standing(Trouble(NAME, ("F42",), (), deed), meets)
    faults.standing.append(standing)


def _is_account(part: dict[str, Any]) -> bool:
    return bool(part.get("attributes", {}).get("type") == "Account" and part.get("Website"))


def i06_the_named_account_is_used(one: Evidence) -> Found:
    """F42: the router makes none beside it, and its leads point to the one that the org named."""
    history = one.history
    if any(history.met[name] for name in (*BLIND, RULES)):
        return
    for domain, account in history.there_already.items():
        history.met[JUDGED] += 1
        for row in one.rows("Account"):
            if row["CreatedById"] == one.router and row["Website"] == domain:
                yield f"I6 an account of {domain} was made beside the one that the org had named"
        leads = [
            one.leads[lead_id] for lead_id, story in history.people.told.items()
            if story.email.endswith(f"@{domain}") and lead_id in one.leads
            and lead_id not in history.people.touched | history.people.returned | history.contested
            and not one.leads[lead_id]["IsDeleted"] and not one.leads[lead_id]["IsConverted"]
        ]  # fmt: skip
        linked = {str(row["Account__c"]) for row in leads if row["Account__c"]}
        if linked - {account}:
            yield f"I6 leads of {domain} point to {sorted(linked - {account})} instead of {account}"
        if leads and not linked and history.mode == "bounded":
            yield f"I6 no lead of {domain} points to the account that the org had named"


OF_ACCOUNTS_BESIDE: tuple[Callable[[Evidence], Found], ...] = (i06_the_named_account_is_used,)
