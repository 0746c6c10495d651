"""Every row of the table of proofs, judged by the real rules."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from central.devices.rules import Standing, standing_at
from central.parking.rules import CheckName, ParkingFacts, Picture, Sighting, prove
from tests.rules.page import names, rows
from tests.unit.central.devices.papers import papers
from tests.unit.central.parking import proofs
from yuhang.messages import Box, EvidenceKind

VEHICLES: dict[str | None, Box | None] = {
    None: None,
    "cut": Box(left=1800, top=900, right=1960, bottom=1080),
    "filling": Box(left=0, top=0, right=1920, bottom=1000),
}


@pytest.mark.parametrize(("change", "failed"), rows("proof"), ids=names("proof"))
def test_law_01_02_03_04_06_which_proof_is_complete(change: dict[str, Any], failed: list[str]) -> None:
    """One thing is changed in a complete proof: the checks that then do not hold, as a table for officers."""
    judged = prove(changed(change), proofs.TERMS)
    assert {check.value for check in judged.failed} == set(failed)
    for check in judged.checks:  # what an officer reads can be written with what was measured
        texts = proofs.PLAYBOOK.checks[check.name.value]
        chosen = texts.passed if check.passed else texts.failed
        assert "{" not in chosen.zh.format(**check.measured) + chosen.en.format(**check.measured)


def test_every_check_of_the_proof_fails_in_some_row() -> None:
    assert {name for _, failed in rows("proof") for name in failed} == {name.value for name in CheckName}


def changed(change: dict[str, Any]) -> ParkingFacts:
    """The complete proof with one thing changed; what the table says and nobody understands is an error."""
    rest = dict(change)
    warned = _sighting(proofs.WARNED, "first", EvidenceKind.NOTICE, rest)
    proof = _sighting(proofs.PROOF, "second", EvidenceKind.PRESENT, rest)
    seen = {key: _moment(value) if isinstance(value, str) else value for key, value in rest.pop("watched", {}).items()}
    proof = replace(proof, observation=proof.observation.model_copy(update=seen))
    if rest.pop("track", ""):
        proof = replace(proof, track=proofs.OTHER_TRACK)
    if rest.pop("box", ""):
        proof = replace(proof, box=Box(left=300, top=100, right=500, bottom=220))
    if rest.pop("zone", ""):
        proof = replace(proof, zone_sha256="b" * 64)
    facts = replace(proofs.FACTS, warned=warned, proof=proof, exempt=rest.pop("exempt", None))
    if "delivered" in rest:
        delivered = rest.pop("delivered")
        facts = replace(facts, delivered_at=_moment(delivered) if delivered else None)
    if "papers" in rest:
        facts = replace(facts, camera=_camera(rest.pop("papers")))
    if rest.pop("owner", ""):
        facts = replace(facts, owner_reachable=False)
    assert not rest, rest
    return facts


def _sighting(told: Sighting, which: str, kind: EvidenceKind, rest: dict[str, Any]) -> Sighting:
    pictures, plate, clock = told.pictures, told.plate, told.clock
    if which in rest or f"{which}_looks" in rest:
        key = next(picture for picture in pictures if picture.kind is kind)
        others = tuple(picture for picture in pictures if picture is not key)
        change, looks = rest.pop(which, {}), rest.pop(f"{which}_looks", {})
        pictures = others if change is None else (*others, _picture(key, dict(change), looks))
    if f"{which}_plate" in rest:
        plate = proofs.plate(**rest.pop(f"{which}_plate"))
    if f"{which}_clock" in rest:
        clock = proofs.clock(rest.pop(f"{which}_clock"))
    return replace(told, pictures=pictures, plate=plate, clock=clock)


def _picture(key: Picture, change: dict[str, Any], looks: dict[str, Any]) -> Picture:
    taken = _moment(change.pop("at")) if "at" in change else key.captured_at
    if "vehicle" in change:
        change["vehicle"] = VEHICLES[change["vehicle"]]
    if looks:
        change["measures"] = proofs.good_measures(1920, 1080).model_copy(update=looks)
    return proofs.picture(key.kind, taken, **change)


def _camera(change: dict[str, Any] | None) -> Standing:
    entered = None if change is None else papers(**({"valid_until": date(2026, 9, 9)} | change))
    return standing_at(entered, proofs.at(1))


def _moment(time: str) -> datetime:
    return datetime.fromisoformat(f"2026-06-01T{time}+08:00")
