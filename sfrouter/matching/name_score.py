"""Turns the likeness of two names into a score: above 80 a match, 70 to 80 a question (S01, R018-R024)."""

from dataclasses import dataclass, replace

from sfrouter.matching.email_domains import label_of
from sfrouter.matching.index import AccountIndex
from sfrouter.matching.indexed_account import Entry, also_called
from sfrouter.matching.initials import acronym_of, initials_of
from sfrouter.matching.likeness import Likeness, Relation, compare
from sfrouter.matching.names import Name
from sfrouter.matching.places import Agreement
from sfrouter.matching.question import Question
from sfrouter.matching.readings import Part, part_called
from sfrouter.matching.sounds import in_kana, read_alike, sounds_of

# Scores run from 0 to 100. What must not be automatic is held to these, and never above the admin's own limit.
_CAP = 78.0
_GENERIC_CAP = 75.0
_PART = 74.0  # the name of one is the beginning of the other's
_STRONG = 0.75  # weight in common from which a name is somebody's own: one rare word has it
_RARE = 0.93  # weight that only a word used by one account of very many has: a small table cannot know it
_ORDINARY = 1.2  # weight of a whole name below which it is made of everybody's words
_NOT_WORTH = 68.0  # below the review band
_ELSEWHERE = 65.0  # a common name in another country: another company
_TRADE = 84.0  # the same name but for what the company makes, and no other account of that name
_READ_ALIKE = 97.0  # the same reading in other letters
_INITIALS = 3  # letters from which initials say something
_CROWDED = 66.0  # one of several accounts that begin with the lead's name


@dataclass(frozen=True, slots=True)
class NameScore:
    """The score of a lead's company name against one account's, and why."""

    score: float
    words: str
    ids: tuple[str, ...]
    relation: Relation
    account_longer: bool = False
    typed: str = ""  # the account's name that was compared, as the org spells it


_NONE = NameScore(0.0, "the names differ", (), Relation.OTHER)


def score_name(question: Question, entry: Entry, index: AccountIndex) -> NameScore:
    """How surely the lead's company name, or a second one in its field, is one of the account's names."""
    names = (entry, *entry.others)
    whole = (_score_one(question, one, index) for one in names)
    second = (_score_second(question, one, index) for one in names)
    return max((*whole, *(graded for graded in second if graded is not None)), key=lambda graded: graded.score)


def _score_second(question: Question, entry: Entry, index: AccountIndex) -> NameScore | None:
    """The score of a second name of the lead ("formerly", "dba", in brackets) that is just the account's.

    One that names the account as its parent, or begins with its name and goes on, is for a person (R023).
    """
    if (part := part_called(question.lead.company, entry.name.key)) is None:
        return None
    graded = _score_one(replace(question, name=entry.name), entry, index)
    words = f"'{entry.typed}' is part of the name given: {graded.words}"
    begins = question.name.tokens[: len(entry.name.tokens)] == entry.name.tokens
    if part is Part.OF_PARENT or (part is Part.PARTED and begins):
        return _held(question, graded, f"{words}: perhaps a subsidiary", ("R023",))
    return _lookalike(question, replace(graded, words=words), entry)


def _score_one(question: Question, entry: Entry, index: AccountIndex) -> NameScore:
    if not question.name.usable or not entry.name.key:
        return replace(_NONE, typed=entry.typed)
    likeness = _likeness(question, entry, index)
    graded = _guarded(question, entry, _GRADES[likeness.relation](question, entry, index, likeness))
    words = also_called(entry) + graded.words
    return replace(
        graded, typed=entry.typed, words=words, ids=(*graded.ids, "R017") if entry.place else graded.ids
    )


def _cap(question: Question, most: float = _CAP) -> float:
    """The highest score that a person still has to confirm."""
    return min(most, question.settings.match_above)


