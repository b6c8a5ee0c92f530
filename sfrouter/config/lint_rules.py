"""Finds options of rules that can have no effect: a limit nobody can reach, a way to leavers' heirs cut off."""

from collections.abc import Iterator

from sfrouter.base.errors import Problem
from sfrouter.config.policy_value import Policy
from sfrouter.config.sources import spot
from sfrouter.routing.owners import Way
from sfrouter.routing.rules.competitor import Action, Competitor
from sfrouter.routing.rules.customer_owner import CustomerOwner
from sfrouter.salesforce.condition_text import bounds_leads


def lint_rules(policy: Policy) -> Iterator[Problem]:
    """What the rules' options say in vain."""
    yield from _limit_without_rate(policy)
    yield from _after_the_end(policy)
    yield from _competitors_to_the_catch_all(policy)
    yield from _takes_from_everybody(policy)


def _limit_without_rate(policy: Policy) -> Iterator[Problem]:
    """A limit in a currency without a rate: no amount in another currency can be compared with it."""
    known = {policy.base_currency, *policy.rates, *(one.currency for one in policy.dated_rates)}
    for rule in policy.rules:
        if not isinstance(rule, CustomerOwner) or rule.hand_off_value is None:
            continue
        if rule.hand_off_currency not in known:
            what = f"hand_off_value is in {rule.hand_off_currency}, for which 'rates:' has no rate"
            mend = f"under 'rates:' add '{rule.hand_off_currency}: <worth of one in {policy.base_currency}>'"
            here = policy.sources.rules.get(rule.name) or spot(policy.sources.policy, "rules")
            yield here.problem(what, mend, code="LIN10", warning=True)


def _after_the_end(policy: Policy) -> Iterator[Problem]:
    """What follows `on_down` in the order for leavers is never tried."""
    order = policy.departed.order
    if Way.ON_DOWN in order and order[-1] is not Way.ON_DOWN:
        after = ", ".join(order[order.index(Way.ON_DOWN) + 1 :])
        what = f"in 'departed: order' nothing is tried after on_down: {after} has no effect"
        here = spot(policy.sources.policy, "departed", "order")
        yield here.problem(what, "put on_down at the end", code="LIN11", warning=True)


def _competitors_to_the_catch_all(policy: Policy) -> Iterator[Problem]:
    for rule in policy.rules:
        if not isinstance(rule, Competitor) or rule.action is Action.USER:
            continue
        intake = {queue.casefold() for queue in policy.intake.queues}
        if rule.queue.casefold() in intake:
            what = f"the competitor queue '{rule.queue}' is an intake queue: its leads would never leave it"
            here = policy.sources.rules.get(rule.name) or spot(policy.sources.policy, "rules")
            yield here.problem(what, "use a queue of its own", code="LIN12", warning=True)


def _takes_from_everybody(policy: Policy) -> Iterator[Problem]:
    """A condition that on neither owner nor day takes old leads from those who have them."""
    condition = policy.intake.condition
    if condition and not bounds_leads(condition):
        what = (
            "leads of any owner and any day meet the intake's condition: those that people have for long fit too"
        )
        mend = (
            "add who may have them, or by their day of creation since when they are there; on each side of an OR"
        )
        yield spot(policy.sources.policy, "intake", "condition").problem(what, mend, code="LIN16", warning=True)
