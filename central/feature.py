"""What a feature folder adds to central. `central/features.py` holds the one list of all features."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from fastapi import APIRouter, FastAPI
from sqlalchemy.orm import Session

from central.deadlines.tables import Deadline
from central.workers import Worker
from yuhang.messages import NodeEvent

EventHandler = Callable[[Session, NodeEvent], None]
"""Handles one event inside the transaction that marks it handled; it may see the same event again only if that rolled back."""
DeadlineHandler = Callable[[Session, Deadline], None]
"""Does what falls due, inside the transaction that marks the deadline fired."""


@dataclass(frozen=True, slots=True)
class Feature:
    """Routers, workers and handlers of one feature; everything a feature needs was handed to it before."""

    name: str
    routers: Sequence[APIRouter] = ()
    workers: Sequence[Worker] = ()
    event_handlers: Mapping[str, EventHandler] = field(default_factory=dict)
    """By the event's type with its version, for example `parking.stopped.v1`."""
    deadline_handlers: Mapping[str, DeadlineHandler] = field(default_factory=dict)
    """By the deadline's kind."""
    pages: Callable[[FastAPI], None] | None = None
    """Adds screens to the application, after all routers."""
