"""What the check asks central over its REST interface, as an officer, a reviewer and an administrator would."""

import io
import zipfile
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic import BaseModel, ConfigDict

from yuhang.errors import YuhangError

REASON = "comparing the demo with its truth"


class CentralError(YuhangError):
    """Central has answered with an error, or not at all."""


class CaseSeen(BaseModel):
    """A case as the check needs it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    number: str
    state: str
    camera: str
    plate: str | None
    moments: dict[str, datetime]
    version: int


class CentralClient:
    """One logged-in person; a context manager."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=20.0)
        token = self._ask("POST", "/api/v1/login", json={"name": name, "password": password}).json()["token"]
        self._http.headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._http.close()

    def cases(self) -> list[CaseSeen]:
        """All cases, oldest first."""
        answer = self._ask("GET", "/api/v1/cases", params={"reason": REASON, "size": 200}).json()
        return sorted((CaseSeen.model_validate(case) for case in answer["cases"]), key=lambda case: case.id)

    def approve(self, case: CaseSeen) -> str:
        """Look at the pictures of a draft and approve it; the case's new state."""
        detail = self._ask("GET", f"/api/v1/cases/{case.id}", params={"reason": REASON}).json()
        for picture in detail["evidence"]:
            if picture["media_type"].startswith("image/"):
                self._ask("GET", f"/api/v1/evidence/{picture['sha256']}", params={"reason": REASON})
        body = {"trigger": "approve", "reason": "pictures, plate and times looked at", "version": case.version}
        return str(self._ask("POST", f"/api/v1/cases/{case.id}/acts", json=body).json()["state"])

    def missing_events(self, site: str, node: str) -> list[Any]:
        """Ranges of the node's sequence numbers that have not arrived."""
        return list(self._ask("GET", f"/api/v1/nodes/{site}/{node}").json()["missing"])

    def dead_letters(self) -> list[Any]:
        """Messages that central has refused."""
        return list(self._ask("GET", "/api/v1/dead-letters").json())

    def figures(self, day: datetime) -> dict[str, Any]:
        """The figures of the day in which a moment lies."""
        return dict(self._ask("GET", "/api/v1/parking/figures", params={"day": day.date().isoformat()}).json())

    def export_evidence(self, site: str, node: str, folder: Path) -> None:
        """The node's whole chain with its files, unpacked into `folder`."""
        answer = self._ask("GET", "/api/v1/evidence/export", params={"site": site, "node": node, "reason": REASON})
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            archive.extractall(folder)

    def _ask(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **arguments)
            answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            raise CentralError(f"{method} {path}: {error.response.status_code} {error.response.text[:300]}") from error
        except httpx.HTTPError as error:
            raise CentralError(f"{method} {path}: {error}") from error
        return answer
