"""The policy one story is told under: the admin's, changed in the few places where the story says so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sfrouter.base.shelf import did_you_mean
from sfrouter.config.policy_form import one_or_many
from sfrouter.config.policy_value import Policy
from sfrouter.config.standard_conditions import in_standard_form
from sfrouter.distribution.pools import Pool
from sfrouter.distribution.roster import Colleague
from sfrouter.distribution.territories import Territory
from sfrouter.followup.watches import shelf as watch_shelf
from sfrouter.journey.story_form import Told
from sfrouter.model.dossier import NamedEntry
from sfrouter.routing.notices import shelf as notice_shelf
from sfrouter.routing.rules import shelf as rule_shelf

Part = TypeVar("Part", bound=BaseModel)
TELL = "tell."


class StoryError(Exception):
    """A story that cannot be told: it names somebody or something that is not there."""


def policy_of(told: Told, policy: Policy) -> Policy:
    """The policy with the story's changes. Raises StoryError for a change that cannot be."""
    return _in_standard_form(_changed_policy(told, policy))


def _in_standard_form(policy: Policy) -> Policy:
    """As the admin's files are read: a story may write Germany where leads have DE."""
    standards = policy.standards
    return replace(
        policy,
        rules=tuple(rule.in_standard_form(standards) for rule in policy.rules),
        pools=tuple(in_standard_form(pool, standards) for pool in policy.pools),
        territories=tuple(in_standard_form(one, standards) for one in policy.territories),
    )


def _changed_policy(told: Told, policy: Policy) -> Policy:
    wanted = told.tale.policy
    if wanted == type(wanted)():
        return policy
    rules = {rule.name: rule for rule in policy.rules}
    notices = {part.name: part for part in policy.notices}
    watches = {part.name: part for part in policy.watches}
    gone = dict.fromkeys(wanted.without)
    try:
        return replace(
            policy,
            rules=tuple(_changed(rules, rule_shelf(), wanted.options, wanted.without, wanted.order)),
            notices=tuple(_changed(notices, notice_shelf(), _after(wanted.options), _after(gone), ())),
            watches=tuple(_changed(watches, watch_shelf(), wanted.followup, (), (), "watch")),
            departed=wanted.departed or policy.departed,
            flood=wanted.flood or policy.flood,
            intake=_with_values(policy.intake, _by_mail(wanted.intake, told)),
            matching=_with_values(policy.matching, wanted.matching),
            pools=policy.pools if wanted.pools is None else tuple(map(Pool.model_validate, wanted.pools)),
            territories=policy.territories
            if wanted.territories is None
            else tuple(map(Territory.model_validate, wanted.territories)),
            people=policy.people if wanted.people is None else _people(wanted.people, told),
            named_entries=policy.named_entries
            if wanted.named_accounts is None
            else tuple(
                NamedEntry(company=one.company, owner_email=mail_of(one.owner, told))
                for one in wanted.named_accounts
            ),
        )
    except ValidationError as refused:
        error = refused.errors(include_url=False)[0]
        place = ".".join(str(step) for step in error["loc"])
        raise StoryError(f"its policy cannot be: {place + ': ' if place else ''}{error['msg']}") from None


def _people(wanted: Mapping[str, Any], told: Told) -> Mapping[str, Colleague]:
    return {mail_of(who, told).casefold(): Colleague.model_validate(values) for who, values in wanted.items()}


def _with_values(before: Part, wanted: Mapping[str, Any]) -> Part:
    kept = {name: getattr(before, name) for name in type(before).model_fields}
    return type(before).model_validate({**kept, **wanted})


def _by_mail(intake: Mapping[str, Any], told: Told) -> dict[str, Any]:
    users = one_or_many(intake.get("users", ()))
    named = {"users": [mail_of(who, told) for who in users]} if isinstance(users, list | tuple) and users else {}
    return {**intake, **named}


def mail_of(who: str, told: Told) -> str:
    """The e-mail of a person of the story; anything else is taken for an e-mail."""
    return told.people[who].email if who in told.people else who


def _after(names: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(TELL): value for name, value in names.items() if name.startswith(TELL)}


def _changed(
    parts: Mapping[str, Part],
    shelf: Mapping[str, type[Part]],
    options: Mapping[str, Any],
    without: Sequence[str] | Mapping[str, Any],
    order: Sequence[str],
    kind: str = "rule",
) -> Iterator[Part]:
    for name in (*order, *options, *without):
        if name not in shelf and not name.startswith(TELL):
            raise StoryError(f"no {kind} is called '{name}'.{did_you_mean(name, shelf)}")
    added = [name for name in options if name in shelf and name not in parts and not order]
    for name in order or (*parts, *added):
        if name in without:
            continue
        before = parts[name].model_dump(exclude_unset=True) if name in parts else {}
        yield shelf[name].model_validate({**before, **options.get(name, {})})
