"""Holds the rules and notices of the policy against mapping and teams: what they need must be there."""

from collections.abc import Sequence

from sfrouter.config.faults import Faults
from sfrouter.config.mapping import FieldMapping
from sfrouter.config.needs import NEEDED_TO_MAKE, check_need
from sfrouter.config.policy_form import PolicyForm, mail_address
from sfrouter.config.teams import Teams, known_pool
from sfrouter.config.what_fits import Fitting
from sfrouter.followup.watch import Watch
from sfrouter.model.new_company import Action
from sfrouter.routing.notice import NoticePart
from sfrouter.routing.rule import Rule

LAST = "default_pool"
Rules = Sequence[tuple[int, Rule]]
Watches = Sequence[tuple[int, Watch]]
Notices = Sequence[tuple[int, NoticePart]]


def check_rules(
    rules: Rules,
    listed: int,
    teams: Teams | None,
    faults: Faults,
    mapping: FieldMapping | None,
    *,
    under: tuple[str, ...] = ("rules",),
) -> None:
    """The last rule shares out what is left; every rule finds its pools and its mapped words.

    `teams` None: their file could not be read at all.
    """
    _last_rule(rules, listed, faults, under)
    for index, rule in rules:
        here: tuple[str | int, ...] = (*under, index)
        _mails(rule.named_people(), here, faults)
        if teams is not None:
            for pool in rule.named_pools():
                known_pool(pool, teams, faults, (*here, rule.name))
        if mapping is not None:
            for need in rule.needed():
                check_need(need, f"the rule '{rule.name}'", mapping, faults, here, code="POL07")


def _mails(named: Sequence[str], here: tuple[str | int, ...], faults: Faults) -> None:
    for who in named:
        try:
            mail_address(who)
        except ValueError as wrong:
            faults.add(here, str(wrong), "write the e-mail of a user of the org", code="POL05")


def check_notices(notices: Notices, faults: Faults, mapping: FieldMapping | None) -> None:
    """Every notice names people by their e-mail, and finds its mapped words."""
    for index, part in notices:
        _mails(part.named_people(), ("notices", index), faults)
    if mapping is None:
        return
    for index, part in notices:
        for need in part.needed():
            check_need(need, f"the notice '{part.name}'", mapping, faults, ("notices", index), code="POL08")


def check_watches(watches: Watches, faults: Faults, mapping: FieldMapping | None) -> None:
    """Every watch finds its mapped words."""
    if mapping is None:
        return
    for index, part in watches:
        for need in part.needed():
            check_need(need, f"the watch '{part.name}'", mapping, faults, ("followup", index), code="POL29")


def _last_rule(rules: Rules, listed: int, faults: Faults, under: tuple[str, ...]) -> None:
    places = {rule.name: index for index, rule in rules}
    if LAST not in places:
        if listed == len(rules):  # else the one that could not be read may be it
            what = f"the rules do not end with '{LAST}': leads of unknown companies would go to nobody"
            faults.add(under, what, f"add '- {LAST}' as the last rule", code="POL09")
        return
    for index, rule in rules:
        if index > places[LAST]:
            what = f"the rule '{rule.name}' is never reached: '{LAST}' before it takes every lead"
            faults.add((*under, index), what, f"move '{LAST}' to the end", code="POL10")


def check_form(fitting: Fitting[PolicyForm], faults: Faults, mapping: FieldMapping | None) -> None:
    """The intake is not empty and does not swallow what the router puts down; money has a rate."""
    form, broken = fitting.form, fitting.broken
    intake = form.intake
    if not (intake.queues or intake.users or intake.condition) and "intake" not in broken:
        what = "the intake names no queue, no user and no condition: no lead would ever be routed"
        faults.add(("intake",), what, "under 'intake:' add 'queues: [<name of the queue>]'", code="POL11")
    if form.catch_all_queue.casefold() in {queue.casefold() for queue in form.intake.queues}:
        what = f"the catch-all queue '{form.catch_all_queue}' is also in the intake: its leads would go in circles"
        faults.add(("catch_all_queue",), what, "use a queue of its own", code="POL12")
    held = form.flood.queue if form.flood else ""
    if held.casefold() in {queue.casefold() for queue in form.intake.queues}:
        what = f"the queue for floods '{held}' is also in the intake: a flood would go in circles"
        faults.add(("flood", "queue"), what, "use a queue of its own", code="POL12")
    if "base_currency" not in broken:
        _rates(fitting, faults)
    _two_rates(fitting, faults)
    _new_accounts(fitting, faults, mapping)
    linked = form.write_account_link and "write_account_link" not in broken
    if linked and mapping is not None and not mapping.has("lead.account_id"):
        who = "writing the account link ('write_account_link')"
        check_need("lead.account_id", who, mapping, faults, ("write_account_link",), code="POL14")
    if mapping is not None and "priority" not in broken:
        for need in form.priority.needed():
            check_need(need, "the priority of leads ('priority')", mapping, faults, ("priority",), code="POL28")


def _rates(fitting: Fitting[PolicyForm], faults: Faults) -> None:
    form = fitting.form
    if form.rates.get(form.base_currency, 1) != 1:
        what = f"the base currency {form.base_currency} is worth 1 of itself"
        faults.add(("rates",), what, f"remove {form.base_currency} from 'rates:'", code="POL13")
    for index, one in enumerate(form.dated_rates):
        if one.currency == form.base_currency:
            what, mend = f"the base currency {one.currency} is worth 1 of itself on every day", "remove the entry"
            faults.add(fitting.at("dated_rates", index), what, mend, code="POL13")


def _two_rates(fitting: Fitting[PolicyForm], faults: Faults) -> None:
    seen = set()
    for index, one in enumerate(fitting.form.dated_rates):
        if (one.currency, one.begins) in seen and one.currency != fitting.form.base_currency:
            what = f"{one.currency} has two rates from {one.begins} on"
            faults.add(fitting.at("dated_rates", index), what, "keep one of the two", code="POL13")
        seen.add((one.currency, one.begins))


def _new_accounts(fitting: Fitting[PolicyForm], faults: Faults, mapping: FieldMapping | None) -> None:
    """An account that is made must be marked, found again and linked (R066, R067)."""
    form = fitting.form
    if form.new_accounts.action is not Action.CREATE or mapping is None:
        return
    for name in NEEDED_TO_MAKE:
        who = "making accounts ('new_accounts: action: create')"
        check_need(f"account.{name}", who, mapping, faults, ("new_accounts", "action"), code="POL15")
    if not form.write_account_link:
        what = "accounts are made, but 'write_account_link: false' keeps their leads from being linked"
        faults.add(("new_accounts", "action"), what, "set write_account_link: true", code="POL15")
