import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from simulators.signals.gbt20999.frames import DataValue, Frame, FrameRules, FrameType, StreamReader, decode, encode


def started(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "yuhang", "sim", "signal", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_an_integrator_asks_a_controller_on_its_printed_address() -> None:
    with started("--protocol", "gbt20999", "--length-counts", "body") as process:
        assert process.stdout is not None
        transport, _, address = process.stdout.readline().strip().partition("://")
        rules = FrameRules(length_counts="body")
        with socket.create_connection((address.split(":")[0], int(address.split(":")[1])), timeout=20) as line:
            line.sendall(encode(Frame(FrameType.QUERY, 1, (DataValue(1, 6, 1, 0, 0),)), rules))
            answer = decode(StreamReader().feed(line.recv(1000))[0], rules)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0

    assert transport == "tcp"
    assert answer.values[0].content == b"\x04", "four stages"


@pytest.mark.parametrize(("protocol", "transport"), [("ntcip", "udp"), ("gat1049", "tcp")])
def test_every_protocol_starts_and_stops(protocol: str, transport: str) -> None:
    with started("--protocol", protocol, "--delay", "0.2", "--loss", "0.02") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(f"{transport}://127.0.0.1:")
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def test_a_junction_that_cannot_be_says_why(tmp_path: Path) -> None:
    bad = tmp_path / "junction.yaml"
    bad.write_text("name: bad\ngroups: []\n", encoding="utf-8")
    with started("--protocol", "ntcip", "--junction", str(bad)) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "junction.yaml" in err
    assert "stages: must be given" in err
    assert "Traceback" not in out + err
