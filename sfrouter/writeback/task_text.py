"""What a Task says: the notice, where to look, and the reference by which it is found again in the org."""

import re

from sfrouter.model.records import Account
from sfrouter.routing.explain import say, text

LONGEST_SUBJECT = 255
LONGEST_TEXT = 32_000
_REFERENCE = re.compile(r"\bsfr-[0-9a-f]{16}\b")


def reference(key: str) -> str:
    """The mark of a write inside its Task: enough of its key to be one in 10^19."""
    return f"sfr-{key[:16]}"


def references_in(text: str) -> frozenset[str]:
    """The marks that a Task's text carries."""
    return frozenset(_REFERENCE.findall(text))


def task_text(
    words: str, lead_id: str, account: Account | None, org_url: str, mark: str, *, language: str = "en"
) -> str:
    """The whole text; its last line is the mark, whatever had to be cut before it."""
    lines = []
    if account is not None:
        link = f" ({_link(org_url, account.id)})" if org_url else ""
        lines.append(f"{text(say('task.line.account'), language)}: {account.name}{link}")
    if org_url:
        lines.append(f"{text(say('task.line.lead'), language)}: {_link(org_url, lead_id)}")
    lines.append(f"Ref: {mark}")
    tail = "\n".join(lines)
    room = LONGEST_TEXT - _length(tail) - 2
    return f"{cut(words.strip(), room)}\n\n{tail}"


def one_line(subject: str) -> str:
    """A subject as the org takes it: one line, 255 characters at most."""
    return cut(" ".join(subject.split()), LONGEST_SUBJECT)


def cut(words: str, limit: int) -> str:
    """At most `limit` characters, as the org counts them: one beyond the basic plane counts twice."""
    if _length(words) <= limit:
        return words
    room, kept = limit - 1, []
    for letter in words:
        room -= _length(letter)
        if room < 0:
            break
        kept.append(letter)
    return "".join(kept).rstrip() + "…"


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _link(org_url: str, record_id: str) -> str:
    return f"{org_url.rstrip('/')}/{record_id}"
