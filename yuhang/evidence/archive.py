"""The archive of a case, for the court or the person concerned: what it consists of and how its parts hold together.

    README.md                 how to check it, in Chinese and English
    manifest.json             every other file with its SHA-256, the records that belong to it, the chains' heads known to central
    manifest.signature.json   signature of the manifest, by central's own key
    case.json                 the case with its history, evidence, deadlines and checks
    playbook.json             the rules under which the case ran
    papers/, papers.json      papers that were issued
    brought.json, brought/    what people have said and brought; photos.jsonl: signed records of officers' photos
    evidence/                 records.jsonl, keys.json, files/<sha256>: as a node keeps them

`manifest.json` and `manifest.signature.json` are canonical JSON: a byte that differs is a change.
"""

import hashlib
from typing import Literal

from pydantic import Field, ValidationError

from yuhang.errors import EvidenceError
from yuhang.evidence.canonical import canonical_json
from yuhang.evidence.keys import NodeKey
from yuhang.messages import Count, Message, Sha256, UtcTime, first_error

MANIFEST = "manifest.json"
SIGNATURE = "manifest.signature.json"
CASE = "case.json"
EVIDENCE = "evidence/"


class ArchiveFile(Message):
    """A file of the archive."""

    path: str = Field(max_length=240)
    sha256: Sha256
    size: Count


class ChainLink(Message):
    """A record by its place in a chain."""

    seq: Count = Field(ge=1)
    hash: Sha256


class ChainPart(Message):
    """The records of one node that are in the archive, and the last one of the node that central knew when it was made."""

    chain: str = Field(max_length=130, description="site/node")
    records: tuple[ChainLink, ...]
    head: ChainLink = Field(description="the anchor: compare it with the node's own chain, or with a later archive")


class ArchiveManifest(Message):
    """What belongs to the archive."""

    version: Literal[1] = 1
    case: str = Field(max_length=64, description="number of the case")
    made_at: UtcTime
    software: str = Field(max_length=40)
    files: tuple[ArchiveFile, ...]
    chains: tuple[ChainPart, ...]
    absent: tuple[Sha256, ...] = Field(default=(), description="files of the case that central itself did not have")


class ManifestSignature(Message):
    """Who vouches for the manifest."""

    key_id: str = Field(max_length=64)
    manifest_sha256: Sha256
    signature_algorithm: Literal["ed25519"] = "ed25519"
    signature: str = Field(max_length=128, description="base64 signature over the bytes of the hash")


def manifest_bytes(manifest: ArchiveManifest) -> bytes:
    """`manifest.json` as it is written."""
    return canonical_json(manifest.model_dump(mode="json"))


def sign_manifest(content: bytes, key: NodeKey) -> bytes:
    """`manifest.signature.json` for a manifest's bytes."""
    digest = hashlib.sha256(content).hexdigest()
    signature = ManifestSignature(key_id=key.key_id, manifest_sha256=digest, signature=key.sign(digest))
    return canonical_json(signature.model_dump(mode="json"))


def parse_manifest(content: bytes) -> ArchiveManifest:
    """The manifest, or `EvidenceError` if it is none or written in another way than central writes it."""
    try:
        manifest = ArchiveManifest.model_validate_json(content)
    except ValidationError as error:
        raise EvidenceError(first_error(error)) from error
    if manifest_bytes(manifest) != content:
        raise EvidenceError("it is written in another way than central writes it")
    return manifest


def parse_signature(content: bytes) -> ManifestSignature:
    """The manifest's signature, or `EvidenceError` if it is none or written in another way than central writes it."""
    try:
        signature = ManifestSignature.model_validate_json(content)
    except ValidationError as error:
        raise EvidenceError(first_error(error)) from error
    if canonical_json(signature.model_dump(mode="json")) != content:
        raise EvidenceError("it is written in another way than central writes it")
    return signature
