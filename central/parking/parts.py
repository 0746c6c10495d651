"""What parking works with, handed in once."""

from dataclasses import dataclass

from central.authority.service import AuthorityService
from central.notify.service import NotifyService
from central.notify.templates import TemplateSets
from central.parking.facts import EvidenceSources
from central.registry.service import RegistryService
from yuhang.clock import Clock

KIND = "parking"


@dataclass(frozen=True, slots=True)
class ParkingParts:
    """What parking works with."""

    clock: Clock
    authorities: AuthorityService
    notify: NotifyService
    registry: RegistryService
    templates: TemplateSets
    evidence: EvidenceSources
