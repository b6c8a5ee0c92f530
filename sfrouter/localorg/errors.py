"""Every refusal the stand-in org can give, in the words and shape that Salesforce itself uses."""

from __future__ import annotations

from typing import Any


class OrgError(Exception):
    """One refusal: the HTTP status, Salesforce's error code, its sentence and the fields it blames.

    `fields` is None where Salesforce sends no such key (queries, sign-in) and a tuple, perhaps empty,
    where it does (row writes). `extra` holds further keys of the error, e.g. the duplicate result.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        fields: tuple[str, ...] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = fields
        self.extra: dict[str, Any] = extra or {}

    def body(self) -> list[dict[str, Any]]:
        """The answer's JSON body: an array with one error."""
        entry: dict[str, Any] = {"message": self.message, "errorCode": self.code}
        if self.fields is not None:
            entry["fields"] = list(self.fields)
        return [entry | self.extra]
