import gzip
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.dispatch.network.commands import read_network
from central.dispatch.network.errors import NetworkError
from central.dispatch.network.storage import load_network, save_network
from tests.unit.central.dispatch.network.maps import OSM, SUMO


@pytest.mark.parametrize(("name", "text"), [("a.net.xml", SUMO), ("a.osm", OSM)])
def test_a_network_comes_back_as_it_was(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    network = read_network(tmp_path / name)
    save_network(network, tmp_path / "new" / "a.network")
    assert load_network(tmp_path / "new" / "a.network") == network


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"text", "is not a network"),
        (gzip.compress(b"{}", mtime=0), "import the network anew"),
        (gzip.compress(b"{", mtime=0), "import the network anew"),
        (
            gzip.compress(
                b'{"origin":"x","nodes":[],"edges":[],"turns":[{"source":5,"target":0,"direction":"left","lanes":[]}]}'
            ),
            "anew",
        ),
        (gzip.compress(b"{}" * 100, mtime=0)[:-5], "is not a network"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "a.network").write_bytes(content)
    with pytest.raises(NetworkError, match=says):
        load_network(tmp_path / "a.network")


def test_a_file_that_is_no_map_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match="osmium cat"):
        read_network(tmp_path / "city.osm.pbf")


@given(cut=st.integers(0, 4000), noise=st.binary(max_size=12), name=st.sampled_from(["a.net.xml", "a.osm"]))
def test_no_damage_gets_more_than_a_refusal(tmp_path_factory: pytest.TempPathFactory, cut: int, noise: bytes, name: str) -> None:
    path = tmp_path_factory.getbasetemp() / name
    whole = (SUMO if name.endswith("net.xml") else OSM).encode()
    path.write_bytes(whole[:cut] + noise + whole[cut:])
    with suppress(NetworkError):
        read_network(path)
