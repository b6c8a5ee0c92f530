"""Writes rows in groups and judges each by itself: no row is ever sent twice when it may have arrived."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from email.utils import format_datetime
from typing import Any, TypeVar

from sfrouter.base.log import logger, redact_text
from sfrouter.model.ids import to_18
from sfrouter.salesforce.answers import LONGEST_MESSAGE, CallError, first_error
from sfrouter.salesforce.counts import CallKind
from sfrouter.salesforce.door import Door
from sfrouter.salesforce.duplicates import matches_named
from sfrouter.salesforce.errors import GatewayError
from sfrouter.salesforce.faults import Verdict, judge
from sfrouter.salesforce.rows import RowAnswer, RowChange, RowOutcome, WireValue, failed
from sfrouter.salesforce.soql import check_name

CHANGES_A_CALL = 25  # subrequests of a composite
CREATES_A_CALL = 200  # records of a collection

NO_ASSIGNMENT = {"Sforce-Auto-Assign": "FALSE"}
"""Without it the org's active assignment rule takes the lead back (F35)."""

SAVE_DUPLICATES = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
"""A duplicate rule that only warns stops a write without it (F42); one that blocks stops it all the same."""

_ENDS_THE_RUN = frozenset(
    {Verdict.STOP, Verdict.WAIT_DAILY, Verdict.WAIT_SHORT, Verdict.RETRY, Verdict.UNKNOWN, Verdict.REAUTH}
)
_PASSED_ON = frozenset({Verdict.STOP, Verdict.WAIT_DAILY, Verdict.WAIT_SHORT})

Part = TypeVar("Part")
SendGroup = Callable[[Sequence[Part]], list[RowAnswer]]

log = logger("salesforce")


class RowWriter:
    """Changes and creates rows. Gives exactly one answer for each row, in order, whatever the org does."""

    def __init__(self, door: Door, *, save_duplicates: bool = False) -> None:
        """`save_duplicates`: changes are saved although a duplicate rule warns."""
        self._door = door
        self._headers = NO_ASSIGNMENT | (SAVE_DUPLICATES if save_duplicates else {})

    def change(self, object_name: str, changes: Sequence[RowChange]) -> list[RowAnswer]:
        """Conditional updates, 25 a call. Raises ValueError, before anything is sent, for a bad name or id."""
        ids = [to_18(change.record_id) for change in changes]
        address = f"/services/data/v{self._door.version}/sobjects/{check_name(object_name)}"
        parts = [
            _subrequest(f"{address}/{record_id}", one, self._headers)
            for record_id, one in zip(ids, changes, strict=True)
        ]
        answers = _in_groups(parts, CHANGES_A_CALL, self._change_group)
        return [replace(answer, record_id=record_id) for answer, record_id in zip(answers, ids, strict=True)]

    def create(self, object_name: str, rows: Sequence[Mapping[str, WireValue]]) -> list[RowAnswer]:
        """New rows, 200 a call, each for itself. Raises ValueError, before anything is sent, for a bad name."""
        mark = {"attributes": {"type": check_name(object_name)}}
        records = [mark | _checked_values(row) for row in rows]
        return _in_groups(records, CREATES_A_CALL, self._create_group)

    def remove(self, record_ids: Sequence[str]) -> list[RowAnswer]:
        """Put records into the org's recycle bin, 200 a call, each for itself. Raises ValueError for a bad id."""
        return _in_groups([to_18(one) for one in record_ids], CREATES_A_CALL, self._remove_group)

    def _remove_group(self, group: Sequence[str]) -> list[RowAnswer]:
        named = {"ids": ",".join(group), "allOrNone": "false"}
        answer = self._door.tell(CallKind.REMOVE, lambda library: library.delete("composite/sobjects", named))
        return judge_collection(answer, len(group))

    def _change_group(self, group: Sequence[dict[str, Any]]) -> list[RowAnswer]:
        numbered = [one | {"referenceId": _reference(index)} for index, one in enumerate(group)]
        body = {"allOrNone": False, "compositeRequest": numbered}
        answer = self._door.tell(
            CallKind.CHANGE, lambda library: library.post("composite", body, headers=self._headers)
        )
        return judge_composite(answer, len(group))

    def _create_group(self, group: Sequence[dict[str, Any]]) -> list[RowAnswer]:
        body = {"allOrNone": False, "records": list(group)}
        answer = self._door.tell(
            CallKind.CREATE, lambda library: library.post("composite/sobjects", body, headers=NO_ASSIGNMENT)
        )
        return judge_collection(answer, len(group))


