"""What every part on the signals shelf is: its options, and the accounts it says a lead points to."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from sfrouter.model.evidence import Finding

if TYPE_CHECKING:
    from sfrouter.matching.index import AccountIndex
    from sfrouter.matching.question import Question


class Signal(BaseModel, ABC):
    """One kind of evidence. Its file's name is its name in the policy; its fields are its options there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def signal_name(self) -> str:
        """The part's name: that of its file."""
        return type(self).__module__.rpartition(".")[2]

    @abstractmethod
    def findings(self, question: "Question", index: "AccountIndex") -> tuple[Finding, ...]:
        """The accounts this evidence points to, the best first; empty when it says nothing."""
