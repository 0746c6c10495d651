"""Accounts of a Mosquitto: the file of passwords and the file of what each account may do, one block an account.

Mosquitto has no rule that could derive `yuhang/v1/SITE/NODE/` from an account's name SITE.NODE (mosquitto.conf(5): a `pattern`
knows the whole name only), so each node gets its lines.
Passwords are kept as `mosquitto_passwd` keeps them: PBKDF2-SHA512 with a salt.
"""

import base64
import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from yuhang.errors import StorageError, YuhangError
from yuhang.topics import ROOT, NodeTopics

PASSWORDS = "passwords"
RULES = "acl"
_ITERATIONS = 1000
_SALT_BYTES = 12
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,126}")


class AccountError(YuhangError):
    """An account that cannot be made as asked."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the broker: its name and the lines of its rules."""

    name: str
    rules: tuple[str, ...]


def node_account(site: str, node: str) -> Account:
    """A node writes what it has to say under its own prefix, and reads what is sent to it and what its site's others tell."""
    topics = NodeTopics(site, node)
    says = ("state", "describe", "call", "event/#", "telemetry/#", "reply/+", "request/+")
    hears = ("state", "ack", "config", "command/+")
    of_site = (topics.telemetry_of_site("+"), topics.replies_of_site, topics.requests_of_site("+"))
    return Account(
        f"{site}.{node}",
        (
            *(f"topic write {topics.prefix}/{one}" for one in says),
            *(f"topic read {topics.prefix}/{one}" for one in hears),
            *(f"topic read {one}" for one in of_site),
        ),
    )


def central_account(name: str) -> Account:
    """Central hears everybody and speaks to everybody."""
    return Account(name, (f"topic readwrite {ROOT}/#",))


def site_account(site: str) -> Account:
    """The account of a site's broker at the city's, for its bridge: the whole site and nothing else."""
    return Account(site, (f"topic readwrite {ROOT}/{NodeTopics(site, 'bridge').site}/#",))


def device_account(name: str, prefixes: Iterable[str]) -> Account:
    """A device of a community on the gateway's own broker: everything under its own topics, nothing else."""
    return Account(name, tuple(f"topic readwrite {prefix}/#" for prefix in prefixes))


def password_line(name: str, password: str, salt: bytes | None = None) -> str:
    """The line of an account in the password file."""
    salt = salt if salt is not None else secrets.token_bytes(_SALT_BYTES)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ITERATIONS)
    return f"{name}:$7${_ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def write_account(folder: Path, account: Account, password: str) -> None:
    """Put the account into both files of `folder`, in the place of what stood there under its name.

    `AccountError` for a name or password that cannot be, `StorageError` if the files cannot be written.
    """
    if not _NAME.fullmatch(account.name):
        raise AccountError(f"{account.name!r} cannot be an account's name: letters, digits, dots, hyphens and underscores")
    if not password or "\n" in password:
        raise AccountError(f"the password of {account.name} must be one line that is not empty")
    passwords, rules = _read_passwords(folder), _read_rules(folder)
    passwords[account.name] = password_line(account.name, password)
    rules[account.name] = account.rules
    _write(folder, passwords, rules)


def remove_account(folder: Path, name: str) -> None:
    """Take the account out of both files; `AccountError` if neither has it."""
    passwords, rules = _read_passwords(folder), _read_rules(folder)
    if name not in passwords and name not in rules:
        raise AccountError(f"{folder} has no account {name}")
    passwords.pop(name, None)
    rules.pop(name, None)
    _write(folder, passwords, rules)


def _read_passwords(folder: Path) -> dict[str, str]:
    lines = (line for line in _text(folder / PASSWORDS).splitlines() if ":" in line)
    return {line.split(":", 1)[0]: line for line in lines}


def _read_rules(folder: Path) -> dict[str, tuple[str, ...]]:
    """The lines after each `user`; those before the first, which hold for everybody, stand under no name."""
    rules: dict[str, tuple[str, ...]] = {}
    name = ""
    for line in _text(folder / RULES).splitlines():
        if line.startswith("user "):
            name = line.removeprefix("user ").strip()
            rules.setdefault(name, ())
        elif line.strip():
            rules[name] = (*rules.get(name, ()), line)
    return rules


def _write(folder: Path, passwords: Mapping[str, str], rules: Mapping[str, tuple[str, ...]]) -> None:
    blocks = ["\n".join([*([f"user {name}"] if name else []), *lines]) for name, lines in rules.items()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in (
            (folder / PASSWORDS, "".join(f"{line}\n" for line in passwords.values())),
            (folder / RULES, "".join(f"{block}\n\n" for block in blocks)),
        ):
            part = path.with_name(f"{path.name}.part")
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640), "w", encoding="utf-8") as file:
                file.write(text)
            part.replace(path)
    except OSError as error:
        raise StorageError(f"{folder}: the accounts cannot be written: {error.strerror}") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"{path} cannot be read: {error}") from error
