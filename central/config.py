"""What an operator can set for central: one YAML file, checked before anything starts."""

from ipaddress import ip_address
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from central.dispatch.escort.config import DispatchConfig
from central.notify.config import NotifyConfig
from central.payment.config import PaymentConfig
from central.public.config import PublicConfig
from central.registry.occupancy.config import CarParksConfig
from yuhang.config.clock import ClockConfig
from yuhang.config.section import Section
from yuhang.mqtt.config import MqttConfig


class DatabaseConfig(Section):
    """Where central keeps its records."""

    url: str = Field(
        default="",
        title="Database address",
        description="sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME; empty: central.db in data_dir",
        examples=["postgresql+psycopg://yuhang@127.0.0.1:5432/yuhang"],
    )
    password_file: Path | None = Field(default=None, title="File that holds the password for PostgreSQL")
    migrate_on_start: bool = Field(default=True, title="Bring the tables up to date when central starts")
    pool_size: int = Field(default=10, ge=1, le=100, title="Connections kept open")


class HttpConfig(Section):
    """Where central listens for people, nodes and gateways."""

    host: str = Field(default="127.0.0.1", title="Address to listen on; put a TLS proxy before any other than loopback")
    port: int = Field(default=8080, ge=1, le=65535, title="Port to listen on")
    public_url: str = Field(
        default="http://127.0.0.1:8080",
        title="Address by which drivers and gateways reach central; stands on papers and in their QR codes",
        examples=["https://parking.example.cn"],
    )
    secure_cookies: bool = Field(default=False, title="Send cookies over HTTPS only; set it wherever public_url is https")

    @property
    def cookies_over_https(self) -> bool:
        """Whether cookies of the public page travel over HTTPS only."""
        return self.secure_cookies or self.public_url.startswith("https://")

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ValueError("write the address as drivers type it, scheme and host alone: https://parking.example.cn")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if not _is_loopback(self.host) and _is_loopback(urlsplit(self.public_url).hostname or ""):
            raise ValueError(
                f"public_url: {self.public_url} leads every driver's telephone to itself; "
                "write the address by which this machine is reached from outside"
            )
        return self


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class IngestConfig(Section):
    """How events are taken in."""

    shared: bool = Field(default=False, title="Share the events with other central workers ($share; Mosquitto or EMQX)")
    batch: int = Field(default=1000, ge=1, le=10_000, title="Events written in one transaction at most")
    wait_ms: int = Field(default=50, ge=1, le=1000, title="Longest wait for a batch to fill, milliseconds")
    queue_mb: int = Field(default=64, ge=1, le=4096, title="Memory for events not yet written, MiB; more wait in the broker")
    dispatch_attempts: int = Field(default=5, ge=1, le=100, title="Attempts to handle an event before it is parked")


class EvidenceConfig(Section):
    """How evidence is kept."""

    max_file_mb: int = Field(default=64, ge=1, le=4096, title="Largest file a node may upload, MiB")
    max_pixels: int = Field(default=50_000_000, ge=1_000_000, title="Largest picture that is decoded for a preview, pixels")


class RetentionConfig(Section):
    """How long things are kept."""

    paused: bool = Field(default=False, title="Delete nothing for now; holds and dry runs go on")
    rules_file: Path | None = Field(default=None, title="File with the periods; empty: those that come with Yuhang")


class UsersConfig(Section):
    """Logins."""

    session_hours: float = Field(default=12, gt=0, le=168, title="Hours after which a login ends")
    failures_allowed: int = Field(default=5, ge=1, le=100, title="Wrong passwords before a name is locked for a while")
    lock_minutes: float = Field(default=5, gt=0, le=1440, title="Minutes for which it is locked, real time")


class CentralConfig(Section):
    """Configuration of the central service."""

    data_dir: Path = Field(
        default=Path("var/central"), title="Folder for the database, the evidence and the keys", examples=["/var/lib/yuhang"]
    )
    database: DatabaseConfig = Field(default_factory=DatabaseConfig, title="Database")
    mqtt: MqttConfig = Field(title="MQTT broker")
    http: HttpConfig = Field(default_factory=HttpConfig, title="Web server")
    ingest: IngestConfig = Field(default_factory=IngestConfig, title="Event ingest")
    evidence: EvidenceConfig = Field(default_factory=EvidenceConfig, title="Evidence store")
    notify: NotifyConfig = Field(default_factory=NotifyConfig, title="Notices to people")
    car_parks: CarParksConfig = Field(default_factory=CarParksConfig, title="Car parks")
    payment: PaymentConfig = Field(default_factory=PaymentConfig, title="Payments of fines")
    dispatch: DispatchConfig = Field(default_factory=DispatchConfig, title="Escort tasks: fire engines, ambulances, police")
    public: PublicConfig = Field(default_factory=PublicConfig, title="Public page for owners and drivers")
    retention: RetentionConfig = Field(default_factory=RetentionConfig, title="Retention")
    users: UsersConfig = Field(default_factory=UsersConfig, title="Logins")
    clock: ClockConfig = Field(default_factory=ClockConfig, title="Clock; leave as it is except in a demo")
    secret_key_file: Path | None = Field(
        default=None, title="Key that protects personal data and links; empty: secret.key in data_dir, made on first start"
    )

    @property
    def database_url(self) -> str:
        """Address of the database with defaults filled in and without a password."""
        return self.database.url or f"sqlite:///{(self.data_dir / 'central.db').resolve()}"

    @property
    def key_path(self) -> Path:
        return self.secret_key_file or self.data_dir / "secret.key"