def _likeness(question: Question, entry: Entry, index: AccountIndex) -> Likeness:
    if entry.name.key in (question.name.key, question.name.imitates):
        return Likeness(100.0, Relation.SAME, sum(map(index.weight, entry.name.tokens)))
    mine, theirs = question.name.tokens, entry.name.tokens
    if in_kana(mine) or in_kana(theirs):
        common = sum(map(index.weight, theirs))
        if read_alike(mine, theirs):
            return Likeness(_READ_ALIKE, Relation.SAME, common)
        if in_kana(mine) != in_kana(theirs) and not set(sounds_of(mine)).isdisjoint(sounds_of(theirs)):
            return Likeness(_cap(question), Relation.SOUND, common)
    found = compare(mine, theirs, index.weight)
    if found.relation in (Relation.OTHER, Relation.OVERLAP) and _initials(mine, theirs):
        return Likeness(_cap(question), Relation.ACRONYM, found.common)
    return found


def _initials(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Is one of the names the initials of the other?"""
    pairs = ((acronym_of(left), initials_of(right)), (acronym_of(right), initials_of(left)))
    return any(short == whole and len(short) >= _INITIALS for short, whole in pairs)


def _same(question: Question, entry: Entry, index: AccountIndex, likeness: Likeness) -> NameScore:
    ids = ("R016",)
    agrees = question.country_agrees(entry)
    if agrees is Agreement.DIFFERENT:
        return _same_elsewhere(question, entry, index, likeness)
    same = agrees is Agreement.SAME
    score = likeness.score if same else min(likeness.score, 95.0)
    read = question.name.key != entry.name.key and read_alike(question.name.tokens, entry.name.tokens)
    said = "the same reading in other letters" if read else "the same name"
    return NameScore(score, said + (" in the same country" if same else ""), ids, likeness.relation)


def _same_elsewhere(question: Question, entry: Entry, index: AccountIndex, likeness: Likeness) -> NameScore:
    """A name of common words is another company in another country; one of a word nobody else uses is the same."""
    words = entry.name.tokens
    own = any(index.uses(word) <= 1 and index.weight(word) >= _STRONG for word in words)
    if own:
        said, score = "the same rare name, in another country", min(likeness.score, 88.0)
    elif likeness.common >= _ORDINARY:
        said, score = "the same name, but in another country", _cap(question)
    else:
        said, score = "the same name, but a common one and in another country", _ELSEWHERE
    return NameScore(score, said, ("R016",), likeness.relation)


def _spelling(question: Question, entry: Entry, index: AccountIndex, likeness: Likeness) -> NameScore:
    pairs = ", ".join(f"'{mine}' for '{theirs}'" for mine, theirs in likeness.typos)
    words, score = f"the same name but for the spelling ({pairs})", likeness.score
    if any(index.uses(mine) for mine, _ in likeness.typos):
        score, words = min(score, _cap(question)), f"{words}, and other companies are spelt like the lead"
    if question.country_agrees(entry) is Agreement.DIFFERENT:
        score, words = min(score, _cap(question)), f"{words}, in another country"
    if likeness.common < _STRONG:
        score = min(score, _cap(question))
    return NameScore(score, words, ("R018",), likeness.relation)


def _soft(question: Question, entry: Entry, index: AccountIndex, likeness: Likeness) -> NameScore:
    words, score = "the same name but for words like Group or International", likeness.score
    if question.country_agrees(entry) is Agreement.DIFFERENT or likeness.common < _STRONG:
        score = min(score, _cap(question))
    if _flimsy(likeness):
        score = min(score, _NOT_WORTH)
    return NameScore(score, words, ("R018",), likeness.relation)


def _flimsy(likeness: Likeness) -> bool:
    """Is one mistyped word all that the two names share?"""
    return bool(likeness.typos) and likeness.common < _ORDINARY


def _trade(question: Question, entry: Entry, index: AccountIndex, likeness: Likeness) -> NameScore:
    part = _part(question, entry, index, likeness)
    elsewhere = question.country_agrees(entry) is Agreement.DIFFERENT
    if elsewhere or likeness.typos or likeness.common < _RARE:
        return part
    words = "the same name but for words like Systems or Technologies"
    return NameScore(_TRADE, words, ("R018",), likeness.relation)


def _part(question: Question, entry: Entry, index: AccountIndex, likeness: Likeness) -> NameScore:
    words = "one name is the beginning of the other: perhaps a subsidiary"
    score = min(likeness.score, _cap(question))
    if likeness.common >= _STRONG and question.country_agrees(entry) is not Agreement.DIFFERENT:
        score = max(score, _PART)
    if _flimsy(likeness):
        score = min(score, _NOT_WORTH)
    return NameScore(score, words, ("R023",), likeness.relation, account_longer=likeness.account_longer)


def _overlap(question: Question, entry: Entry, index: AccountIndex, likeness: Likeness) -> NameScore:
    most = _cap(question) if likeness.common >= _ORDINARY else _NOT_WORTH
    return NameScore(min(likeness.score, most), "some words in common", ("R018",), likeness.relation)


def _hinted(question: Question, entry: Entry, index: AccountIndex, likeness: Likeness) -> NameScore:
    """A sound or initials in common: a question, unless the country speaks against it."""
    elsewhere = question.country_agrees(entry) is Agreement.DIFFERENT
    score = min(likeness.score, _NOT_WORTH) if elsewhere else likeness.score
    sound = likeness.relation is Relation.SOUND
    words = "the names sound alike in other letters" if sound else "one name is the initials of the other"
    return NameScore(score, words, ("R018",), likeness.relation)


def _other(question: Question, entry: Entry, index: AccountIndex, likeness: Likeness) -> NameScore:
    return _NONE


_GRADES = {
    Relation.SAME: _same, Relation.SPELLING: _spelling, Relation.SOFT: _soft,
    Relation.TRADE: _trade, Relation.PART: _part, Relation.OVERLAP: _overlap, Relation.OTHER: _other,
    Relation.SOUND: _hinted, Relation.ACRONYM: _hinted,
}  # fmt: skip


def _placed(question: Question, entry: Entry) -> bool:
    """Do country and city both support a generic name (R024)?"""
    return question.country_agrees(entry) is Agreement.SAME and question.city_agrees(entry) is Agreement.SAME


def _held(
    question: Question, graded: NameScore, words: str, ids: tuple[str, ...], most: float = _CAP
) -> NameScore:
    """The same score, but never automatic."""
    return replace(graded, score=min(graded.score, _cap(question, most)), words=words, ids=ids)


def _guarded(question: Question, entry: Entry, graded: NameScore) -> NameScore:
    """Caps that hold whatever the likeness: letters that deceive, and an account with a domain of its own."""
    name = question.name
    if name.generic and not (graded.relation is Relation.SAME and _placed(question, entry)):
        words = f"{graded.words}, but a name that many companies could have"
        graded = _held(question, graded, words, ("R024",), _GENERIC_CAP)
    if _deceives(name, entry):
        return _lookalike(question, graded, entry)
    domain = question.company_domain
    if domain and entry.domains and label_of(domain) not in map(label_of, entry.domains):
        words = f"{graded.words}, but the lead's domain {domain} is not the account's"
        ids = (*graded.ids, "C10") if graded.score > question.settings.match_above else graded.ids
        return _held(question, graded, words, ids)
    return graded


def _deceives(name: Name, entry: Entry) -> bool:
    return name.deceitful or bool(name.imitates and name.imitates != entry.name.imitates)


def _lookalike(question: Question, graded: NameScore, entry: Entry) -> NameScore:
    """Held where the lead's name, as a whole, is written with letters that deceive."""
    if not _deceives(question.name, entry):
        return graded
    words = f"{graded.words}, but the lead's name is written with look-alike or hidden letters"
    return _held(question, graded, words, ("R015",))


def in_company(question: Question, scores: dict[str, NameScore]) -> dict[str, NameScore]:
    """The scores of several accounts, seen together: a name that fits many of them fits none well."""
    rivals = {account_id for account_id, score in scores.items() if score.score >= question.settings.review_from}
    longer = {account_id for account_id in rivals if scores[account_id].account_longer}
    crowded = longer if len(longer) > 1 else set()
    return {
        account_id: _beside(question, score, crowded=account_id in crowded, alone=rivals <= {account_id})
        for account_id, score in scores.items()
    }


def _beside(question: Question, score: NameScore, *, crowded: bool, alone: bool) -> NameScore:
    if crowded:
        words = f"{score.words}, one of several accounts that begin so"
        return replace(score, score=min(score.score, _CROWDED), words=words)
    if score.relation is Relation.TRADE and not alone and score.score > _cap(question):
        return replace(score, score=_cap(question), words=f"{score.words}, but other accounts begin so, too")
    return score
