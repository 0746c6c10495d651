"""The start page: the figures of the day, first the share that left after the notice."""

from dataclasses import dataclass

from central.screens.components.figures import Figure


@dataclass(frozen=True, slots=True)
class LeftShare:
    """How many of the warned drivers left by themselves. Never a sum of fines (PROC 66)."""

    warned: int
    left: int
    simulated: bool
    href: str

    @property
    def percent(self) -> float | None:
        """The share in per cent; None while nobody has been warned."""
        return 100 * self.left / self.warned if self.warned else None


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """Figures of one kind under their title."""

    title: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class StartView:
    """What the start page shows."""

    share: LeftShare
    groups: tuple[FigureGroup, ...]
