"""Evidence that can be checked: every file hashed at capture, its record chained to the one before and signed by the node."""

from yuhang.evidence.chain import CaptureFacts, EvidenceChain
from yuhang.evidence.findings import Finding, FindingKind, VerificationReport
from yuhang.evidence.keys import NodeKey
from yuhang.evidence.verify import verify_folder, verify_record

__all__ = [
    "CaptureFacts",
    "EvidenceChain",
    "Finding",
    "FindingKind",
    "NodeKey",
    "VerificationReport",
    "verify_folder",
    "verify_record",
]
