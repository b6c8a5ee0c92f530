"""Scores matched leads against labels: precision, recall and review load, overall and by category."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

DOMAIN_CATEGORIES = frozenset({"domain_only", "domain_and_name", "cross_script_domain", "withheld_own_domain"})


@dataclass(frozen=True, slots=True)
class Label:
    """The truth about one lead: its account ("" when it has none) and what the lead tests."""

    lead_id: str
    account_id: str
    category: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool said about one lead: an account, a score (0-100) and auto, review or none."""

    account_id: str
    score: float
    band: str


@dataclass(frozen=True, slots=True)
class Quality:
    """The figures of the bar; shares from 0 to 1."""

    leads: int
    with_account: int
    auto_right: int
    auto_wrong: int
    wrong_without_account: int
    review: int
    review_right: int

    @property
    def precision(self) -> float:
        """Of the automatic links, the share that is right."""
        return self.auto_right / max(1, self.auto_right + self.auto_wrong)

    @property
    def recall(self) -> float:
        """Of the leads that have an account, the share that is linked to it automatically."""
        return self.auto_right / max(1, self.with_account)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def strangers_linked(self) -> float:
        """Of the leads without an account, the share that is linked automatically."""
        return self.wrong_without_account / max(1, self.leads - self.with_account)

    @property
    def review_share(self) -> float:
        """Of all leads, the share that a person has to look at."""
        return self.review / max(1, self.leads)

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.4f}  recall {self.recall:.4f}  F1 {self.f1:.4f}  strangers linked"
            f" {self.strangers_linked:.2%}  review {self.review_share:.2%} (right in"
            f" {self.review_right / max(1, self.review):.0%})"
        )


_NOTHING = Answer("", 0.0, "none")


def quality(labels: Iterable[Label], answers: Mapping[str, Answer]) -> Quality:
    """The figures over these labels; a lead without an answer counts as unmatched."""
    pairs = [(label, answers.get(label.lead_id, _NOTHING)) for label in labels]
    auto = [(label, answer) for label, answer in pairs if answer.band == "auto"]
    review = [(label, answer) for label, answer in pairs if answer.band == "review"]
    right = sum(label.account_id == answer.account_id for label, answer in auto)
    return Quality(
        leads=len(pairs),
        with_account=sum(bool(label.account_id) for label, _ in pairs),
        auto_right=right,
        auto_wrong=len(auto) - right,
        wrong_without_account=sum(not label.account_id for label, _ in auto),
        review=len(review),
        review_right=sum(bool(label.account_id) and label.account_id == a.account_id for label, a in review),
    )


def by_category(labels: Iterable[Label], answers: Mapping[str, Answer]) -> dict[str, Quality]:
    """The figures of each category by itself."""
    parts: dict[str, list[Label]] = {}
    for label in labels:
        parts.setdefault(label.category, []).append(label)
    return {category: quality(part, answers) for category, part in sorted(parts.items())}


def best_cut_f1(labels: Iterable[Label], answers: Mapping[str, Answer]) -> float:
    """The best F1 that any single cut on the score would have given."""
    known = list(labels)
    scored = sorted(
        ((answers[label.lead_id].score, label) for label in known if label.lead_id in answers),
        key=lambda pair: -pair[0],
    )
    positives, right, best = sum(bool(label.account_id) for label in known), 0, 0.0
    for place, (score, label) in enumerate(scored, 1):
        right += bool(label.account_id) and answers[label.lead_id].account_id == label.account_id
        last_of_its_score = place == len(scored) or scored[place][0] < score
        if last_of_its_score:
            best = max(best, 2 * right / (place + positives))
    return best
