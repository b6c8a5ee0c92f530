"""References between the parts of a composite call: @{refName.field} stands for a value of an earlier answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sfrouter.localorg.errors import OrgError

_REFERENCE = re.compile(r"@\{([A-Za-z0-9_]+)((?:\.[A-Za-z0-9_]+|\[\d+\])+)\}")
_STEP = re.compile(r"\.([A-Za-z0-9_]+)|\[(\d+)\]")

Answers = Mapping[str, Any]
"""The bodies of the subrequests answered so far, by reference id; failed ones are absent."""


def filled(value: Any, answers: Answers) -> Any:
    """A body, or a part of one, with its references replaced.

    A text that is one reference takes the value as it is; inside a longer text it is written out.
    Raises OrgError PROCESSING_HALTED when there is no such value, as after a failed subrequest.
    """
    if isinstance(value, str):
        whole = _REFERENCE.fullmatch(value)
        return _look_up(whole, answers) if whole else filled_text(value, answers)
    if isinstance(value, list):
        return [filled(one, answers) for one in value]
    if isinstance(value, dict):
        return {name: filled(one, answers) for name, one in value.items()}
    return value


def filled_text(text: str, answers: Answers) -> str:
    """A text with its references replaced. Raises OrgError PROCESSING_HALTED."""

    def written(found: re.Match[str]) -> str:
        value = _look_up(found, answers)
        return "" if value is None else str(value)

    return _REFERENCE.sub(written, text)


def _look_up(found: re.Match[str], answers: Answers) -> Any:
    """Follow the steps of a reference; names are case-sensitive (`id` of a create, `Id` of a read)."""
    name, steps = found[1], found[2]
    if name not in answers:
        raise _no_value(name, steps)
    value = answers[name]
    for step in _STEP.finditer(steps):
        key, index = step[1], step[2]
        if key is not None and isinstance(value, dict) and key in value:
            value = value[key]
        elif index is not None and isinstance(value, list) and int(index) < len(value):
            value = value[int(index)]
        else:
            raise _no_value(name, steps)
    if isinstance(value, dict | list):
        raise _no_value(name, steps)
    return value


def _no_value(name: str, steps: str) -> OrgError:
    sentence = f"Invalid reference specified. No value for {name}{steps} found in {name}."
    return OrgError(400, "PROCESSING_HALTED", sentence)
