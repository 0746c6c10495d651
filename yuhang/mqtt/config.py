"""The key `mqtt`: where the broker is and who we are there."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator

from yuhang.config.section import Section
from yuhang.errors import ConfigError


class MqttConfig(Section):
    """Connection to the MQTT broker."""

    host: str = Field(default="127.0.0.1", min_length=1, description="name or address of the broker")
    port: int = Field(default=1883, ge=1, le=65535, description="1883, or 8883 with TLS")
    username: str | None = Field(default=None, description="account at the broker; for a node SITE.NODE")
    password: SecretStr | None = Field(default=None, description="better kept in password_file")
    password_file: Path | None = Field(default=None, description="file that holds the password alone on its first line")
    tls_ca_file: Path | None = Field(default=None, description="certificates that vouch for the broker; given, TLS is used")
    keepalive_s: int = Field(default=15, ge=2, le=3600, description="after 1.5 times this silence the broker sends the last will")

    @model_validator(mode="after")
    def _one_password(self) -> Self:
        if self.password is not None and self.password_file is not None:
            raise ValueError("give password or password_file, not both")
        return self

    def secret(self) -> str | None:
        """The password, read from its file if it stands there; `ConfigError` if that cannot be read."""
        if self.password_file is None:
            return self.password.get_secret_value() if self.password else None
        try:
            return self.password_file.read_text(encoding="utf-8").splitlines()[0].strip()
        except (OSError, UnicodeDecodeError, IndexError) as error:
            raise ConfigError(f"mqtt.password_file: no password can be read from {self.password_file}") from error
