"""Makes the Tasks of a decision: one per person and lead, however many reasons there are to tell him."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sfrouter.model.decision import Notice
from sfrouter.model.dossier import Directory, Dossier
from sfrouter.model.records import Person
from sfrouter.routing.explain import language_of, say, text
from sfrouter.routing.notice import NoticePart, Telling, company
from sfrouter.routing.ruling import Ruling

NEW_OWNER = "new_owner"
BUSY_COMPANY = "busy_company"
NEW_ACCOUNT = "new_account"  # to the owner of a lead whose company has an account now (C09)
_SUBJECTS = {NEW_OWNER: "task.subject.new", BUSY_COMPANY: "task.subject.busy"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A telling with the part that made it."""

    part: NoticePart
    telling: Telling


def tell(
    dossier: Dossier, ruling: Ruling, notices: Sequence[NoticePart], *, language: str = "en"
) -> tuple[Notice, ...]:
    """Everyone who should know, the new owner first, then in the policy's order.

    Each is told in his own language, in `language` where the org does not say which, or has one we do not speak.
    Leavers and people unknown here get none, and a competitor's lead or one in the catch-all queue causes none.
    """
    if ruling.silent:
        return ()
    shared: dict[str, list[_Told]] = {}
    own: list[tuple[Person, _Told]] = []
    for part in sorted(notices, key=lambda one: one.name != NEW_OWNER):
        for telling in part.told(dossier, ruling):
            person = _person(telling, dossier.directory)
            if person is None:
                continue
            told = _Told(part=part, telling=telling)
            if part.own_task:
                own.append((person, told))
            else:
                shared.setdefault(person.id, []).append(told)
    people = dossier.directory.people
    together = [_notice(dossier, people[person_id], tellings, language) for person_id, tellings in shared.items()]
    return (*together, *(_notice(dossier, person, [told], language) for person, told in own))


def _person(telling: Telling, directory: Directory) -> Person | None:
    if telling.person_id:
        person = directory.people.get(telling.person_id)
    else:
        person = directory.by_email(telling.email) if telling.email else None
    return person if person is not None and person.active else None


def _notice(dossier: Dossier, person: Person, tellings: Sequence[_Told], otherwise: str) -> Notice:
    language = language_of(person.language, otherwise)
    kind = tellings[0].part.name
    due = [one.telling.due_at for one in tellings if one.telling.due_at is not None]
    lines = [text(one.telling.words, language) for one in _one_a_topic(tellings)]
    subject = text(say(_SUBJECTS.get(kind, "task.subject"), company=company(dossier)), language)
    return Notice(
        kind=kind,
        person_id=person.id,
        subject=_without_ip(subject, dossier),
        text=_without_ip("\n".join(dict.fromkeys(lines)), dossier),
        ids=tuple(dict.fromkeys(one_id for one in tellings for one_id in one.telling.ids)),
        due_at=min(due, default=None),
        high=any(one.telling.high for one in tellings),
        language=language,
    )


def _one_a_topic(tellings: Iterable[_Told]) -> Iterable[_Told]:
    """Of several texts about one thing the first."""
    seen: set[str] = set()
    for one in tellings:
        topic = one.telling.topic
        if topic and topic in seen:
            continue
        seen.add(topic)
        yield one


def reason_for(dossier: Dossier, ruling: Ruling, *, language: str = "en") -> str:
    """The one line that stands on the lead, in its owner's language (G23); `language` for a queue."""
    owner = dossier.directory.people.get(ruling.owner.id if ruling.owner else dossier.lead.owner_id or "")
    spoken = language_of(owner.language, language) if owner else language
    words = ruling.told if ruling.owner else say("reason.keep", why=ruling.told)
    return _without_ip(text(words, spoken), dossier)


def _without_ip(line: str, dossier: Dossier) -> str:
    """R038: no text to a rep quotes the lead's IP, even if somebody typed it as the company's name."""
    address = dossier.lead.ip.strip()
    return line.replace(address, "…") if address else line
