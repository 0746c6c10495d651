"""The report after an action: planned and actual times, every request and answer of every signal, what was won as estimated."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import yaml
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, SimpleDocTemplate

from central.dispatch.escort.tables import EscortNote, EscortTask, SignalOrder
from central.documents.layout.parts import HEADING, SMALL, TITLE, grid, pairs, space, text
from central.documents.variables import clock_time

_WORDS = Path(__file__).with_name("report_words.yaml")
_MARGIN = 18 * mm
_WIDTH = A4[0] - 2 * _MARGIN


def report_pdf(task: EscortTask, notes: Sequence[EscortNote], orders: Sequence[SignalOrder], language: str) -> bytes:
    """The report in `zh` or `en`; the same task gives the same bytes. A time that nobody knows is said to be unknown."""
    words: Mapping[str, str] = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))[language]
    story: list[Flowable] = [
        text(words["title"], TITLE),
        _summary(task, words),
        space(4),
        text(words["basis"], SMALL),
        text(words["lights"], HEADING),
        _lights(notes, words),
        text(words["asked"], HEADING),
        _answers(notes, words),
        text(words["orders"], HEADING),
        _orders(orders, words),
        text(words["history"], HEADING),
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
        title=f"{words['title']} {task.id}",
        invariant=1,
    )
    document.build(story)
    return output.getvalue()


def _summary(task: EscortTask, words: Mapping[str, str]) -> Flowable:
    travel_s = _between_s(task.assigned_at, task.arrived_at)
    won_s = None if task.unaided_s is None or travel_s is None else task.unaided_s - travel_s
    rows = [
        ("number", task.id),
        ("kind", task.kind),
        ("place", task.place or task.address),
        ("engine", task.engine or words["unknown"]),
        ("state", task.state),
        ("consent", task.consent),
        ("called", clock_time(task.called_at)),
        ("assigned", _time(task.assigned_at, words)),
        ("arrived", _time(task.arrived_at, words)),
        ("ended", _time(task.ended_at, words)),
        ("travel", _seconds(travel_s, words)),
        ("planned", _seconds(task.planned_s, words)),
        ("unaided", _seconds(task.unaided_s, words)),
        ("won", _seconds(won_s, words)),
        ("delay", words["not_measured"]),
    ]
    return pairs([(words[name], value) for name, value in rows], _WIDTH, share=0.36)


def _lights(notes: Sequence[EscortNote], words: Mapping[str, str]) -> Flowable:
    planned: dict[str, float] = next((note.data.get("junctions", {}) for note in notes if note.what == "planned"), {})
    passed = {note.data["junction"]: note.data["after_s"] for note in notes if note.what == "passed"}
    names = list(dict.fromkeys([*planned, *passed]))
    rows = [(name, _plain(planned.get(name), words), _plain(passed.get(name), words)) for name in names]
    return grid([words["junction"], words["planned_at"], words["passed_at"]], rows, [_WIDTH * share for share in (0.4, 0.3, 0.3)])


def _answers(notes: Sequence[EscortNote], words: Mapping[str, str]) -> Flowable:
    rows = [
        (clock_time(note.at)[:19], note.data["junction"], note.data["state"], note.reason)
        for note in notes
        if note.what == "answer"
    ]
    head = [words[name] for name in ("at", "junction", "outcome", "reason")]
    return grid(head, rows, [_WIDTH * share for share in (0.26, 0.24, 0.22, 0.28)])


def _orders(orders: Sequence[SignalOrder], words: Mapping[str, str]) -> Flowable:
    rows = [
        (clock_time(order.at)[:19], order.junction, order.action, order.reason, order.outcome)
        for order in orders
        if order.outcome
    ]
    head = [words[name] for name in ("at", "junction", "what", "reason", "outcome")]
    return grid(head, rows, [_WIDTH * share for share in (0.24, 0.2, 0.14, 0.18, 0.24)])


def _history(notes: Sequence[EscortNote], words: Mapping[str, str]) -> Flowable:
    rows = [(clock_time(note.at)[:19], note.what, note.actor, note.reason) for note in notes if note.what != "answer"]
    head = [words[name] for name in ("at", "what", "who", "reason")]
    return grid(head, rows, [_WIDTH * share for share in (0.26, 0.22, 0.2, 0.32)])


def _between_s(one: datetime | None, two: datetime | None) -> float | None:
    return None if one is None or two is None else (two - one).total_seconds()


def _time(at: datetime | None, words: Mapping[str, str]) -> str:
    return words["unknown"] if at is None else clock_time(at)


def _seconds(seconds: float | None, words: Mapping[str, str]) -> str:
    return words["unknown"] if seconds is None else words["seconds"].format(n=round(seconds))


def _plain(seconds: float | None, words: Mapping[str, str]) -> str:
    return words["unknown"] if seconds is None else f"{seconds:.0f}"