def judge_composite(body: Any, count: int) -> list[RowAnswer]:
    """One answer for each of `count` subrequests, found by its reference; unknown where there is not just one."""
    listed = body.get("compositeResponse") if isinstance(body, dict) else None
    by_reference: defaultdict[object, list[dict[str, Any]]] = defaultdict(list)
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and isinstance(one.get("referenceId"), str):
            by_reference[one["referenceId"]].append(one)
    return [_subanswer(by_reference[_reference(index)]) for index in range(count)]


def judge_collection(body: Any, count: int) -> list[RowAnswer]:
    """One answer for each of `count` rows, by position; a list of another length tells nothing about any row."""
    if not isinstance(body, list) or len(body) != count:
        return [_unheard("the answer does not have one line for each row")] * count
    return [_line(one) for one in body]


def _subrequest(address: str, change: RowChange, every: Mapping[str, str]) -> dict[str, Any]:
    headers = dict(every)
    if change.unmodified_since is not None:
        headers["If-Unmodified-Since"] = format_datetime(change.unmodified_since.astimezone(UTC), usegmt=True)
    return {"method": "PATCH", "url": address, "httpHeaders": headers, "body": _checked_values(change.values)}


def _checked_values(values: Mapping[str, WireValue]) -> dict[str, Any]:
    return {check_name(name): value for name, value in values.items()}


def _reference(index: int) -> str:
    return f"row{index}"


def _subanswer(found: Sequence[dict[str, Any]]) -> RowAnswer:
    status = found[0].get("httpStatusCode") if len(found) == 1 else None
    if not isinstance(status, int) or isinstance(status, bool) or not 200 <= status < 600:
        return _unheard("the answer does not have one part for this row")
    if status < 300:
        return RowAnswer(outcome=RowOutcome.DONE)
    code, message = first_error(found[0].get("body"))
    return _refused(status, code, message)


def _line(one: Any) -> RowAnswer:
    if not isinstance(one, dict) or not isinstance(one.get("success"), bool):
        return _unheard("the row's line cannot be read")
    if one["success"]:
        try:
            return RowAnswer(outcome=RowOutcome.DONE, record_id=to_18(str(one.get("id"))))
        except ValueError:
            return _unheard("the org says it is done but names no record")
    code, message = first_error(one.get("errors"))
    return replace(_refused(400, code, message), matches=matches_named(one.get("errors")))


def _refused(status: int, code: str, message: str) -> RowAnswer:
    verdict = judge(status, code, message, writing=True)
    return failed(verdict, code or f"HTTP_{status}", redact_text(message)[:LONGEST_MESSAGE])


def _unheard(words: str) -> RowAnswer:
    return failed(Verdict.UNKNOWN, "", words)


def _of_the_call(verdict: Verdict) -> Verdict:
    """What says that a record is over can only be said of one record; of a whole call it means a wrong address."""
    return Verdict.STOP if verdict in (Verdict.GONE, Verdict.CONVERTED) else verdict


def _in_groups(parts: Sequence[Part], size: int, send: SendGroup[Part]) -> list[RowAnswer]:
    """Send group after group; when one meets trouble that will meet the next as well, the rest stays at home."""
    answers: list[RowAnswer] = []
    for start in range(0, len(parts), size):
        group = parts[start : start + size]
        try:
            answers.extend(send(group))
            continue
        except CallError as trouble:
            whole = failed(_of_the_call(trouble.verdict(writing=True)), trouble.code, trouble.words)
        except GatewayError as trouble:  # raised before the request left
            whole = failed(trouble.verdict, trouble.code, trouble.what)
        answers.extend([whole] * len(group))
        log.warning("write_call_failed", rows=len(group), verdict=str(whole.verdict), code=whole.code)
        if whole.verdict in _ENDS_THE_RUN:
            later = whole.verdict if whole.verdict in _PASSED_ON else Verdict.RETRY
            home = failed(later, whole.code, "not sent: an earlier call of this run failed")
            answers.extend([home] * (len(parts) - len(answers)))
            break
    return answers
