"""Serves a video file as an RTSP camera: a process of the system's Python, whose `gi` bindings wrap GStreamer's RTSP server.

    /usr/bin/python3 rtsp_server.py VIDEO --port 8554 --name street [--codec h265] [--user U --password P]

It needs Debian's `gir1.2-gst-rtsp-server-1.0`, `python3-gi`, `gstreamer1.0-plugins-good` and `gstreamer1.0-plugins-bad`, and
nothing from this project, so it is also run as a plain script. Packets are sent as they are, never encoded again, in the
file's own time; every client starts at the beginning of the file unless `--shared` makes them share one running camera.
When the server listens it prints `ready rtsp://127.0.0.1:PORT/NAME`; port 0 takes a free one. RTCP sender
reports carry the wall clock, as real cameras send it.
"""

import argparse
import signal
from pathlib import Path
from typing import NamedTuple

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402  the versions must be chosen before the import

DEMUXERS = {".mp4": "qtdemux", ".mov": "qtdemux", ".mkv": "matroskademux", ".ts": "tsdemux", ".avi": "avidemux"}
LOOPBACK = "127.0.0.1"


class Login(NamedTuple):
    """The name and password that a client must give (HTTP basic over RTSP, as most cameras ask)."""

    user: str
    password: str


def pipeline(video: Path, codec: str) -> str:
    """The GStreamer launch line that takes `video` apart and packs its `codec` ("h264" or "h265") stream for RTP."""
    demuxer = DEMUXERS[video.suffix.lower()]
    return (
        f'( filesrc location="{video}" ! {demuxer} name=demuxer demuxer. ! queue ! {codec}parse config-interval=-1 '
        f"! rtp{codec}pay name=pay0 pt=96 config-interval=-1 )"
    )


def start_server(video: Path, *, codec: str, port: int, name: str, shared: bool, login: Login | None) -> int:
    """Attach the server to GLib's default loop and return the port that it listens on."""
    server = GstRtspServer.RTSPServer()
    server.set_address(LOOPBACK)
    server.set_service(str(port))
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(pipeline(video, codec))
    factory.set_shared(shared)
    if login is not None:
        require(server, factory, login)
    server.get_mount_points().add_factory(f"/{name}", factory)
    if server.attach(None) == 0:
        raise SystemExit(f"port {port} on {LOOPBACK} is taken")
    return int(server.get_bound_port())


def require(server: "GstRtspServer.RTSPServer", factory: "GstRtspServer.RTSPMediaFactory", login: Login) -> None:
    """Let only those who know the login see and play the stream."""
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "viewer")
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(login.user, login.password), token)
    server.set_auth(auth)
    factory.add_role_from_structure(
        Gst.Structure.from_string("viewer,media.factory.access=(boolean)true,media.factory.construct=(boolean)true")[0]
    )


def main() -> None:
    """Read the command line and serve until interrupted."""
    parser = argparse.ArgumentParser(description="Serve a video file as an RTSP camera on loopback.")
    parser.add_argument("video", type=Path, help="MP4, MKV, TS or AVI file")
    parser.add_argument("--port", type=int, default=8554, help="0 takes a free one")
    parser.add_argument("--name", default="street", help="path of the stream")
    parser.add_argument("--codec", choices=["h264", "h265"], default="h264")
    parser.add_argument("--shared", action="store_true", help="all clients see one running camera")
    parser.add_argument("--user", default="")
    parser.add_argument("--password", default="")
    arguments = parser.parse_args()
    if arguments.video.suffix.lower() not in DEMUXERS or not arguments.video.is_file():
        parser.error(f"{arguments.video} is no {', '.join(DEMUXERS)} file")
    Gst.init(None)
    login = Login(arguments.user, arguments.password) if arguments.user else None
    port = start_server(
        arguments.video.resolve(),
        codec=arguments.codec,
        port=arguments.port,
        name=arguments.name,
        shared=arguments.shared,
        login=login,
    )
    loop = GLib.MainLoop()
    for number in (signal.SIGINT, signal.SIGTERM):
        GLib.unix_signal_add(GLib.PRIORITY_HIGH, number, loop.quit)
    print(f"ready rtsp://{LOOPBACK}:{port}/{arguments.name}", flush=True)
    loop.run()


if __name__ == "__main__":
    main()
