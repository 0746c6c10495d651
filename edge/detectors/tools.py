"""What all detectors of a node share, handed to each of them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from edge.budget import LookBudget
from edge.config import PicturesConfig, PlatesConfig
from edge.detectors.ebike_lift.lifts import LiftDesk, NoLifts
from edge.detectors.face_entry.gate import GateDesk, NoGate
from edge.detectors.learning import AnswerBook, MemoryAnswers
from edge.events import EventWriter, IdMaker
from edge.evidence import EvidenceDesk
from edge.faces.desk import FaceDesk
from edge.frames import ClipSource, Hindsight, NoHindsight
from edge.inference.detector import ObjectDetector
from edge.plate_votes import PlateEyes
from yuhang.messages import SocketReport, TruckReport


@dataclass(frozen=True, slots=True)
class DetectorTools:
    """Models, evidence, ids and clips of one node."""

    detector: ObjectDetector
    plate_eyes: PlateEyes
    is_plate: Callable[[str], bool]
    writer: EventWriter
    desk: EvidenceDesk
    clips: ClipSource
    new_id: IdMaker
    pictures: PicturesConfig
    plates: PlatesConfig
    budget: LookBudget = field(default_factory=lambda: LookBudget(None, time.monotonic))
    hindsight: Hindsight = field(default_factory=NoHindsight)
    truck_reports: Callable[[], Sequence[TruckReport]] = tuple
    """What trucks have said of themselves in the last minutes; none where nobody forwards it."""
    socket_reports: Callable[[], Sequence[SocketReport]] = tuple
    """What sockets and meters have said of themselves in the last minutes."""
    lifts: LiftDesk = field(default_factory=NoLifts)
    answers: Callable[[str], AnswerBook] = lambda _lift: MemoryAnswers()
    """Where the answers about a lift or another place are kept, by its name."""
    faces: FaceDesk | None = None
    """Who is enrolled, and the eyes; none where the node's file does not switch faces on."""
    gate: GateDesk = field(default_factory=NoGate)
