"""Scores the accounts a name may mean against each other: above 80 a match, 70 to 80 a question (S01)."""

from collections.abc import Iterator
from dataclasses import dataclass

from sfrouter.matching.candidates import candidates, likeliest_names, under_each_name
from sfrouter.matching.email_domains import label_of
from sfrouter.matching.features import Compared, Likeness, compare_all
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import Entry, also_called
from sfrouter.matching.name_model import contest, name_model
from sfrouter.matching.names import Name
from sfrouter.matching.places import Agreement
from sfrouter.matching.question import Question
from sfrouter.matching.readings import Part, part_called
from sfrouter.model.evidence import Finding

ENOUGH = 500
"""Accounts a table must have before the rarity of a word and the lack of a rival say anything; smaller tables are
scored by the plain rules of `name_score`."""

GUARDED = 78.0
"""What a guard lets a score be at most: it must not be automatic."""
_GENERIC_CAP = 75.0
_DIFFERENT = 60.0
_SHORT_WORD = 6  # letters; in a shorter word one wrong letter is for a person to see
_RARE_ABROAD = 10.0  # nats: a word that one account in 20,000 has; a smaller table cannot know it
_ANCHOR = 7.0  # nats: a word that one account in a thousand has
_JUDGED = 4  # accounts of a lead that get a score; the others stay below them

_WORDS = {
    Likeness.SAME: "the same name",
    Likeness.SPELLING: "the same name but for the spelling",
    Likeness.SHORTER: "the lead's name is a shorter form of the account's",
    Likeness.LONGER: "the lead's name says more than the account's",
    Likeness.OVERLAP: "some words in common",
    Likeness.ACRONYM: "one name is the initials of the other",
    Likeness.SOUND: "the names sound alike in other letters",
}
_IDS = {Likeness.SAME: ("R016",), Likeness.LONGER: ("R023",)}


@dataclass(frozen=True, slots=True)
class Held:
    """A score that a guard keeps down, why, and by which rules."""

    score: float
    words: str
    ids: tuple[str, ...]


def calibrated_findings(
    question: Question, index: AccountIndex, *, most: int, least: float
) -> tuple[Finding, ...]:
    """The accounts that the lead's name may mean, the likeliest first."""
    pairs, compared = _rivals(question, index)
    if not pairs:
        return ()
    model = name_model()
    bases = [model.base_of(one) for one in compared]
    held = [frozenset(entry.name.tokens) for _, entry in pairs]
    order = sorted(range(len(pairs)), key=lambda place: (-bases[place], pairs[place][1].id))
    judged = order[: min(_JUDGED, most)]
    found = []
    for place, score in zip(
        judged, model.scores([contest(place, bases, compared, held) for place in judged]), strict=True
    ):
        entry = pairs[place][1]
        if score >= least:
            found.append(_finding(question, entry, index, guarded(question, entry, compared[place], score, index)))
    return tuple(sorted(found, key=lambda finding: (-finding.score, finding.account_id))[:most])


def _rivals(question: Question, index: AccountIndex) -> tuple[tuple[tuple[Name, Entry], ...], list[Compared]]:
    """Each account that the lead may mean, once: under that of its names which is likeliest meant."""
    found = candidates(question, index)
    pairs = under_each_name(question, found)
    compared = list(compare_all(question, pairs, index))
    if len(pairs) == len(found):
        return pairs, compared
    base_of = name_model().base_of
    places = likeliest_names(pairs, [(one.kind is Likeness.SAME, base_of(one)) for one in compared])
    return tuple(pairs[place] for place in places), [compared[place] for place in places]


def _finding(question: Question, entry: Entry, index: AccountIndex, held: Held) -> Finding:
    return Finding(
        signal="name", account_id=entry.id, score=round(held.score, 1), words=also_called(entry) + held.words,
        lead_value=question.lead.company.strip(), account_value=entry.typed,
        ids=(*held.ids, "R017") if entry.place else held.ids,
    )  # fmt: skip


