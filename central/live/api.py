"""Live pictures over HTTP: nodes bring the latest, the screens fetch it. Nothing is stored."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from central.api.access import AnyUser, CallingNode, CoreDep
from central.api.problems import RESPONSES
from central.errors import NotFound, TooLarge, Unprocessable
from central.evidence.pictures import is_jpeg
from central.live.store import LARGEST_PICTURE, CameraKey
from yuhang.messages import LiveView, Slug

router = APIRouter(prefix="/api/v1/live", tags=["live"], responses=RESPONSES)

_MOST_PIXELS = 4_000_000


class LiveCameraAnswer(BaseModel):
    """A camera of the live view."""

    site: str
    node: str
    camera: str
    picture_at: datetime | None = Field(description="arrival of the latest picture")
    view: LiveView | None
    view_at: datetime | None


@router.put("/{camera}", status_code=204, summary="Bring a camera's latest picture")
async def put_picture(camera: Slug, request: Request, core: CoreDep, node: CallingNode) -> None:
    """A small JPEG, about once a second, with the node's credential."""
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > LARGEST_PICTURE:
            raise TooLarge(f"a live picture has at most {LARGEST_PICTURE} bytes")
    if not is_jpeg(bytes(content), _MOST_PIXELS):
        raise Unprocessable("a live picture is a JPEG")
    core.live.put_picture(CameraKey(node.site, node.node, camera), bytes(content), core.clock.now())


@router.get("", summary="Cameras with what they see now")
def get_cameras(core: CoreDep, _user: AnyUser) -> list[LiveCameraAnswer]:
    """Every camera seen since central started."""
    return [
        LiveCameraAnswer(
            site=key.site,
            node=key.node,
            camera=key.camera,
            picture_at=camera.picture_at,
            view=camera.view,
            view_at=camera.view_at,
        )
        for key, camera in core.live.all().items()
    ]


@router.get("/{site}/{node}/{camera}.jpg", summary="A camera's latest picture", response_class=Response)
def get_picture(site: Slug, node: Slug, camera: Slug, core: CoreDep, _user: AnyUser) -> Response:
    """The JPEG that the node brought last."""
    found = core.live.get(CameraKey(site, node, camera))
    if found is None or found.picture is None:
        raise NotFound("no picture of this camera has arrived")
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(found.picture, media_type="image/jpeg", headers=headers)
