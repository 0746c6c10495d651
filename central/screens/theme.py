"""The one theme of all screens: colours as data (so that their contrast is tested), one style sheet made from them."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

STYLE_FILE = Path(__file__).parent / "static" / "screens.css"


class Tone(StrEnum):
    """How urgent a state is; every tone has its colour, its shape and always stands beside a word."""

    NORMAL = "normal"
    WATCH = "watch"
    WARNING = "warning"
    ALARM = "alarm"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Ink:
    """A text colour and the ground it stands on, both as #rrggbb."""

    text: str
    ground: str


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one theme, all as #rrggbb."""

    page: Ink
    surface: Ink
    muted: Ink
    accent: Ink
    line: str
    tones: dict[Tone, Ink]

    def inks(self) -> dict[str, Ink]:
        """Every pair of text and ground, by name."""
        named = {"page": self.page, "surface": self.surface, "muted": self.muted, "accent": self.accent}
        return named | {tone.value: ink for tone, ink in self.tones.items()}

    def variables(self) -> str:
        """The palette as CSS custom properties."""
        pairs = [f"--{name}:{ink.text};--{name}-ground:{ink.ground}" for name, ink in self.inks().items()]
        return ";".join([*pairs, f"--line:{self.line}"])


LIGHT = Palette(
    page=Ink("#14181d", "#f3f5f7"),
    surface=Ink("#14181d", "#ffffff"),
    muted=Ink("#4a535e", "#ffffff"),
    accent=Ink("#ffffff", "#4338ca"),
    line="#cfd5dc",
    tones={
        Tone.NORMAL: Ink("#434c57", "#e9edf1"),
        Tone.WATCH: Ink("#08508f", "#e1eefb"),
        Tone.WARNING: Ink("#7a4100", "#ffefcf"),
        Tone.ALARM: Ink("#a3121a", "#fde6e6"),
        Tone.DONE: Ink("#0e5a28", "#dff4e5"),
    },
)

DARK = Palette(
    page=Ink("#f2f4f7", "#0d1015"),
    surface=Ink("#f2f4f7", "#161b22"),
    muted=Ink("#b9c2ce", "#161b22"),
    accent=Ink("#0d1015", "#a9b4ff"),
    line="#38424f",
    tones={
        Tone.NORMAL: Ink("#c9d1db", "#252d37"),
        Tone.WATCH: Ink("#98cbff", "#10263f"),
        Tone.WARNING: Ink("#ffc95c", "#33270b"),
        Tone.ALARM: Ink("#ffaaa5", "#43141a"),
        Tone.DONE: Ink("#86e3a6", "#0f2e1b"),
    },
)


def stylesheet() -> str:
    """The whole style sheet: light, dark where the device asks for it, and always dark on walls."""
    light, dark = LIGHT.variables(), DARK.variables()
    return (
        f":root{{color-scheme:light;{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{color-scheme:dark;{dark}}}}}\n"
        f":root.wall{{color-scheme:dark;{dark}}}\n" + STYLE_FILE.read_text(encoding="utf-8")
    )


def contrast(ink: Ink) -> float:
    """Contrast ratio of text on ground, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(ink.text), _luminance(ink.ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