def guarded(question: Question, entry: Entry, compared: Compared, score: float, index: AccountIndex) -> Held:
    """The score under the rules that hold whatever the likeness."""
    words = _words(question, entry, compared, index)
    ids: tuple[str, ...] = _IDS.get(compared.kind, ("R018",))
    cap = min(GUARDED, question.settings.match_above)
    name = question.name
    for doubt in _doubts(question, entry, compared, index):
        score, words = min(score, cap), f"{words}{doubt}"
    if compared.numbers_differ:
        score, words = min(score, _DIFFERENT), f"{words}, but the numbers differ"
    if name.generic and not (compared.kind is Likeness.SAME and _placed(question, entry)):
        score = min(score, _GENERIC_CAP, cap)
        words, ids = f"{words}, but a name that many companies could have", ("R024",)
    if name.deceitful or (name.imitates and name.imitates != entry.name.imitates):
        score = min(score, cap)
        words, ids = f"{words}, but the lead's name is written with look-alike or hidden letters", ("R015",)
    domain = question.company_domain
    if domain and entry.domains and label_of(domain) not in map(label_of, entry.domains):
        words = f"{words}, but the lead's domain {domain} is not the account's"
        ids = (*ids, "C10") if score > question.settings.match_above else ids
        score = min(score, cap)
    return Held(score, words, ids)


def _doubts(question: Question, entry: Entry, compared: Compared, index: AccountIndex) -> Iterator[str]:
    """Why a person must look, in words."""
    if perhaps_subsidiary(question, entry, compared):
        yield ": perhaps a subsidiary"
    if _slip_in_short_word(compared, index):
        yield ", but a letter makes another word of one so short"
    if compared.each_has_more:
        yield ", but each of the names has a word of its own besides"
    country = question.country_agrees(entry)
    if question.company_domain and not entry.domains and country is not Agreement.SAME and _brief(question):
        yield f", but a name so short may be another's, and no account has the domain {question.company_domain}"
    if country is Agreement.DIFFERENT and compared.rarest < _RARE_ABROAD and not compared.named_by_domain:
        yield ", and no word so rare that there is but one company of the name"


def perhaps_subsidiary(question: Question, entry: Entry, compared: Compared) -> bool:
    """Does the lead's name begin with the account's and go on with words of its own, or name it as its parent?

    R023: "Acme Labs" of "Acme" is for a person, whatever the country. A place, a legal form, a remark in brackets
    and the like are no words of its own; and an account whose domain is acmelabs.com is Acme Labs.
    """
    words, theirs = question.name.tokens, entry.name.tokens
    begins = bool(theirs) and len(words) > len(theirs) and words[: len(theirs)] == theirs
    part = part_called(question.lead.company, compared.reading)
    if part is Part.OF_PARENT or (part is Part.PARTED and begins):
        return True
    if compared.kind is not Likeness.LONGER or not compared.own_words_more or compared.named_by_domain:
        return False
    return begins or (bool(compared.reading) and compared.reading.startswith(entry.name.key))


def _slip_in_short_word(compared: Compared, index: AccountIndex) -> bool:
    """Is a letter wrong in a word so short that it may be another one? A rare word beside it settles that."""
    short = [mine for mine, theirs in compared.typos if max(len(mine), len(theirs)) < _SHORT_WORD]
    anchored = compared.kind is Likeness.SPELLING and any(
        len(word) >= _SHORT_WORD and index.nats(word) >= _ANCHOR for word in compared.shared
    )
    return bool(short) and not (anchored and not any(index.uses(word) for word in short))


def _brief(question: Question) -> bool:
    """Is the name one word so short that it may be the initials of many?"""
    return len(question.name.tokens) == 1 and len(question.name.key) < _SHORT_WORD


def _placed(question: Question, entry: Entry) -> bool:
    """Do country and city both support a generic name (R024)?"""
    return question.country_agrees(entry) is Agreement.SAME and question.city_agrees(entry) is Agreement.SAME


def _words(question: Question, entry: Entry, compared: Compared, index: AccountIndex) -> str:
    """What the names have in common, and how rare that is."""
    parts = [_WORDS[compared.kind]]
    shared = sorted(
        (word for word in compared.shared if index.uses(word)), key=lambda word: (index.uses(word), word)
    )
    if shared and compared.kind is not Likeness.SOUND:
        users = index.uses(shared[0])
        parts.append(f"'{shared[0]}' stands in {users} account name{'s' if users > 1 else ''}")
    if compared.typos:
        parts.append("spelt " + ", ".join(f"'{mine}' for '{theirs}'" for mine, theirs in compared.typos))
    country = question.country_agrees(entry)
    if country is not Agreement.UNKNOWN:
        parts.append("in the same country" if country is Agreement.SAME else "in another country")
    return "; ".join(parts)
