"""What stands in the org after a decision: the Tasks of those who have the lead, its link and its priority."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from tests.simulation.additions import FORMULA
from tests.simulation.files import Row
from tests.simulation.invariants import REFERENCE, Evidence, Found
from tests.simulation.promised import BLIND, judged
from tests.simulation.refused import i01_refused_by_nature_alone

NEVER_HIS = frozenset({"superseded", "refused", "dead"})
CHIEF, HOT = "Chief", "Hot"


def _tasks(one: Evidence) -> Iterator[tuple[Row, Row]]:
    """The org's Tasks that the router made, each with its row of the outbox."""
    rows = {row["key"][:16]: row for row in one.ledger.writes("task")}
    for task in one.rows("Task"):
        marks = REFERENCE.findall(task["Description"] or "") if task["CreatedById"] == one.router else ()
        yield from ((task, rows[mark]) for mark in marks if mark in rows)


def i05_tasks_of_their_own_lead(one: Evidence) -> Found:
    """Who made the lead a contact took its Tasks along; a Task of a lead that is gone goes with it."""
    for task, row in _tasks(one):
        lead = one.leads.get(row["lead_id"])
        if lead and not lead["IsDeleted"] and not lead["IsConverted"] and task["WhoId"] != lead["Id"]:
            yield f"I5 Task {task['Id']} for lead {lead['Id']} hangs on {task['WhoId']}"


def i05_no_task_for_an_owner_who_never_was(one: Evidence) -> Found:
    """The lead's write ended without its owner: nobody is told of it."""
    for task, row in _tasks(one):
        write = one.lead_writes.get((row["lead_id"], row["decision_number"]))
        if write and "OwnerId" in write["values"] and write["state"] in NEVER_HIS:
            yield f"I5 Task {task['Id']} tells of lead {row['lead_id']}, whose new owner is {write['state']}"


def i05_all_are_told(one: Evidence) -> Found:
    """I5: when a lead has gone to its owner, all whom the decision has a notice for find a Task of it."""
    history, people = one.history, one.history.people
    if history.mode == "hostile" or people.away:
        return  # in the midst of trouble Tasks are still on their way; somebody who left can be told nothing
    there: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for task, row in _tasks(one):
        there[row["lead_id"], row["decision_number"]].add(task["OwnerId"])
    decided = {(row["lead_id"], row["number"]): row for row in one.ledger.decisions}
    for key, write in one.lead_writes.items():
        lead, owner = one.leads.get(key[0]), write["values"].get("OwnerId")
        if write["state"] != "done" or not owner or lead is None or lead["IsDeleted"] or lead["IsConverted"]:
            continue
        if key[0] in people.touched | history.contested or key not in decided:
            continue
        told = {notice["person_id"] for notice in decided[key]["trace"].get("notices", ())}
        for person in sorted(told - there[key]):
            yield f"I5 lead {key[0]} went to {owner} by decision {key[1]}, and no Task tells {person}"


def _as_written(one: Evidence, lead_id: str) -> Row | None:
    """The lead as it is, where the newest write of it was carried out."""
    lead, write = one.leads.get(lead_id), one.last_writes.get(lead_id)
    return lead if lead and not lead["IsDeleted"] and write and write["state"] == "done" else None


def i09_links_by_the_table(one: Evidence) -> Found:
    """I9: the lead points to its company's account."""
    history = one.history
    if not all(way.links for way in history.files.ways.values()):
        return  # some are left to people: `by_policy`
    for lead_id, story in judged(one):
        lead = _as_written(one, lead_id)
        changing = story.account == FORMULA and history.formula_at is not None
        if lead is None or changing or not story.account:
            continue
        right = history.org.id_of(f"@{story.account}")
        if lead["Account__c"] != right:
            yield f"I9 lead {lead_id} of {story.company!r} points to {lead['Account__c']}, not {right}"


def i09_priorities_by_the_table(one: Evidence) -> Found:
    """I9: a chief's lead is hot, and no other."""
    history, people = one.history, one.history.people
    hurries = {way.hurries for way in history.files.ways.values()}
    if any(history.met[name] for name in BLIND) or history.hidden or len(hurries) > 1:
        return
    for lead_id, story in people.told.items():
        if lead_id in people.touched | people.returned | history.contested:
            continue
        lead = _as_written(one, lead_id)
        if lead and (lead["Rating"] == HOT) != (CHIEF in story.title and hurries == {True}):
            yield f"I9 lead {lead_id}, whose title is {story.title!r}, has the priority {lead['Rating']}"


BY_WHAT_STANDS: tuple[Callable[[Evidence], Found], ...] = (
    i01_refused_by_nature_alone, i05_tasks_of_their_own_lead, i05_no_task_for_an_owner_who_never_was,
    i05_all_are_told, i09_links_by_the_table, i09_priorities_by_the_table,
)  # fmt: skip
