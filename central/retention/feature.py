"""Retention as a feature: its routes and its worker."""

from collections.abc import Sequence

from central.core import Core
from central.erasure import Eraser
from central.feature import Feature
from central.retention.api import retention_router
from central.retention.proofs import deletion_key
from central.retention.purge import PurgeParts
from central.retention.rules import load_rules
from central.retention.worker import RetentionWorker


def retention_feature(core: Core, erasers: Sequence[Eraser]) -> Feature:
    """`erasers` take the personal data of a case out of each feature's tables."""
    rules, key = load_rules(core.config.retention.rules_file), deletion_key(core.config.data_dir)
    parts = PurgeParts(core.database, core.clock, rules, core.evidence, core.secret, key, erasers)
    workers = [] if core.config.retention.paused else [RetentionWorker(parts, core.live)]
    return Feature("retention", routers=[retention_router(rules, key)], workers=workers)
