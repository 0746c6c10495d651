"""Settings of the message gateway."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from yuhang.errors import ConfigError


class NotifyConfig(BaseModel):
    """How notices go out and how receipts come in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gateway_url: str = Field(
        default="",
        title="Address that takes notices (JSON over POST); empty: notices wait and expire",
        examples=["http://127.0.0.1:8090/messages"],
    )
    secret: SecretStr = Field(
        default=SecretStr(""), title="Secret that the gateway sends with receipts; empty: receipts are refused"
    )
    secret_file: Path | None = Field(default=None, title="File that holds this secret, instead of `secret`")
    secret_header: str = Field(default="X-Gateway-Secret", title="Header that carries the secret")
    timeout_s: float = Field(default=5.0, gt=0, le=60, title="Longest wait for the gateway's answer, real seconds")
    first_retry_s: float = Field(default=2.0, gt=0, title="Wait before the second attempt, seconds; doubles each time")
    longest_retry_s: float = Field(default=60.0, gt=0, title="Longest wait between two attempts, seconds")

    def shared_secret(self) -> str:
        """The secret from the file or from the configuration."""
        if self.secret_file is not None:
            try:
                return self.secret_file.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise ConfigError(f"notify.secret_file: nothing can be read from {self.secret_file}") from error
        return self.secret.get_secret_value()
