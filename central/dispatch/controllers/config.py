"""Settings of the signal controllers: one file with all junctions, checked before anything is asked of any of them."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from central.dispatch.controllers.errors import UnsafeJunction
from central.dispatch.controllers.gat1049.adapter import Flow
from central.dispatch.controllers.gbt20999.profile import VendorProfile
from central.dispatch.controllers.lease import LeaseLimits
from central.dispatch.controllers.model import LEAST_YELLOW_S, GroupKind, JunctionModel, LampGroup, Stage
from yuhang.config.section import Section


class LampGroupConfig(Section):
    """Lamps that always show the same, with the times that the controller keeps, seconds."""

    number: int = Field(ge=1, le=255, title="Number of the lamp group in the controller", examples=[1])
    links: tuple[int, ...] = Field(
        default=(),
        title="Links of the road network's signal that it lets go; without them no engine gets this green",
        examples=[[0, 1]],
    )
    phase: int | None = Field(default=None, ge=1, le=255, title="Phase that shows on it; empty: the same number")
    kind: GroupKind = Field(default=GroupKind.VEHICLE, title="Whom the lamps are for: vehicle or pedestrian")
    minimum_green_s: float = Field(default=5.0, ge=0, le=120, title="Shortest green")
    yellow_s: float = Field(default=LEAST_YELLOW_S, ge=0, le=10, title="Yellow; pedestrians have none")
    all_red_s: float = Field(default=0.0, ge=0, le=20, title="Red after it before others may go")
    clearance_s: float = Field(default=0.0, ge=0, le=60, title="Pedestrians: time to get across after green")

    def lamp_group(self) -> LampGroup:
        """The group as the rules know it."""
        return LampGroup(self.number, self.kind, self.minimum_green_s, self.yellow_s, self.all_red_s, self.clearance_s)


class StageConfig(Section):
    """Lamp groups that are green together."""

    number: int = Field(ge=1, le=255, title="Number of the stage in the controller; with NTCIP of the preempt", examples=[1])
    name: str = Field(default="", max_length=60, title="Name for people", examples=["north-south"])
    green: tuple[int, ...] = Field(min_length=1, title="Lamp groups that are green", examples=[[1]])


class Gbt20999Config(Section):
    """A controller that speaks GB/T 20999-2017."""

    protocol: Literal["gbt20999"] = "gbt20999"
    host: str = Field(min_length=1, title="Address of the controller", examples=["192.168.1.50"])
    port: int = Field(ge=1, le=65535, title="Its port", examples=[9000])
    transport: Literal["tcp", "udp"] = Field(default="tcp", title="tcp (with escapes) or udp (without)")
    host_id: int = Field(default=1, ge=0, le=255, title="Our number at the controller")
    controller_id: int = Field(default=1, ge=0, le=0xFFFFFFFF, title="Number of the controller")
    junction: int = Field(default=1, ge=1, le=255, title="Number of the junction inside it")
    heartbeat_s: float = Field(default=5.0, gt=0, le=60, title="Seconds between two heartbeats")
    gives_back_s: float | None = Field(
        default=None, gt=0, le=600, title="Seconds without a heartbeat after which it runs its own programme, as its maker says"
    )
    profile: VendorProfile = Field(default_factory=VendorProfile, title="What this maker does in its own way")


class Ntcip1202Config(Section):
    """A controller that speaks NTCIP 1202 over SNMP. Its preempts are the stages; their numbers are those of `stages`."""

    protocol: Literal["ntcip1202"] = "ntcip1202"
    host: str = Field(min_length=1, title="Address of the controller", examples=["192.168.1.60"])
    port: int = Field(default=161, ge=1, le=65535, title="Its SNMP port")
    version: Literal["v1", "v2c", "v3"] = Field(default="v3", title="SNMP version; v1 and v2c send the community in clear")
    community_file: Path | None = Field(default=None, title="File with the community, for v1 and v2c")
    user: str = Field(default="", title="User, for v3")
    auth: Literal["sha", "sha256"] = Field(default="sha256", title="How v3 signs")
    auth_key_file: Path | None = Field(default=None, title="File with the key that signs, for v3")
    priv_key_file: Path | None = Field(
        default=None, title="File with the key that encrypts (AES-128), for v3; empty: signed only"
    )
    longest_backup_s: float = Field(
        default=15.0, ge=1, le=600, title="Longest unitBackupTime that is accepted: so long may it keep our call without us"
    )

    @model_validator(mode="after")
    def _identity_is_there(self) -> Self:
        if self.version == "v3" and not (self.user and self.auth_key_file):
            raise ValueError("SNMP v3 needs `user` and `auth_key_file`")
        if self.version != "v3" and self.community_file is None:
            raise ValueError(f"SNMP {self.version} needs `community_file`")
        return self


class FlowConfig(Section):
    """From where to where a stage lets vehicles go, as the police's platform knows it."""

    entrance: str = Field(
        pattern=r"^[0-9]{1,2}$", title="Direction from which it comes (GB/T 39900: 1 north, then clockwise)", examples=["1"]
    )
    exit: str = Field(pattern=r"^[0-9]{1,2}$", title="Direction to which it goes", examples=["5"])

    def flow(self) -> Flow:
        """As the adapter knows it."""
        return Flow(self.entrance, self.exit)


