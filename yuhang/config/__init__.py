"""Configuration in one YAML file a process, whose errors name file, line and key."""

from yuhang.config.example import example_yaml
from yuhang.config.loader import load_yaml

__all__ = ["example_yaml", "load_yaml"]
