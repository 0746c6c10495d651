"""Rendered street cameras: a scene in YAML becomes a video and the truth about it."""
