"""L1: the mirror equals the org, two polls and a minute after the trouble as well as after the last sweep."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from tests.simulation.files import Row
from tests.simulation.invariants import Evidence, Found
from tests.simulation.world import POLL

OF_LEADS = (
    ("owner_id", "OwnerId"), ("account_id", "Account__c"), ("title", "Title"), ("status", "Status"),
    ("company", "Company"), ("city", "City"),
)  # fmt: skip
OF_ACCOUNTS = (("owner_id", "OwnerId"), ("city", "BillingCity"), ("currency", "CurrencyIsoCode"))
OF_DEALS = (("owner_id", "OwnerId"), ("account_id", "AccountId"), ("currency", "CurrencyIsoCode"))
"""The mirror's column, and the org's field."""
LEADS_NOW = "mirrors judged soon after the trouble"
ACCOUNTS_NOW = "mirrors judged soon after the trouble, with accounts and deals"
"""As the report counts them."""
EVER = datetime.max.replace(tzinfo=UTC)


def mirror_agrees(one: Evidence) -> Found:
    """The end, after the last sweep: leads, accounts and deals."""
    yield from leads_agree(one, EVER)
    for lead_id, row in one.mirror.leads.items():
        if lead_id not in one.leads and not row["deleted"]:
            yield f"L1 the mirror keeps lead {lead_id}, which is gone for good"
    yield from accounts_agree(one, EVER)
    yield from deals_agree(one, EVER)


def mirror_agrees_soon(one: Evidence) -> Found:
    """Two polls and a minute after the trouble: what changed before the last poll but one, or the last refresh.

    Hard deletes and rows that were hidden wait for sweeps. A formula changes no stamp.
    """
    history = one.history
    if history.met["sharing hides rows"] or history.hidden:
        return
    now = history.start + timedelta(seconds=history.clock.monotonic())
    history.met[LEADS_NOW] += 1
    yield from leads_agree(one, now - timedelta(seconds=2 * POLL))
    read = _accounts_read(one)
    if read is not None:
        history.met[ACCOUNTS_NOW] += 1
        yield from accounts_agree(one, read)
        yield from deals_agree(one, read)


def leads_agree(one: Evidence, before: datetime) -> Found:
    """The mirror's leads are the org's, field by field, if stamped before then; those deleted are buried."""
    for lead in one.leads.values():
        if lead["SystemModstamp"] >= before:
            continue
        here = one.mirror.leads.get(lead["Id"])
        if here is None:
            yield f"L1 the mirror lacks lead {lead['Id']}"
            continue
        if bool(here["deleted"]) != bool(lead["IsDeleted"]):
            yield f"L1 the mirror has lead {lead['Id']} as {'deleted' if here['deleted'] else 'alive'}"
        if lead["IsDeleted"]:
            continue
        yield from _the_same("lead", here, lead, OF_LEADS)


def accounts_agree(one: Evidence, before: datetime) -> Found:
    """So are its accounts, whichever way they were read: quotes, line breaks and #N/A in them too (F20)."""
    for account in one.rows("Account"):
        here = one.mirror.accounts.get(account["Id"])
        if account["IsDeleted"] or account["CreatedById"] == one.router or account["SystemModstamp"] >= before:
            continue
        if here is None or here["deleted"]:
            yield f"L1 the mirror lacks account {account['Id']}"
            continue
        yield from _the_same("account", here, account, OF_ACCOUNTS)
        if not account["IsPersonAccount"]:
            yield from _the_same("account", here, account, (("name", "Name"),))
        if json.loads(here["other_names"]) != [one for one in [account["Other_Names__c"]] if one]:
            yield f"L1 the mirror's other names of account {account['Id']} are not the org's"
        if json.loads(here["relationship"]) != [one for one in [account["Type"]] if one]:
            yield f"L1 the mirror's type of account {account['Id']} is not the org's"


def deals_agree(one: Evidence, before: datetime) -> Found:
    """And its deals: the open ones, with their owners and accounts."""
    for deal in one.rows("Opportunity"):
        if deal["SystemModstamp"] >= before:
            continue
        here = one.mirror.deals.get(deal["Id"])
        known, is_open = here is not None and not here["deleted"], not (deal["IsClosed"] or deal["IsDeleted"])
        if known != is_open:
            yield f"L1 the mirror has deal {deal['Id']} as {'open' if known else 'none'}"
        elif here is not None and is_open:
            yield from _the_same("deal", here, deal, OF_DEALS)


def _accounts_read(one: Evidence) -> datetime | None:
    """When the last refresh since the end of the trouble began to read the accounts, if one read deals too."""
    history = one.history
    asked = [
        each for each in history.wire.exchanges
        if each.left > history.trouble_ends and each.status == 200 and each.call.kind == "query"
    ]  # fmt: skip
    for place, each in reversed(list(enumerate(asked))):
        if "FROM Account WHERE SystemModstamp" in each.call.soql:
            later = any("FROM Opportunity WHERE SystemModstamp" in more.call.soql for more in asked[place:])
            return history.start + timedelta(seconds=each.left) if later else None
    return None


def _the_same(noun: str, here: Row, there: Row, pairs: tuple[tuple[str, str], ...]) -> Found:
    for ours, theirs in pairs:
        if (here[ours] or "") != (there[theirs] or ""):
            yield f"L1 the mirror's {ours} of {noun} {there['Id']} is not the org's"
