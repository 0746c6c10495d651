"""The report after an action: planned and actual times, every request and answer of every signal, what was won as estimated."""

import io
from collections.abc import Sequence
from datetime import datetime

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, SimpleDocTemplate

from central.dispatch.escort.tables import EscortNote, EscortTask, SignalOrder
from central.dispatch.escort.words import EscortWords, escort_words
from central.documents.layout.parts import HEADING, SMALL, TITLE, grid, pairs, space, text
from central.documents.variables import clock_time

_MARGIN = 18 * mm
_WIDTH = A4[0] - 2 * _MARGIN


def report_pdf(task: EscortTask, notes: Sequence[EscortNote], orders: Sequence[SignalOrder], language: str) -> bytes:
    """The report in `zh` or `en`; the same task gives the same bytes. A time that nobody knows is said to be unknown."""
    words = escort_words(language)
    story: list[Flowable] = [
        text(words.report("title"), TITLE),
        _summary(task, words),
        space(4),
        text(words.report("basis"), SMALL),
        text(words.report("lights"), HEADING),
        _lights(notes, words),
        text(words.report("asked"), HEADING),
        _answers(notes, words),
        text(words.report("orders"), HEADING),
        _orders(orders, words),
        text(words.report("history"), HEADING),
        _history(notes, words),
    ]
    output = io.BytesIO()
    document = SimpleDocTemplate(
        output,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=f"{words.report('title')} {task.id}",
        invariant=1,
    )
    document.build(story)
    return output.getvalue()


def _summary(task: EscortTask, words: EscortWords) -> Flowable:
    travel_s = _between_s(task.assigned_at, task.arrived_at)
    won_s = None if task.unaided_s is None or travel_s is None else task.unaided_s - travel_s
    rows = [
        ("number", task.id),
        ("kind", words.of("kind", task.kind)),
        ("place", task.place or task.address),
        ("engine", task.engine or words.report("unknown")),
        ("state", words.of("state", task.state)),
        ("consent", words.of("consent", task.consent)),
        ("called", clock_time(task.called_at)),
        ("assigned", _time(task.assigned_at, words)),
        ("arrived", _time(task.arrived_at, words)),
        ("ended", _time(task.ended_at, words)),
        ("travel", _seconds(travel_s, words)),
        ("planned", _seconds(task.planned_s, words)),
        ("unaided", _seconds(task.unaided_s, words)),
        ("won", _seconds(won_s, words)),
        ("delay", words.report("not_measured")),
    ]
    return pairs([(words.report(name), value) for name, value in rows], _WIDTH, share=0.36)


def _lights(notes: Sequence[EscortNote], words: EscortWords) -> Flowable:
    planned: dict[str, float] = next((note.data.get("junctions", {}) for note in notes if note.what == "planned"), {})
    passed = {note.data["junction"]: note.data["after_s"] for note in notes if note.what == "passed"}
    names = list(dict.fromkeys([*planned, *passed]))
    rows = [(name, _plain(planned.get(name), words), _plain(passed.get(name), words)) for name in names]
    return grid(
        [words.report("junction"), words.report("planned_at"), words.report("passed_at")],
        rows,
        [_WIDTH * share for share in (0.4, 0.3, 0.3)],
    )


def _answers(notes: Sequence[EscortNote], words: EscortWords) -> Flowable:
    rows = [
        (
            clock_time(note.at)[:19],
            note.data["junction"],
            words.of("answer", note.data["state"]),
            words.of("reason", note.reason),
        )
        for note in notes
        if note.what == "answer"
    ]
    head = [words.report(name) for name in ("at", "junction", "outcome", "reason")]
    return grid(head, rows, [_WIDTH * share for share in (0.26, 0.24, 0.22, 0.28)])


def _orders(orders: Sequence[SignalOrder], words: EscortWords) -> Flowable:
    rows = [
        (
            clock_time(order.at)[:19],
            order.junction,
            words.of("action", order.action),
            words.of("reason", order.reason),
            words.of("outcome", order.outcome),
        )
        for order in orders
        if order.outcome
    ]
    head = [words.report(name) for name in ("at", "junction", "what", "reason", "outcome")]
    return grid(head, rows, [_WIDTH * share for share in (0.24, 0.2, 0.14, 0.18, 0.24)])


def _history(notes: Sequence[EscortNote], words: EscortWords) -> Flowable:
    rows = [
        (clock_time(note.at)[:19], words.note(note), words.of("actor", note.actor)) for note in notes if note.what != "answer"
    ]
    head = [words.report(name) for name in ("at", "what", "who")]
    return grid(head, rows, [_WIDTH * share for share in (0.26, 0.54, 0.2)])


def _between_s(one: datetime | None, two: datetime | None) -> float | None:
    return None if one is None or two is None else (two - one).total_seconds()


def _time(at: datetime | None, words: EscortWords) -> str:
    return words.report("unknown") if at is None else clock_time(at)


def _seconds(seconds: float | None, words: EscortWords) -> str:
    return words.report("unknown") if seconds is None else words.report("seconds").format(n=round(seconds))


def _plain(seconds: float | None, words: EscortWords) -> str:
    return words.report("unknown") if seconds is None else f"{seconds:.0f}"
