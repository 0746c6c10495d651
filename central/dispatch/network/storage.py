"""A network kept in one file: gzip of JSON, validated when it is read."""

import gzip
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from central.dispatch.network.errors import NetworkError
from central.dispatch.network.model import Network

_NETWORK: TypeAdapter[Network] = TypeAdapter(Network)


def save_network(network: Network, path: Path) -> None:
    """Write `network` to `path`, whole or not at all; the same network gives the same bytes."""
    unfinished = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(gzip.compress(_NETWORK.dump_json(network), mtime=0))
        unfinished.replace(path)
    except OSError as error:
        raise NetworkError(f"{path}: cannot be written ({error})") from error


def load_network(path: Path) -> Network:
    """The network in `path`; `NetworkError` says what is wrong with it."""
    try:
        return _NETWORK.validate_json(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError) as error:
        raise NetworkError(
            f"{path}: is not a network of Yuhang ({error}); make one: yuhang dispatch network import FILE"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise NetworkError(f"{path}: {place}: {first['msg']}; import the network anew") from error
