"""Holds the admin's files against the org: every object, field, value, queue and person named."""

from collections.abc import Mapping, Sequence
from typing import Any

from sfrouter.base.errors import Problem
from sfrouter.config.mapping import FieldMapping, ObjectMap
from sfrouter.config.needs import NEEDED_TO_MAKE
from sfrouter.config.nouns import NOUNS
from sfrouter.config.orgcheck_expressions import check_expressions
from sfrouter.config.orgcheck_fields import FieldCheck
from sfrouter.config.orgcheck_people import check_people, check_queues
from sfrouter.config.orgcheck_rights import check_excess, check_undo
from sfrouter.config.policy_value import Policy
from sfrouter.config.sources import Spot, spot
from sfrouter.model.new_company import Action
from sfrouter.model.records import Person, Queue
from sfrouter.salesforce.granted import Granted
from sfrouter.salesforce.private_people import PERSON_FLAG, has_private_people

Describe = Mapping[str, Any]


def check_org(
    mapping: FieldMapping,
    policy: Policy,
    describes: Mapping[str, Describe | None],
    *,
    queues: Sequence[Queue] | None = None,
    people: Sequence[Person] | None = None,
    granted: Granted | None = None,
) -> tuple[Problem, ...]:
    """Everything in the files that the org does not bear out, warnings included; nothing is asked of the org here.

    `describes` holds the org's own description of each object by its API name, None or nothing where the org
    denies the object. `queues` and `people` are all of the org's, the ones who left included; None: could not be
    read, so what the files say of them is not held against anything. `granted` is what our user may do.
    """
    known = {name.casefold(): describe for name, describe in describes.items() if describe is not None}
    used, makes_accounts = _used(policy), _makes_accounts(mapping, policy)
    problems: list[Problem] = []
    for object_map in mapping.objects.values():
        describe = known.get(object_map.object_name.casefold())
        if describe is None:
            problems.append(_no_object(mapping, object_map))
        else:
            made = makes_accounts and object_map.noun == "account"
            problems += _check_object(mapping, object_map, describe, used, made=made)
    problems += check_queues(policy, queues) if queues is not None else []
    problems += check_people(policy, people) if people is not None else []
    problems += check_expressions(mapping, policy, known)
    problems += check_undo(mapping, policy, known, granted)
    problems += check_excess(mapping, policy, granted) if granted is not None else []
    return tuple(sorted(problems, key=lambda problem: (problem.file, problem.line)))


def _used(policy: Policy) -> frozenset[str]:
    """The mapped words that this policy asks for, and the account link if it is written."""
    asked = [need for rule in policy.rules for need in rule.needed()]
    asked += [need for part in policy.notices for need in part.needed()]
    asked += [f"account.{name}" for name in NEEDED_TO_MAKE] if policy.new_accounts.action is Action.CREATE else []
    asked += [*policy.priority.needed(), *(need for part in policy.watches for need in part.needed())]
    return frozenset([*asked, "lead.account_id"] if policy.write_account_link else asked)


def _makes_accounts(mapping: FieldMapping, policy: Policy) -> bool:
    """May accounts be made, by the router or at a person's word? Without all that they take none can be."""
    named = all(mapping.has(f"account.{name}") for name in NEEDED_TO_MAKE)
    return named and policy.new_accounts.action is not Action.OFF


def _no_object(mapping: FieldMapping, object_map: ObjectMap) -> Problem:
    noun, name = object_map.noun, object_map.object_name
    mend = f"in the permission set: Object Settings > {name} > Read"
    if not NOUNS[noun].must:
        mend += f"; or remove the section '{noun}:' if your org does without it"
    what = f"the org has no object '{name}', or hides it from the integration user"
    return spot(mapping.source, noun, "object").problem(what, mend, code="ORG01")


def _check_object(
    mapping: FieldMapping, object_map: ObjectMap, describe: Describe, used: frozenset[str], *, made: bool
) -> list[Problem]:
    place = spot(mapping.source, object_map.noun, "object")
    problems = _object_rights(object_map, describe, place, made=made)
    check = FieldCheck(mapping, object_map, describe, used, made=made)
    for name in object_map.fields:
        check.field(name)
    for name in object_map.extra:
        check.further(name)
    return problems + check.problems + _private_people(object_map, describe, place)


def _private_people(object_map: ObjectMap, describe: Describe, place: Spot) -> list[Problem]:
    """An org with person accounts whose mapping does not tell them from companies (F44)."""
    if object_map.noun != "account" or object_map.has("person") or not has_private_people(describe):
        return []
    what = "the org has person accounts, and the mapping does not tell them from companies"
    mend = f"map the field 'person': {PERSON_FLAG}; else a private person may be matched like a company"
    return [place.problem(what, mend, code="ORG28", warning=True)]


def _object_rights(object_map: ObjectMap, describe: Describe, place: Spot, *, made: bool) -> list[Problem]:
    noun, name = object_map.noun, object_map.object_name
    created = NOUNS[noun].created or made
    missing = []
    if not describe.get("queryable", True):
        missing.append(("read", "Read"))
    if created and not describe.get("createable", True):
        missing.append(("create", "Create"))
    if noun == "lead" and not describe.get("updateable", True):
        missing.append(("change", "Edit"))
    return [
        place.problem(
            f"the integration user may not {verb} {name} records",
            f"in the permission set: Object Settings > {name} > {right}",
            code="ORG02",
        )
        for verb, right in missing
    ]