class Gat1049Config(Section):
    """A junction behind the police's signal platform. Junctions of one platform and user share one login."""

    protocol: Literal["gat1049"] = "gat1049"
    host: str = Field(min_length=1, title="Address of the platform", examples=["10.0.0.20"])
    port: int = Field(ge=1, le=65535, title="Its port", examples=[9999])
    user: str = Field(min_length=1, title="Our user there", examples=["yuhang"])
    password_file: Path = Field(title="File with the password", examples=["/etc/yuhang/platform.password"])
    crossing: str = Field(
        min_length=1, max_length=20, title="Number of the junction at the platform", examples=["33011000000001"]
    )
    flows: dict[int, FlowConfig] = Field(default_factory=dict, title="Stage to the flow that is locked")
    slack_s: float = Field(
        default=2.0, ge=0, le=30, title="Seconds by which a lock outlasts its lease, for the platform's own ways"
    )
    heartbeat_s: float = Field(default=10.0, gt=0, le=60, title="Seconds between two heartbeats")
    sender: str = Field(default="TICP", max_length=20, title="Name of our system in messages")
    receiver: str = Field(default="UTCS", max_length=20, title="Name of the platform in messages")
    version: str = Field(default="2.0", pattern=r"^[0-9][.][0-9]$", title="Protocol version in our messages")


AnyControllerConfig = Annotated[Gbt20999Config | Ntcip1202Config | Gat1049Config, Field(discriminator="protocol")]


class LimitsConfig(Section):
    """Bounds that no request can widen, seconds."""

    longest_lease_s: float = Field(default=10.0, ge=1, le=30, title="Longest time for which one renewal holds")
    max_presence_s: float = Field(default=90.0, ge=5, le=300, title="Longest green for one request")
    longest_hold_s: float = Field(default=300.0, ge=10, le=600, title="Longest hold of the junction, whoever asks")
    rest_s: float = Field(default=20.0, ge=0, le=600, title="Rest after a hold that had to be ended")
    silent_after_s: float = Field(default=5.0, ge=1, le=60, title="Without a reading for so long the junction counts as lost")
    confirm_slack_s: float = Field(default=3.0, ge=0, le=60, title="Patience for the lamps beyond the junction's own times")

    def limits(self) -> LeaseLimits:
        """As the lease knows them."""
        return LeaseLimits(**self.model_dump())


class JunctionConfig(Section):
    """One junction and how to reach its controller."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$", title="Name of the junction", examples=["wenyi-gudun"])
    signal: str = Field(default="", max_length=200, title="Its signal in the road network; empty: called the same")
    controller: AnyControllerConfig = Field(title="The controller, by its protocol")
    groups: tuple[LampGroupConfig, ...] = Field(min_length=1, title="Lamp groups")
    stages: tuple[StageConfig, ...] = Field(min_length=1, title="Stages that may be asked for")
    conflicts: tuple[tuple[int, int], ...] = Field(
        default=(), title="Pairs of lamp groups that are never green together, for example [[1, 3], [2, 3]]"
    )
    poll_s: float = Field(default=0.5, ge=0.1, le=5, title="Seconds between two readings of the lamps")
    answer_s: float = Field(default=2.0, gt=0, le=10, title="Longest wait for an answer, seconds")
    dry_run: bool = Field(default=True, title="Decide and record everything, ask for nothing; set it to false last of all")
    limits: LimitsConfig = Field(default_factory=LimitsConfig, title="Bounds that no request can widen")

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        for name, numbers in (("lamp groups", [g.number for g in self.groups]), ("stages", [s.number for s in self.stages])):
            twice = sorted({number for number in numbers if numbers.count(number) > 1})
            if twice:
                raise ValueError(f"two {name} have the number {twice[0]}")
        known = {group.number for group in self.groups}
        strange = sorted({number for pair in self.conflicts for number in pair} - known)
        if strange:
            raise ValueError(f"conflicts name lamp groups that do not exist: {strange}")
        if isinstance(self.controller, Gat1049Config) and (
            missing := sorted({s.number for s in self.stages} - set(self.controller.flows))
        ):
            raise ValueError(f"controller.flows lacks the stages {missing}")
        try:
            self.model()
        except UnsafeJunction as error:
            raise ValueError(str(error)) from error
        return self

    def model(self) -> JunctionModel:
        """The junction as the rules know it; `UnsafeJunction` where it contradicts itself."""
        groups = [group.lamp_group() for group in self.groups]
        stages = [Stage(stage.number, frozenset(stage.green), stage.name) for stage in self.stages]
        return JunctionModel.of(self.id, groups, stages, self.conflicts)

    @property
    def signal_name(self) -> str:
        """Its signal in the road network."""
        return self.signal or self.id

    def groups_of(self, links: frozenset[int]) -> frozenset[int]:
        """Lamp groups that let these links of the road network go."""
        return frozenset(group.number for group in self.groups if links & set(group.links))

    @property
    def phases(self) -> dict[int, int]:
        """Lamp group to phase."""
        return {group.number: group.phase or group.number for group in self.groups}


class SignalsConfig(Section):
    """All junctions whose signals may be asked."""

    junctions: tuple[JunctionConfig, ...] = Field(min_length=1, title="Junctions")
    audit_file: Path = Field(default=Path("var/central/signals.jsonl"), title="File in which every order is recorded")

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [junction.id for junction in self.junctions]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two junctions are called {', '.join(twice)}")
        return self
