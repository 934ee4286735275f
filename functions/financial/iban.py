"""An IBAN: what makes it one, and how it is shown."""

import re

from shared.errors import Invalid

SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def parsed(text: str) -> str:
    """Without blanks, in capital letters, its check digits right (ISO 13616, by the remainder of 97)."""
    iban = "".join(text.split()).upper()
    if not SHAPE.fullmatch(iban):
        raise Invalid.of("iban", "An IBAN is two letters, two digits and up to 30 letters and digits.")
    digits = "".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])
    if int(digits) % 97 != 1:
        raise Invalid.of("iban", "This IBAN has a slip in it: its check digits do not fit.")
    return iban


def masked(iban: str) -> str:
    """DE89 … 3000: enough for its owner to know it again."""
    return f"{iban[:4]} … {iban[-4:]}"
