"""Style sheet and script, served from this machine under a name that changes with their content."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI, Response

from central.screens.theme import stylesheet

SCRIPT_FILE = Path(__file__).parent / "static" / "screens.js"
FOOT_SCRIPT_FILE = Path(__file__).parent / "static" / "foot.js"
ZONES_SCRIPTS = ("outlines.js", "draft.js", "drawing.js", "fields.js", "editor.js")  # each needs those before it
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A text file as the browser gets it."""

    url: str
    media_type: str
    content: str

    @classmethod
    def named(cls, name: str, media_type: str, content: str) -> "Asset":
        """An asset whose URL holds the hash of its content, so that a browser never keeps an old one."""
        digest = hashlib.sha256(content.encode()).hexdigest()[:12]
        return cls(f"/screens/{digest}/{name}", media_type, content)


@dataclass(frozen=True, slots=True)
class Assets:
    """What every page loads."""

    style: Asset
    script: Asset
    foot_script: Asset
    zones_script: Asset

    @classmethod
    def load(cls) -> "Assets":
        return cls(
            Asset.named("screens.css", "text/css", stylesheet()),
            Asset.named("screens.js", "text/javascript", SCRIPT_FILE.read_text(encoding="utf-8")),
            Asset.named("foot.js", "text/javascript", FOOT_SCRIPT_FILE.read_text(encoding="utf-8")),
            Asset.named("zones.js", "text/javascript", _joined(SCRIPT_FILE.parent / "zones", ZONES_SCRIPTS)),
        )

    def serve(self, app: FastAPI) -> None:
        """Add one route for each file."""
        for asset in (self.style, self.script, self.foot_script, self.zones_script):
            serve_asset(app, asset)


def _joined(folder: Path, names: Sequence[str]) -> str:
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


def serve_asset(app: FastAPI, asset: Asset) -> None:
    """Add the route of a file; browsers may keep it for good."""
    app.add_api_route(asset.url, _sender(asset), methods=["GET"], include_in_schema=False)


def _sender(asset: Asset) -> Callable[[], Awaitable[Response]]:
    async def send() -> Response:
        return Response(asset.content, media_type=asset.media_type, headers={"Cache-Control": _FOREVER})

    return send
