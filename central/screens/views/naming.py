"""Names for what comes as data: playbook words in the visitor's language, and how urgent a state is."""

from central.cases.playbook import Playbook, Role, StateKind, Words
from central.screens.i18n import Language
from central.screens.scene import Scene
from central.screens.theme import Tone


def say(scene: Scene, words: Words) -> str:
    """A playbook's words in the visitor's language."""
    return words.zh if scene.t.language is Language.CHINESE else words.en


def state_title(scene: Scene, playbook: Playbook, state: str) -> str:
    """The name of a state."""
    return say(scene, playbook.states[state].title)


def waits_for_person(playbook: Playbook, state: str) -> bool:
    """Whether the case stands still until somebody of the authority acts."""
    return any(role in {Role.OFFICER, Role.REVIEWER} for role in playbook.states[state].waits_for)


def states_for_person(playbook: Playbook) -> tuple[str, ...]:
    """All states in which a case waits for a person, in the playbook's order."""
    return tuple(state for state in playbook.states if waits_for_person(playbook, state))


def state_tone(playbook: Playbook, state: str, *, red_light: bool = False) -> Tone:
    """Alarm when a deadline has passed, warning when a person is to act, else by the kind of the state."""
    kind = playbook.states[state].kind
    if kind is StateKind.DONE:
        return Tone.DONE
    if kind is StateKind.VOID:
        return Tone.NORMAL
    if red_light:
        return Tone.ALARM
    return Tone.WARNING if waits_for_person(playbook, state) else Tone.WATCH
