"""Names that may stand only once."""

from collections import Counter
from collections.abc import Iterable


def refuse_repeats(word: str, names: Iterable[str]) -> None:
    """Raise `ValueError` that names what is there twice; `word` says what kind of thing it is."""
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise ValueError(f"{word} {repeated[0]!r} is there twice")
