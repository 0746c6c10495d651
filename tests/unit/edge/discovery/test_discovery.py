"""ONVIF cameras, found and asked for their streams; strangers' answers break nothing and lead nowhere else."""

import contextlib
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from edge.commands import app
from edge.config import CameraConfig
from edge.discovery import soap
from edge.discovery.network import Credentials, FoundCamera, Stream, describe, find
from edge.discovery.section import section
from edge.discovery.soap import OnvifError, Profile
from simulators.onvif import OnvifCamera, running

ADMIN = Credentials("admin", "pass & <word>")
WAIT_S = 1.0


def test_a_camera_is_found_with_its_streams_the_largest_first() -> None:
    with running(OnvifCamera()) as camera:
        (found,) = find(Credentials(), wait_s=WAIT_S, target=camera.probe)
    assert (found.name, found.hardware, found.problem) == ("Gate camera", "SIM-2000", "")
    assert [(one.profile.encoding, one.profile.width, one.url) for one in found.streams] == [
        ("H265", 2560, "rtsp://127.0.0.1:554/main"),
        ("H264", 640, "rtsp://127.0.0.1:554/sub"),
    ]


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(hours=8), timedelta(days=-400)])
def test_a_password_is_proven_by_the_cameras_own_clock(ahead: timedelta) -> None:
    camera = OnvifCamera(user=ADMIN.user, password=ADMIN.password, ahead=ahead)
    with running(camera) as there:
        assert describe(f"127.0.0.1:{there.port}", ADMIN).problem == ""
        refused = describe(f"127.0.0.1:{there.port}", Credentials("admin", "wrong"))
        nobody = describe(f"127.0.0.1:{there.port}", Credentials())
    assert refused.problem == nobody.problem == "it refuses: Sender not authorized; give --user and --password-file"


@pytest.mark.parametrize(
    ("camera", "said"),
    [
        (OnvifCamera(media_host="192.0.2.9"), "its media service is said to be on another machine"),
        (OnvifCamera(stream="http://{host}/{token}"), "it names no RTSP address"),
        (OnvifCamera(profiles=(("main", "JPEG", 640, 480),)), "it offers no stream of H.264 or H.265"),
    ],
)
def test_what_a_camera_does_wrong_is_said(camera: OnvifCamera, said: str) -> None:
    with running(camera) as there:
        assert said in describe(f"127.0.0.1:{there.port}", Credentials()).problem


def test_credentials_in_a_cameras_answer_go_no_further() -> None:
    with running(OnvifCamera(stream="rtsp://root:secret@{host}/{token}?a=b&c=d")) as there:
        found = describe(f"127.0.0.1:{there.port}", Credentials())
    assert found.streams[0].url == "rtsp://127.0.0.1/main?a=b&c=d"
    assert "secret" not in section([found])


@pytest.mark.parametrize(
    "answer", [b"", b"<", b"\xff\xfe", b"<a/>", b'<!DOCTYPE x [<!ENTITY y "z">]><a>&y;</a>', b"<a>" + b" " * 300_000]
)
def test_rubbish_on_the_network_is_passed_over(answer: bytes) -> None:
    with running(OnvifCamera(), answer=lambda _: answer[:60_000]) as there:
        assert find(Credentials(), wait_s=0.4, target=there.probe) == ()


def test_an_answer_that_sends_us_elsewhere_is_not_followed() -> None:
    match = b"<e><ProbeMatch><XAddrs>http://192.0.2.9/x</XAddrs></ProbeMatch></e>"
    with running(OnvifCamera(), answer=lambda _: match) as there:
        (found,) = find(Credentials(), wait_s=0.4, target=there.probe)
    assert "another machine" in found.problem


def read_all(content: bytes) -> list[soap.Answerer]:
    return list(soap.read_answerers(content))


@given(st.binary(max_size=400))
def test_any_answer_is_read_or_refused(content: bytes) -> None:
    for read in (soap.read_media_address, soap.read_profiles, soap.read_stream, soap.read_time, read_all):
        with contextlib.suppress(OnvifError):
            read(content)


@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_whatever_cameras_call_themselves_the_section_is_one_the_node_accepts(names: list[str]) -> None:
    stream = Stream(Profile("main", "main", "H264", 1920, 1080), "rtsp://10.0.0.7/main")
    found = [FoundCamera("10.0.0.7", name, "", (stream,)) for name in names]
    written = yaml.safe_load(section(found, "admin", Path("camera.password")))["cameras"]
    cameras = [CameraConfig.model_validate(camera) for camera in written]
    assert len({camera.camera for camera in cameras}) == len(names)
    assert cameras[0].source.model_dump()["username"] == "admin"


def test_the_command_writes_a_section_and_overwrites_nothing(tmp_path: Path) -> None:
    out, word = tmp_path / "cameras.yaml", tmp_path / "word"
    word.write_text(ADMIN.password + "\n")
    with running(OnvifCamera(user=ADMIN.user, password=ADMIN.password)) as there:
        arguments = [
            "discover",
            "--host",
            f"127.0.0.1:{there.port}",
            "--user",
            "admin",
            "--password-file",
            str(word),
            "--out",
            str(out),
        ]
        done = CliRunner().invoke(app, arguments)
        again = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert ADMIN.password not in out.read_text()
    (camera,) = yaml.safe_load(out.read_text())["cameras"]
    assert CameraConfig.model_validate(camera).source.location() == "rtsp://127.0.0.1:554/main"
    assert again.exit_code != 0
