"""What `yuhang central import-registry FILE` does."""

from pathlib import Path

from central.config import CentralConfig
from central.database import Database
from central.registry.document import RegistryDocument
from central.registry.importing import ImportCounts, import_registry
from central.secrets import SecretKey
from yuhang.config import load_yaml


def import_file(config: CentralConfig, database: Database, path: Path) -> ImportCounts:
    """Read a registry file and write it into the database in one transaction; `ConfigError` names file, line and key."""
    document = load_yaml(path, RegistryDocument)
    secret = SecretKey.load(config.key_path)
    with database.session() as session:
        return import_registry(session, document, path.parent, secret, config.clock.build().now())
