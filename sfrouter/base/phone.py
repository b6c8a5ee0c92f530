"""Reads a telephone number however it is typed, and gives its one international form: +4930901820."""

from functools import lru_cache

_LONGEST = 40  # characters the org lets a phone field have


@lru_cache(maxsize=10_000)
def international(text: str, country: str = "") -> str:
    """The number in E.164 form; "" when it is none. `country`: ISO code for numbers typed without one.

    An extension is left out: it says which desk, not which place.
    """
    import phonenumbers  # two dozen megabytes of tables, needed by few

    if not text.strip() or len(text) > _LONGEST:
        return ""
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
