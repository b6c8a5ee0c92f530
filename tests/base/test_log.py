"""Nothing secret or personal reaches a log line, whoever wrote it and whatever the level."""

import io
import json
import logging

import pytest

from sfrouter.base.log import HIDDEN, logger, redact, redact_text, set_up_logging

CANARIES = {
    "e-mail": "jane.canary@acme.example",
    "e-mail in a URL": "q=jane.canary%40acme.example",
    "access token": "00D000000000001AAA!AQ0AQcanaryTOKEN.x_y",
    "JSON web token": "eyJhbGciOi.eyJpc3MiOiJ.canarySIG",
    "bearer header": "Bearer canaryTOKEN123",
    "form secret": "client_secret=canarySECRET&x=1",
    "IPv4": "203.0.113.45",
    "IPv6": "2001:db8:0:0:1:0:0:1",
}


@pytest.mark.parametrize("kind", CANARIES)
def test_a_secret_inside_a_sentence_is_hidden(kind: str) -> None:
    text = redact_text(f"something about {CANARIES[kind]} happened")
    assert HIDDEN in text
    for piece in ("canary", "203.0.113", "2001:db8"):
        assert piece not in text


def test_ordinary_words_stay() -> None:
    text = "pulled 200 leads at 10:31:07 from 127.0.0.1:8080, version 65.0, id 00Q000000000001AAA"
    assert redact_text(text) == text


def test_a_value_is_hidden_by_its_key_at_any_depth() -> None:
    line = {"lead": "00Q1", "last_name": "Canary", "inner": [{"access_token": "x", "count": 3}], "phone": ""}
    assert redact(line) == {
        "lead": "00Q1",
        "last_name": HIDDEN,
        "inner": [{"access_token": HIDDEN, "count": 3}],
        "phone": "",
    }


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_failure_with_personal_data_in_its_variables_prints_none_of_it(form: str) -> None:
    stream = io.StringIO()
    set_up_logging(form=form, level="DEBUG", stream=stream)

    def fail(secret: str) -> None:
        local = {"token": secret}
        raise ValueError(f"refused for {CANARIES['e-mail']} after {len(local)} tries")

    try:
        fail(CANARIES["access token"])
    except ValueError:
        logger("test").exception("cycle_failed", mail=CANARIES["e-mail"], count=3)
        logging.getLogger("somebody.else").exception("failed for %s", CANARIES["e-mail"])
    written = stream.getvalue()
    assert "cycle_failed" in written
    assert "ValueError" in written
    assert "canary" not in written
    if form == "json":
        assert json.loads(written.splitlines()[0])["count"] == 3
