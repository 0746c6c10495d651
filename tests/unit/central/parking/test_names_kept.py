"""A case calls its zone and its place as people did when it was opened, whatever they are called later."""

import pytest
from sqlalchemy import select, update

from central.cases.playbook import Words
from central.nodes.service import find_node, record_description
from central.registry.tables import Address
from tests.unit.central.parking.stories import OTHER, TRACK, at, warn
from tests.unit.central.parking.street import Street
from yuhang.evidence.keys import NodeKey
from yuhang.messages import CameraDescription, NodeDescription, ZoneDescription

OUTLINE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
ZONE = Words(zh="东门人行道", en="East gate pavement")
PLACE = Words(zh="文一西路969号", en="969 Wenyi W Rd")


def describe(street: Street, name: str, name_en: str) -> None:
    """The node says what its zone is called."""
    key = NodeKey.open(street.folder / "node.key")
    zone = ZoneDescription(
        zone="zone-1", name=name, name_en=name_en, kind="parking", address="330110-001", polygon=OUTLINE, sha256="a" * 64
    )
    description = NodeDescription(
        cameras=(CameraDescription(camera="cam-1", name="东门", zones=(zone,)),),
        models={},
        config_sha256="0" * 64,
        config_version=0,
        software="0.1.0",
        public_key=key.public_key,
        key_id=key.key_id,
    )
    with street.database.session() as session:
        record_description(find_node(session, "yuhang", "n1"), description, street.clock)


def rename_place(street: Street, zh: str, en: str) -> None:
    with street.database.session() as session:
        session.execute(update(Address).values(name_zh=zh, name_en=en))
        assert session.scalars(select(Address.name_zh)).all() == [zh]


def test_names_stay_when_zone_and_place_are_renamed(street: Street) -> None:
    """The notice, later messages and papers take the names from the case, so they say the same for ever."""
    describe(street, ZONE.zh, ZONE.en)
    warn(street)
    describe(street, "停车位", "Parking bays")
    rename_place(street, "新路1号", "1 New Road")
    case = street.case(TRACK)
    assert (case.zone_words, case.place_words) == (ZONE, PLACE)
    street.to(at(11, 6))
    street.take(street.present(TRACK, at(11, 6)))
    street.act(TRACK, "approve")
    assert PLACE.zh in street.notice(TRACK, "violation_recorded").text

    street.take(street.stopped(OTHER, at(12), plate="浙A12346"))  # the next case begins with the new names
    case = street.case(OTHER)
    assert (case.zone_words.en, case.place_words.zh) == ("Parking bays", "新路1号")


@pytest.mark.parametrize("english", ["", "Fire lane"])
def test_a_zone_without_an_english_name_keeps_the_one_it_has(street: Street, english: str) -> None:
    describe(street, "消防通道", english)
    warn(street)
    assert street.case(TRACK).zone_words == Words(zh="消防通道", en=english or "消防通道")


def test_what_nobody_has_named_is_called_by_its_key(street: Street) -> None:
    """The node has not described itself, and the registry does not know the address: the case is opened all the same."""
    with street.database.session() as session:
        session.execute(update(Address).values(code="elsewhere"))
    warn(street)
    case = street.case(TRACK)
    assert (case.zone_words.zh, case.place_words.en) == ("zone-1", "330110-001")
