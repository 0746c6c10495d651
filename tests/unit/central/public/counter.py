"""The counter: a town's cases as they stand after forty minutes, and the public page as owners use it, without a browser."""

import io
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response
from PIL import Image
from sqlalchemy import select

from central.app import make_app
from central.audit.service import log_look
from central.cases.acts import ActData
from central.cases.people import Wish
from central.cases.public_address import public_path
from central.cases.queries import evidence_of
from central.cases.tables import Case
from central.config import CentralConfig
from central.core import Core
from central.database import Database
from central.deadlines.worker import DeadlineWorker
from central.documents.papers import PaperKind, Party
from central.documents.service import PaperWish
from central.evidence.store import EvidenceStore
from central.features import platform
from central.live.store import LiveStore
from central.matters import Matters, build_matters
from central.metrics import Metrics
from central.public.feature import public_feature
from central.secrets import SecretKey
from central.users.roles import Principal, Role
from central.users.service import UserService
from tests.integration.screens.town import make_town
from tests.unit.central.conftest import CHEAP_HASHES
from yuhang.clock import ManualClock
from yuhang.mqtt.config import MqttConfig
from yuhang.mqtt.session import MqttSession

NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)  # ten o'clock in Hangzhou, a Monday
STAYED, LEFT = "浙A10002", "浙A10001"
REVIEWER = Principal("R", "reviewer", "Li Lei", "City management", "HZ-1", Role.REVIEWER)
OFFICER = Principal("O", "officer", "Han Meimei", "City management", "HZ-2", Role.OFFICER)
NO_SUCH_CODE = "2222222222"
TOKEN = re.compile(r'name="token" value="([^"]+)"')
FORM = re.compile(r'name="form" value="([^"]+)"')


def config_in(folder: Path, **public: Any) -> CentralConfig:
    """Central's configuration with its data in a folder."""
    return CentralConfig.model_validate({"data_dir": folder, "mqtt": MqttConfig(), "public": public})


def build_town(folder: Path) -> Path:
    """A folder with a town's database and evidence, to be copied."""
    make_town(config_in(folder), NOW).close()
    return folder


@dataclass
class Counter:
    """Central with its public page, and a clock in the test's hand."""

    core: Core
    matters: Matters
    clock: ManualClock
    web: TestClient
    deadlines: DeadlineWorker

    @classmethod
    def copied(cls, built: Path, folder: Path, **public: Any) -> "Counter":
        shutil.copytree(built, folder, dirs_exist_ok=True)
        config, clock = config_in(folder, **public), ManualClock(NOW)
        database = Database(config.database_url)
        core = Core(
            config=config,
            clock=clock,
            database=database,
            secret=SecretKey.load(config.key_path),
            users=UserService(database, config.users, clock, CHEAP_HASHES),
            evidence=EvidenceStore(folder / "evidence", config.evidence.max_file_mb * 1024 * 1024),
            live=LiveStore(),
            mqtt=MqttSession(config.mqtt, "counter"),
            metrics=Metrics(),
        )
        matters = build_matters(core)
        app = make_app(core, (*platform(core), *matters.features, public_feature(core, matters, clock)))
        web = TestClient(app, raise_server_exceptions=False, headers={"Sec-Fetch-Site": "same-origin"})
        return cls(core, matters, clock, web, DeadlineWorker(database, clock, {"parking": matters.cases.fire}))

    def close(self) -> None:
        self.web.close()
        self.core.database.close()

    # --- the office ---

    def case(self, plate: str = STAYED) -> Case:
        with self.core.database.reader() as session:
            return session.scalars(select(Case).where(Case.plate == plate)).one()

    @property
    def path(self) -> str:
        """Address of the page of the case that most stories are about."""
        return public_path(self.case().number)

    def act(self, trigger: str, user: Principal = REVIEWER, plate: str = STAYED, **data: Any) -> None:
        """What an officer or reviewer does; who approves has looked at the pictures."""
        with self.core.database.session() as session:
            if trigger == "approve":
                for row in evidence_of(session, self.case(plate).id):
                    log_look(session, user, f"evidence/{row.sha256}", "review", at=self.clock.now(), content="original")
            wish = Wish(self.case(plate).id, trigger, data.pop("reason", "looked at"), ActData.model_validate(data))
            self.matters.people.act(session, user, wish)

    def issue(self, kind: PaperKind) -> None:
        """A paper on which the next act rests."""
        with self.core.database.session() as session:
            wish = PaperWish(self.case().id, kind, "for the test", Party("王小明"))
            self.matters.documents.issue(session, REVIEWER, wish)

    def served(self) -> dict[str, Any]:
        return {"way": "post", "at": self.clock.now(), "proof": "EMS-1"}

    def later(self, days: float) -> None:
        self.clock.current += timedelta(days=days)
        while self.deadlines.run_once():
            pass

    def walk(self, *triggers: str) -> None:
        """Common steps by name."""
        for trigger in triggers:
            self.clock.current += timedelta(minutes=1)
            if trigger in {"inform", "serve"}:
                self.issue(PaperKind.INFORMING if trigger == "inform" else PaperKind.DECISION)
                self.act(trigger, OFFICER, service=self.served())
            elif trigger == "decide":
                self.act(trigger, REVIEWER, statement="heard at the counter")
            elif trigger == "uphold":
                self.act(trigger, REVIEWER, ground="unclear")
            else:
                self.act(trigger)

    # --- the owner ---

    def look_up(self, plate: str = STAYED, code: str | None = None, **headers: str) -> Response:
        code = self.case(plate).public_code if code is None else code
        return self.web.post("/c", data={"plate": plate, "code": code}, headers=headers)

    def page(self, tail: str = "", plate: str = STAYED, **headers: str) -> Response:
        return self.web.get(public_path(self.case(plate).number) + tail, headers=headers)

    def form(self, name: str) -> dict[str, str]:
        """The hidden fields of a form, as a browser would send them."""
        text = self.page(f"/{name}").text
        return {"token": found(TOKEN, text), "form": found(FORM, text)}

    def send(self, name: str, fields: dict[str, str], pictures: tuple[bytes, ...] = ()) -> Response:
        files = [("pictures", (f"{place}.jpg", content, "image/jpeg")) for place, content in enumerate(pictures)]
        return self.web.post(f"{public_path(self.case().number)}/{name}", data=fields, files=files or None)


def found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    assert match is not None, text
    return match.group(1)


def photo(size: tuple[int, int] = (1200, 800), kind: str = "JPEG", **options: Any) -> bytes:
    output = io.BytesIO()
    Image.effect_mandelbrot(size, (-2, -1, 1, 1), 30).convert("RGB").save(output, kind, **options)
    return output.getvalue()
