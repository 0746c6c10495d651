"""A manifest of a site's own."""

import pytest

MANIFEST = """
models:
  - name: our-model
    title: test
    job: objects
    file: {name: our.onnx, sha256: "%s", bytes: 5}
    licence: Apache-2.0
    source: {package: ours, version: "1", path: our.onnx}
    rebuild: make our.onnx
    decoder: yolo
    labels: [car, truck]
    input: {width: 64, height: 64, fit: stretch, channels: rgb}
"""


@pytest.fixture
def own_entry() -> str:
    """Manifest text with a place (%s) for the file's SHA-256."""
    return MANIFEST
