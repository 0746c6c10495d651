"""Settings of the payment callback."""

from pathlib import Path

from pydantic import Field, SecretStr

from yuhang.config.section import Section
from yuhang.errors import ConfigError


class PaymentConfig(Section):
    """By what the reports of a payment system are believed."""

    secret: SecretStr = Field(default=SecretStr(""), title="Secret that comes with each report; empty: reports are refused")
    secret_file: Path | None = Field(default=None, title="File that holds this secret, instead of `secret`")
    secret_header: str = Field(default="X-Payment-Secret", title="Header that carries the secret")

    def shared_secret(self) -> str:
        """The secret from the file or from the configuration."""
        if self.secret_file is None:
            return self.secret.get_secret_value()
        try:
            return self.secret_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"payment.secret_file: nothing can be read from {self.secret_file}") from error
