"""A lead's explanation in another language: the kept English trace, read by the books and told anew."""

from dataclasses import replace

from sfrouter.base.errors import SfrouterError
from sfrouter.journey.explain import Explanation
from sfrouter.model.decision import Decision
from sfrouter.model.evidence import Match
from sfrouter.routing.explain import language_of
from sfrouter.routing.retell import LANGUAGES, retell


class UnknownLanguageError(SfrouterError):
    """The books do not have this language."""

    def __init__(self, language: str) -> None:
        super().__init__(f"sfrouter has no words in '{language}'", mend=f"take one of {', '.join(LANGUAGES)}")


def known_language(written: str) -> str:
    """The book for a language as people write it: de, de_AT, ES. Raises UnknownLanguageError."""
    code = language_of(written, otherwise="")
    if not code:
        raise UnknownLanguageError(written)
    return code


def in_language(found: Explanation, language: str) -> Explanation:
    """The same with every sentence in the language. Names, ids and what was written stay as they are."""
    return replace(
        found,
        decisions=tuple(replace(one, decision=decision_in(one.decision, language)) for one in found.decisions),
        on_paper=decision_in(found.on_paper, language) if found.on_paper else None,
    )


def decision_in(decision: Decision, language: str) -> Decision:
    """A decision whose trace is in the language. A Task's text stays in its reader's."""
    return replace(
        decision,
        reason=retell(decision.reason, language),
        match=_match_in(decision.match, language),
        steps=tuple(replace(step, words=retell(step.words, language)) for step in decision.steps),
        warnings=tuple(retell(one, language) for one in decision.warnings),
        alert=retell(decision.alert, language),
    )


def _match_in(match: Match, language: str) -> Match:
    return replace(
        match,
        words=retell(match.words, language),
        findings=tuple(replace(one, words=retell(one.words, language)) for one in match.findings),
        suspicions=tuple(replace(one, why=retell(one.why, language)) for one in match.suspicions),
    )
