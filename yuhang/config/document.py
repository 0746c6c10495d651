"""YAML that remembers on which line every key and value stands.

The scalars are those of YAML 1.2 (only `true` and `false` are booleans, `10:30` and `2026-06-01` stay text), because the older
rules turn a house number or an hour into something else without a word.
"""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from yuhang.errors import ConfigError

MAX_NODES = 20_000
MAX_DEPTH = 200
Place = tuple[str | int, ...]


_Safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where PyYAML was built with it: ten times as fast


class _Loader(_Safe):  # type: ignore[misc,valid-type]
    """SafeLoader with the scalars of YAML 1.2."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - the name and shape are PyYAML's


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data of a YAML file and the line (from 1) of every place in it; the root's place is `()`."""

    path: Path
    data: Any
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """Line of `place`, or of the nearest place around it that the file holds."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def plain_yaml(path: Path) -> Any:
    """What a file says that the program brings itself, as plain data by YAML 1.1; no lines are kept."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Safe)  # noqa: S506 - a safe loader, by either parser


def read_document(path: Path) -> Document:
    """Read and parse `path`; `ConfigError` names the line of what cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    return parse_document(text, path)


def parse_document(text: str, path: Path) -> Document:
    """Parse YAML text; `path` only names it in errors."""
    try:
        loader = _Loader(text)
    except yaml.reader.ReaderError as error:
        raise _unreadable(path, text, error) from error
    builder = _Builder(path, loader)
    try:
        _refuse_depth(text, path)
        root = loader.get_single_node()
        data = {} if root is None else builder.build(root, ())
    except yaml.reader.ReaderError as error:
        raise _unreadable(path, text, error) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise ConfigError(f"{path}:{line}: not valid YAML: {getattr(error, 'problem', None) or error}") from error
    except RecursionError as error:  # by way of anchors
        raise ConfigError(f"{path}: nested too deeply") from error
    finally:
        loader.dispose()
    return Document(path, data, builder.lines)


def _refuse_depth(text: str, path: Path) -> None:
    """Composing nests calls, in libyaml without a limit; its events do not."""
    depth = 0
    for event in yaml.parse(text, Loader=_Safe):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise ConfigError(f"{path}:{event.start_mark.line + 1 if event.start_mark else 1}: nested too deeply")


def _unreadable(path: Path, text: str, error: yaml.reader.ReaderError) -> ConfigError:
    """libyaml counts bytes, PyYAML's own reader characters."""
    before = text.encode()[: error.position] if _Safe is not yaml.SafeLoader else text[: error.position].encode()
    line = before.count(b"\n") + 1
    return ConfigError(f"{path}:{line}: not valid YAML: {error.reason}")


class _Builder:
    """Turns PyYAML's nodes into plain data and notes their lines."""

    def __init__(self, path: Path, loader: _Loader) -> None:
        self.lines: dict[Place, int] = {}
        self._path = path
        self._loader = loader
        self._open: set[int] = set()
        self._nodes = 0

    def build(self, node: yaml.Node, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        self._nodes += 1
        if self._nodes > MAX_NODES or id(node) in self._open:
            raise self._error(node, "the file refers to itself or grows too large through its anchors")
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return dict(self._pairs(node, place))
            if isinstance(node, yaml.SequenceNode):
                return [self.build(item, (*place, index)) for index, item in enumerate(node.value)]
            return self._loader.construct_object(node)
        except ValueError as error:
            raise self._error(node, f"cannot be read: {error}") from error
        finally:
            self._open.discard(id(node))

    def _pairs(self, node: yaml.MappingNode, place: Place) -> Iterator[tuple[str, Any]]:
        seen: dict[Hashable, int] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._error(key_node, "a key must be a plain word")
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in seen:
                raise self._error(
                    key_node, f"{dotted((*place, key))}: the key stands here a second time (first on line {seen[key]})"
                )
            seen[key] = line
            self.lines[*place, key] = line
            yield key, self.build(value_node, (*place, key))

    def _error(self, node: yaml.Node, text: str) -> ConfigError:
        return ConfigError(f"{self._path}:{node.start_mark.line + 1}: {text}")


def dotted(place: Place) -> str:
    """`cameras[0].source.url`"""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "the file"
