"""Where a line of Chinese text may end: not before a closing mark, not after an opening one, not within a number or a word."""

from collections.abc import Callable, Sequence

NO_START = frozenset("，。、；：？！）〕】》」』”’…—·,.;:?!)]}%℃")
NO_END = frozenset("（〔【《「『“‘([{¥±")
LONGEST_WORD = 24  # longer ones (hashes, addresses) may be broken anywhere

Width = Callable[[str], float]


def break_lines(content: str, widths: Sequence[float], width_of: Width) -> list[tuple[float, str]]:
    """The lines with the room that is left on each; the last of `widths` holds for all lines that follow."""
    lines: list[tuple[float, str]] = []
    start = 0
    while start < len(content):
        room = widths[min(len(lines), len(widths) - 1)]
        end = _ending(content, start, _fitting(content, start, room, width_of))
        line = content[start:end].rstrip(" ")
        lines.append((room - width_of(line), line))
        start = end
        while start < len(content) and content[start] == " ":
            start += 1
    return lines or [(widths[0], "")]


def _fitting(content: str, start: int, room: float, width_of: Width) -> int:
    """The furthest end that fits, at least one character on."""
    end, used = start, 0.0
    while end < len(content):
        used += width_of(content[end])
        if used > room + 1e-6:
            break
        end += 1
    return max(end, start + 1)


def _ending(content: str, start: int, end: int) -> int:
    """The nearest place before `end` where the line may end; `end` itself if there is none."""
    if end >= len(content):
        return end
    for place in range(end, start, -1):
        if _may_break(content, place):
            return place
    return end


def _may_break(content: str, place: int) -> bool:
    before, after = content[place - 1], content[place]
    if after in NO_START or before in NO_END:
        return False
    return not (_in_word(before) and _in_word(after) and _word_length(content, place) <= LONGEST_WORD)


def _in_word(character: str) -> bool:
    return character.isascii() and character.isprintable() and character not in " ()[]{}"


def _word_length(content: str, place: int) -> int:
    left = right = place
    while left > 0 and _in_word(content[left - 1]):
        left -= 1
    while right < len(content) and _in_word(content[right]):
        right += 1
    return right - left
