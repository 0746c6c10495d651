"""The site's places: a name or an address to a point. Only what is written the same is found; what is like it is for a person."""

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from yuhang.config import load_yaml
from yuhang.config.section import Section
from yuhang.coordinates import Datum, Position, convert

LEAST_LIKENESS = 0.6
MOST_LIKE = 5
_NOISE = re.compile(r"[\s,.;:()\[\]#'\"/\\·、，。；：（）【】-]+")
_NUMBER = re.compile(r"\d+")


class PlaceEntry(Section):
    """One place."""

    name: str = Field(min_length=1, max_length=200, title="Name or address", examples=["文一西路969号"])
    others: tuple[str, ...] = Field(default=(), title="Other names and spellings", examples=[["Wenyi West Road 969"]])
    latitude: float = Field(ge=-90, le=90, title="Latitude, degrees")
    longitude: float = Field(ge=-180, le=180, title="Longitude, degrees")
    datum: Datum = Field(default=Datum.WGS84, title="wgs84, gcj02 or bd09")


class PlacesFile(Section):
    """All places of a site."""

    places: tuple[PlaceEntry, ...] = Field(title="Places")


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place by its main name; the position is WGS-84."""

    name: str
    position: Position


class Places:
    """Finds places by what a caller said."""

    def __init__(self, entries: Iterable[PlaceEntry]) -> None:
        self._named: defaultdict[str, list[KnownPlace]] = defaultdict(list)
        for entry in entries:
            place = KnownPlace(entry.name, convert(Position(entry.latitude, entry.longitude), entry.datum, Datum.WGS84))
            for key in {plain(name) for name in (entry.name, *entry.others)}:
                self._named[key].append(place)

    @classmethod
    def load(cls, path: Path | None) -> "Places":
        """From the site's file; `ConfigError` names file, line and key. Without a file no place is known."""
        return cls(() if path is None else load_yaml(path, PlacesFile).places)

    def find(self, said: str) -> KnownPlace | None:
        """The one place that is written so, but for spaces, signs and case; None where there is none or more than one."""
        found = self._named.get(plain(said), [])
        return found[0] if len(found) == 1 else None

    def like(self, said: str) -> tuple[KnownPlace, ...]:
        """Places for a person to choose from, the likest first. One whose numbers differ is another house and not among them."""
        wanted = plain(said)
        numbers = _NUMBER.findall(wanted)
        scored = [
            (difflib.SequenceMatcher(None, wanted, key).ratio() + 0.4 * (wanted in key or key in wanted), key)
            for key in self._named
            if not numbers or _NUMBER.findall(key) == numbers
        ]
        best = sorted((one for one in scored if one[0] >= LEAST_LIKENESS), key=lambda one: (-one[0], one[1]))
        return tuple(dict.fromkeys(place for _, key in best for place in self._named[key]))[:MOST_LIKE]


def plain(text: str) -> str:
    """What two spellings of one name share: full width and half width, case, spaces and signs do not count."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())
