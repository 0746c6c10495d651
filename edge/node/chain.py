"""The evidence chain of a running node, with a count of what the disk did not take."""

from yuhang.errors import StorageError
from yuhang.evidence import CaptureFacts, EvidenceChain
from yuhang.messages import EvidenceRecord


class CountedChain:
    """Passes everything on; `lost` counts files that could not be kept, so that the node's health can tell."""

    def __init__(self, chain: EvidenceChain) -> None:
        self.lost = 0
        self._chain = chain

    def append(self, content: bytes, facts: CaptureFacts) -> EvidenceRecord:
        """As `EvidenceChain.append`."""
        try:
            return self._chain.append(content, facts)
        except StorageError:
            self.lost += 1
            raise
