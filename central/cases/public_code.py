"""The code on a case's papers by which the person concerned finds it: random, and readable from a bad print."""

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0 O, 1 I L and U, which are taken for others."""
LENGTH = 10
"""Characters; 30^10 codes, so guessing one beside its plate is hopeless at the public page's pace."""


def new_public_code() -> str:
    """A new code; as good as never given before (the table keeps them unique)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def as_typed(text: str) -> str:
    """A code as somebody has typed it, on any keyboard: only letters and digits, half width, capitals."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).upper() if letter.isalnum())


def shown_code(code: str) -> str:
    """The code as papers and messages show it, in two groups: ABCDE-23456."""
    return f"{code[:5]}-{code[5:]}"
