"""From a decision to the writes it asks for: the lead first, then one Task for everyone who is told."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256

from sfrouter.config.mapping import FieldMapping
from sfrouter.model.decision import Decision, Notice
from sfrouter.model.records import Account, Lead
from sfrouter.model.write import Write, WriteKind, WriteState
from sfrouter.writeback.names import LeadNames
from sfrouter.writeback.task_text import cut, one_line, reference, task_text

URGENT, ORDINARY = 1, 5
LONGEST_REASON = 255  # letters of a text field on the lead
# A lead read within this time of its last change may have changed once more within the same second.
READ_TOO_YOUNG = timedelta(seconds=2)
_LEAD_FIELDS = frozenset(field.name for field in fields(Lead))

Values = dict[str, str | bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSettings:
    """What the policy and the org say about writing. `org_url` is the address people open records at, or ""."""

    org_url: str = ""
    time_zone: tzinfo = UTC
    write_link: bool = True


def plan_writes(
    decision: Decision,
    lead: Lead,
    mapping: FieldMapping,
    org_id: str,
    *,
    account: Account | None = None,
    read_at: datetime | None = None,
    settings: PlanSettings = PlanSettings(),
) -> tuple[Write, ...]:
    """The lead write, if anything differs, and the Tasks, which wait for it.

    `lead` is the lead as it was decided on: its time of change is the condition of the write. `read_at` is when
    it was read from the org (the org's time); without it the time of the decision is taken.
    Raises NotMappedError when a changed value or a Task's field has no name in the mapping.
    """
    values = _lead_values(decision, lead, mapping, settings)
    tasks = {_action(notice): notice for notice in reversed(decision.notices)}
    planned = [
        _task_write(decision, notice, mapping, org_id, account, settings, waits=bool(values))
        for action, notice in reversed(tasks.items())
    ]
    if values:
        planned.insert(0, _lead_write(decision, lead, mapping, org_id, values, read_at or decision.at))
    return tuple(planned)


def write_key(org_id: str, lead_id: str, number: int, action: str) -> str:
    """The name of a write for ever, the same whenever it is planned again."""
    return sha256("|".join((org_id, lead_id, str(number), action)).encode()).hexdigest()


def _lead_values(decision: Decision, lead: Lead, mapping: FieldMapping, settings: PlanSettings) -> Values:
    names = LeadNames.of(mapping)
    values: Values = {}
    if decision.owner is not None and decision.owner.id != lead.owner_id:
        values[names.owner] = decision.owner.id
    link = decision.link_account_id
    if link and link != lead.account_id and names.link and settings.write_link:
        values[names.link] = link
    lead_map = mapping.of("lead")
    for name, word in decision.changes.items():
        wanted = lead_map.org_value(name, word) if name in lead_map.words else word
        present = getattr(lead, name) if name in _LEAD_FIELDS else lead.extra.get(name)
        if present != wanted:
            values[lead_map.api(name)] = wanted or None  # the org empties a field by null
    if values and decision.reason_for_owner and lead_map.has("reason"):
        values[lead_map.api("reason")] = cut(decision.reason_for_owner, LONGEST_REASON)
    return values


def _lead_write(
    decision: Decision, lead: Lead, mapping: FieldMapping, org_id: str, values: Values, read_at: datetime
) -> Write:
    extra = {"owner_was": lead.owner_id or "", "link_was": lead.account_id or ""}
    if read_at - lead.modified_at < READ_TOO_YOUNG:
        extra["look_first"] = "yes"
    return Write(
        key=write_key(org_id, lead.id, decision.number, "lead"),
        lead_id=lead.id,
        decision_number=decision.number,
        kind=WriteKind.LEAD,
        object_name=mapping.of("lead").object_name,
        values=values,
        record_id=lead.id,
        unmodified_since=lead.modified_at,
        priority=_priority(decision),
        extra=extra,
    )


def _task_write(
    decision: Decision,
    notice: Notice,
    mapping: FieldMapping,
    org_id: str,
    account: Account | None,
    settings: PlanSettings,
    *,
    waits: bool,
) -> Write:
    key = write_key(org_id, decision.lead_id, decision.number, _action(notice))
    # A Task on a lead must not name an account too (F46), so the account stands in the text.
    text = task_text(
        notice.text, decision.lead_id, account, settings.org_url, reference(key), language=notice.language
    )
    return Write(
        key=key,
        lead_id=decision.lead_id,
        decision_number=decision.number,
        kind=WriteKind.TASK,
        object_name=mapping.of("task").object_name,
        values=_task_values(decision, notice, mapping, text, settings),
        priority=URGENT if notice.high else _priority(decision),
        state=WriteState.WAITING if waits else WriteState.PENDING,
        extra={"account": account.id} if account is not None else {},
    )


def _task_values(
    decision: Decision, notice: Notice, mapping: FieldMapping, text: str, settings: PlanSettings
) -> Values:
    task = mapping.of("task")
    values: Values = {
        task.api("lead_id"): decision.lead_id,
        task.api("owner_id"): notice.person_id,
        task.api("subject"): one_line(notice.subject),
        task.api("text"): text,
        task.api("status"): task.org_value("status", "open"),
        task.api("priority"): task.org_value("priority", "high" if notice.high else "normal"),
    }
    if notice.due_at is None:
        return values
    values[task.api("due_on")] = notice.due_at.astimezone(settings.time_zone).date().isoformat()
    if task.has("reminder") and task.has("reminder_at"):
        # The due field holds a day only; the hour is kept by the reminder.
        values[task.api("reminder")] = True
        values[task.api("reminder_at")] = notice.due_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return values


def _action(notice: Notice) -> str:
    return f"task|{notice.kind}|{notice.person_id}"


def _priority(decision: Decision) -> int:
    return URGENT if any(notice.high for notice in decision.notices) else ORDINARY
