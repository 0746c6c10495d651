"""Alarms for the screens: the list, one alarm with its pictures, and what a person says about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from central.alarms.news import AlarmKind
from central.alarms.service import AlarmQuery, AlarmService, Verdict
from central.alarms.tables import Alarm, AlarmAnswer
from central.core import Core
from central.evidence.tables import EvidenceRow
from central.nodes.service import described
from central.nodes.tables import Node
from central.screens.i18n import Language
from central.screens.scene import Scene
from central.screens.theme import Tone
from central.users.roles import Principal
from yuhang.messages import EvidenceKind

PAGE = 50
_TONES = {Verdict.CONFIRMED: Tone.ALARM, Verdict.REJECTED: Tone.NORMAL, Verdict.UNCLEAR: Tone.NORMAL}
_CODED = {"signs": "sign", "form": "form", "basis": "basis", "reason": "cut", "outcome": "outcome"}
"""Facts whose values are codes of the catalogues, several with commas between them."""


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """An alarm in the list. `facts` are labels and values in words."""

    track: str
    kind: str
    camera: str
    zone: str
    began_at: datetime
    ended_at: datetime | None
    tone: Tone
    word: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AlarmFile:
    """A picture, or a film (which can only be seen as captured); `href` shows it, logged with the visitor's reason."""

    title: str
    captured_at: datetime
    href: str
    film: bool


@dataclass(frozen=True, slots=True)
class AlarmView:
    """One alarm with everything about it. `missing`: files that have not arrived."""

    line: AlarmLine
    files: tuple[AlarmFile, ...]
    missing: int
    answers: Sequence[AlarmAnswer]
    learns: bool


@dataclass(frozen=True, slots=True)
class AlarmDesk:
    """Reads alarms and carries out answers."""

    core: Core
    alarms: AlarmService

    def list(self, scene: Scene, query: AlarmQuery) -> list[AlarmLine]:
        """Latest first."""
        with self.core.database.reader() as session:
            alarms = self.alarms.list(session, query)
            names = _Names.of(session, alarms, scene.t.language)
        return [_line(scene, alarm, names) for alarm in alarms]

    def count_open(self) -> int:
        """Alarms that wait for an answer."""
        with self.core.database.reader() as session:
            return self.alarms.count_open(session)

    def alarm(self, scene: Scene, track: str, reason: str, *, blurred: bool) -> AlarmView:
        """One alarm; `NotFound`. `blurred`: the visitor needs no more than pictures with people and plates hidden."""
        with self.core.database.reader() as session:
            alarm = self.alarms.find(session, track)
            rows = {row.file_sha256: row for row in self.alarms.files(session, track)}
            answers = self.alarms.answers(session, track)
            names = _Names.of(session, [alarm], scene.t.language)
        here = [row for row in rows.values() if self.core.evidence.has(row.file_sha256)]
        files = [_file(scene, row, reason, blurred=blurred) for row in here if not (blurred and _is_film(row))]
        missing = len(rows) - len(here)
        return AlarmView(_line(scene, alarm, names), tuple(files), missing, answers, AlarmKind(alarm.kind).learns)

    def answer(self, user: Principal, track: str, verdict: Verdict, reason: str) -> None:
        """Say what it was."""
        with self.core.database.session() as session:
            self.alarms.answer(session, track, user, verdict, reason)


@dataclass(frozen=True, slots=True)
class _Names:
    """What nodes call their cameras and zones; where they no longer have one, its key."""

    names: Mapping[tuple[str, ...], str]

    @classmethod
    def of(cls, session: Session, alarms: Sequence[Alarm], language: Language) -> "_Names":
        names: dict[tuple[str, ...], str] = {}
        english = language is Language.ENGLISH
        for site, node in {(alarm.site, alarm.node) for alarm in alarms}:
            row = session.get(Node, (site, node))
            description = described(row) if row is not None else None
            for camera in description.cameras if description is not None else ():
                names[site, node, camera.camera] = camera.called(english=english)
                names |= {(site, node, camera.camera, zone.zone): zone.called(english=english) for zone in camera.zones}
        return cls(names)

    def camera(self, alarm: Alarm) -> str:
        """A gateway's alarm has no camera: then the gateway itself."""
        return self.names.get((alarm.site, alarm.node, alarm.camera)) or f"{alarm.node}/{alarm.camera}".rstrip("/")

    def zone(self, alarm: Alarm) -> str:
        return self.names.get((alarm.site, alarm.node, alarm.camera, alarm.zone)) or alarm.zone


def _line(scene: Scene, alarm: Alarm, names: _Names) -> AlarmLine:
    verdict = Verdict(alarm.verdict) if alarm.verdict else None
    return AlarmLine(
        track=alarm.track,
        kind=scene.t(f"alarm.kind.{alarm.kind}"),
        camera=names.camera(alarm),
        zone=names.zone(alarm),
        began_at=alarm.began_at,
        ended_at=alarm.ended_at,
        tone=Tone.WARNING if verdict is None else _TONES[verdict],
        word=scene.t(f"alarm.verdict.{verdict.value if verdict else 'open'}"),
        facts=tuple((scene.t(f"alarm.fact.{name}"), _value(scene, name, value)) for name, value in alarm.facts.items()),
    )


def _value(scene: Scene, name: str, value: object) -> str:
    if name not in _CODED:
        return str(value)
    return scene.t("act.and").join(scene.t(f"alarm.{_CODED[name]}.{code}") for code in str(value).split(","))


def _is_film(row: EvidenceRow) -> bool:
    return row.kind == EvidenceKind.CLIP.value


def _file(scene: Scene, row: EvidenceRow, reason: str, *, blurred: bool) -> AlarmFile:
    path, asked = f"/api/v1/evidence/{row.file_sha256}", {"reason": reason}
    if not _is_film(row):
        path, asked = f"{path}/preview", asked | {"blurred": str(blurred).lower()}
    title = scene.t("alarm.film" if _is_film(row) else "alarm.picture")
    return AlarmFile(title, row.captured_at, f"{path}?{urlencode(asked)}", _is_film(row))
