"""Makes up background accounts: names of invented words, trades and legal forms, the same ones every time."""

import random
from collections.abc import Iterator

from sfrouter.matching.indexed_account import IndexedAccount

_STARTS = (*"bdfghklmnprstvwz", "br", "dr", "fl", "gr", "kl", "pr", "st", "tr")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "oo")
_ENDS = ("ck", "d", "ll", "m", "n", "nd", "r", "rt", "s", "sk", "th", "x", "l", "v")
_TRADES = {
    "US": ("Logistics", "Systems", "Foods", "Capital", "Energy", "Medical Group", "Software", "Bank", "Motors"),
    "GB": ("Engineering", "Brewery", "Holdings", "Partners", "Optics", "Media", "Shipping", "Consulting"),
    "DE": ("Maschinenbau", "Technik", "Logistik", "Beratung", "Handels", "Energie", "Bau", "Werke"),
    "ES": ("Servicios", "Construcciones", "Alimentos", "Energía", "Transportes", "Bodegas"),
    "JP": ("製作所", "工業", "商事", "建設", "システムズ", "電機"),
    "ID": ("Jaya", "Makmur", "Niaga", "Teknologi", "Abadi", "Utama"),
}
_FORMS = {
    "US": ("Inc.", "LLC", "Corp", ""), "GB": ("Ltd", "plc", "Limited"), "DE": ("GmbH", "AG", "GmbH & Co. KG"),
    "ES": ("S.A.", "S.L.", ""), "JP": ("株式会社",), "ID": ("Tbk", ""),
}  # fmt: skip
_KANA = "アイウカキクケコサシスタチツテトナニネハヒフマミモヤユヨラリルワ"


def background(count: int, seed: int = 20260301) -> Iterator[IndexedAccount]:
    """So many accounts, `B0` onwards. Words repeat as they do in life: few often, many once."""
    chance = random.Random(seed)
    words = [_word(chance) for _ in range(max(50, count // 3))]
    for number in range(count):
        country = chance.choice(tuple(_TRADES))
        name = _name(chance, words, country)
        site = f"{name.split()[0].lower()}{number}.example" if chance.random() < 0.4 and name.isascii() else ""
        yield IndexedAccount(
            id=f"B{number}", name=name, domains=(site,) if site else (),
            country=country if chance.random() < 0.8 else "", owner_id=f"of B{number}",
        )  # fmt: skip


def _word(chance: random.Random) -> str:
    parts = (chance.choice(_STARTS) + chance.choice(_VOWELS) for _ in range(chance.randint(1, 3)))
    return ("".join(parts) + chance.choice(_ENDS)).capitalize()


def _name(chance: random.Random, words: list[str], country: str) -> str:
    trade, form = chance.choice(_TRADES[country]), chance.choice(_FORMS[country])
    if country == "JP":
        return f"{form}{''.join(chance.choices(_KANA, k=chance.randint(3, 6)))}{trade}"
    own = [words[int(len(words) * chance.random() ** 2)] for _ in range(chance.choice((1, 1, 2)))]
    text = " ".join((*own, trade, form)).strip()
    return f"PT {text}" if country == "ID" and chance.random() < 0.7 else text
