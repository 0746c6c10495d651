"""What is kept of a face, how it is protected, and that it is gone when it is withdrawn."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from edge.faces.consent import Consent
from edge.faces.sealing import Seal
from edge.faces.store import SUFFIX, TemplateStore, signed_part
from edge.faces.types import Template
from yuhang.errors import StorageError
from yuhang.evidence import NodeKey
from yuhang.evidence.keys import signature_holds
from yuhang.ids import new_ulid

NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
NETWORK = "1" * 64


def template(seed: int = 1) -> Template:
    vector = np.random.default_rng(seed).normal(size=1024)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def consent(**more: object) -> Consent:
    given = {
        "person": "住户甲",
        "holder": "building-3-402",
        "notice_version": "2026-03",
        "given_at": NOW,
        "keep_until": NOW + timedelta(days=365),
    }
    return Consent.model_validate(given | more)


def opened(folder: Path, network: str = NETWORK) -> TemplateStore:
    (folder / "faces").mkdir(exist_ok=True)
    seal, key = Seal.open(folder / "faces" / "templates.key"), NodeKey.open(folder / "node.key")
    store = TemplateStore(folder / "faces", seal, key, network, new_ulid)
    store.refresh(NOW)
    return store


def test_only_the_household_that_was_shown_is_handed_out(tmp_path: Path) -> None:
    store = opened(tmp_path)
    mine, other = store.enrol(consent(), [template(1), template(2)]), store.enrol(consent(holder="building-3-403"), [template(3)])
    again = opened(tmp_path)
    assert [one.enrolment for one in again.household("building-3-402")] == [mine.enrolment]
    assert [one.enrolment for one in again.household("building-3-403")] == [other.enrolment]
    assert again.household("nobody") == ()
    assert np.allclose(again.household("building-3-402")[0].templates, [template(1), template(2)], atol=1e-3)


def test_law_21_templates_and_names_are_encrypted_and_the_key_is_private(tmp_path: Path) -> None:
    enrolment = opened(tmp_path).enrol(consent(), [template()]).enrolment
    path = tmp_path / "faces" / f"{enrolment}{SUFFIX}"
    content = path.read_bytes()
    assert "住户甲".encode() not in content
    assert b"building-3-402" not in content
    assert path.stat().st_mode & 0o777 == 0o600
    key = tmp_path / "faces" / "templates.key"
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o644)
    with pytest.raises(StorageError, match="chmod 600"):
        Seal.open(key)


@pytest.mark.parametrize("harm", ["flipped", "moved", "cut", "other key"])
def test_what_was_changed_is_never_matched(tmp_path: Path, harm: str) -> None:
    enrolment = opened(tmp_path).enrol(consent(), [template()]).enrolment
    path = tmp_path / "faces" / f"{enrolment}{SUFFIX}"
    content = path.read_bytes()
    match harm:
        case "flipped":
            path.write_bytes(content[:40] + bytes([content[40] ^ 1]) + content[41:])
        case "moved":
            path.rename(path.with_name(f"{new_ulid(NOW)}{SUFFIX}"))
        case "cut":
            path.write_bytes(content[:7])
        case _:
            (tmp_path / "faces" / "templates.key").unlink()
    assert opened(tmp_path).count == 0


def test_law_19_withdrawal_deletes_at_once_and_is_proved(tmp_path: Path) -> None:
    store = opened(tmp_path)
    running = opened(tmp_path)
    enrolment = store.enrol(consent(), [template()]).enrolment
    running.refresh(NOW)
    assert running.household("building-3-402")
    content = (tmp_path / "faces" / f"{enrolment}{SUFFIX}").read_bytes()

    proof = store.withdraw(enrolment, NOW)
    assert proof is not None
    assert (proof.files_left, proof.template_sha256) == (0, hashlib.sha256(content).hexdigest())
    public = NodeKey.open(tmp_path / "node.key").public_key
    assert signature_holds(public, signed_part(proof), proof.signature)
    assert not signature_holds(public, signed_part(proof.model_copy(update={"template_sha256": "0" * 64})), proof.signature)
    assert not list((tmp_path / "faces").glob("*.face*"))
    assert "住户甲" not in (tmp_path / "faces" / "withdrawals.jsonl").read_text(encoding="utf-8")
    running.refresh(NOW)
    assert running.household("building-3-402") == ()
    assert store.withdraw(enrolment, NOW) is None


def test_law_20_a_template_is_deleted_when_its_time_is_over(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.enrol(consent(keep_until=NOW + timedelta(days=30)), [template()])
    store.refresh(NOW + timedelta(days=29))
    assert store.count == 1
    store.refresh(NOW + timedelta(days=30))
    assert store.count == 0
    assert not list((tmp_path / "faces").glob(f"*{SUFFIX}"))


def test_templates_of_another_network_are_not_compared(tmp_path: Path) -> None:
    opened(tmp_path).enrol(consent(), [template()])
    assert opened(tmp_path, network="2" * 64).household("building-3-402") == ()


def test_law_19_a_guardian_consents_for_a_child(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="guardian"):
        consent(under_14=True)
    assert opened(tmp_path).enrol(consent(under_14=True, guardian="住户乙"), [template()]).consent.guardian == "住户乙"
    with pytest.raises(ValidationError, match="keep_until"):
        consent(keep_until=NOW)


def test_without_a_template_nobody_is_enrolled(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="picture"):
        opened(tmp_path).enrol(consent(), [])
