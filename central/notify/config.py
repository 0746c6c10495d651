"""Settings of notices: which templates, which ways out in which order, what they cost, and how receipts come in."""

import os
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator

from central.notify.templates import DEFAULT_SET
from yuhang.config.section import Section
from yuhang.errors import ConfigError


class ChannelConfig(Section):
    """What every channel has. Times are seconds of central's clock but for `timeout_s`."""

    name: str = Field(
        pattern=r"^[a-z][a-z0-9-]{0,19}$", title="Name of this channel in receipts, costs and figures", examples=["sms"]
    )
    timeout_s: float = Field(default=5.0, gt=0, le=60, title="Longest wait for an answer, real seconds")
    wait_s: float = Field(
        default=120.0, gt=0, le=86_400, title="Wait for the receipt before the next channel is tried as well, seconds"
    )
    give_up_s: float = Field(
        default=60.0,
        gt=0,
        le=86_400,
        title="Seconds without any answer after which the next channel is tried; the last one is tried until the notice expires",
    )
    price_yuan: float = Field(default=0.0, ge=0, le=100, title="Price of one segment or call, yuan; counted, never billed")


class ReceiptSecret(Section):
    """The secret by which receipts are believed."""

    secret: SecretStr = Field(default=SecretStr(""), title="Secret that comes with receipts; empty: receipts are refused")
    secret_file: Path | None = Field(default=None, title="File that holds this secret, instead of `secret`")

    def shared_secret(self) -> str:
        """The secret from the file or from the configuration."""
        return from_file(self.secret_file, "secret_file") or self.secret.get_secret_value()


class HttpChannelConfig(ChannelConfig, ReceiptSecret):
    """What the channels over plain HTTP share."""

    url: str = Field(pattern=r"^https?://", title="Address that takes messages", examples=["http://127.0.0.1:8090/messages"])
    secret_header: str = Field(default="X-Gateway-Secret", title="Header that carries the secret of a receipt")
    token_file: Path | None = Field(default=None, title="File with a token that is sent along as `Authorization: Bearer`")


class HttpSmsConfig(HttpChannelConfig):
    """Text messages through a gateway that takes JSON over HTTP."""

    kind: Literal["http-sms"] = "http-sms"


class HttpVoiceConfig(HttpChannelConfig):
    """Voice calls through a gateway that takes JSON over HTTP."""

    kind: Literal["http-voice"] = "http-voice"


class AppPushConfig(HttpChannelConfig):
    """Push messages through an app's server, by plate."""

    kind: Literal["app-push"] = "app-push"


class OwnerConfig(HttpChannelConfig):
    """The authority sends by itself, by plate; central holds no number."""

    kind: Literal["owner"] = "owner"


class AlibabaConfig(ChannelConfig, ReceiptSecret):
    """What Alibaba Cloud's services share. The secret stands at the end of the address that its console is told to push to."""

    access_key_id_variable: str = Field(
        default="ALIBABA_CLOUD_ACCESS_KEY_ID", title="Environment variable that holds the access key's id"
    )
    access_key_secret_variable: str = Field(
        default="ALIBABA_CLOUD_ACCESS_KEY_SECRET", title="Environment variable that holds its secret"
    )
    access_key_file: Path | None = Field(default=None, title="File with id and secret on two lines, instead of the variables")

    def access_key(self) -> tuple[str, str]:
        """Id and secret; `ConfigError` where they are not to be found."""
        lines = from_file(self.access_key_file, "access_key_file").split()
        if not lines:
            lines = [os.environ.get(self.access_key_id_variable, ""), os.environ.get(self.access_key_secret_variable, "")]
        if len(lines) != 2 or not all(lines):
            raise ConfigError(
                f"notify.channels: {self.name}: no access key: set {self.access_key_id_variable} and "
                f"{self.access_key_secret_variable}, or access_key_file (id and secret on two lines)"
            )
        return lines[0], lines[1]


class AlibabaSmsConfig(AlibabaConfig):
    """Alibaba Cloud SMS (SendSms)."""

    kind: Literal["alibaba-sms"] = "alibaba-sms"
    host: str = Field(default="dysmsapi.aliyuncs.com", title="Host of the service")
    ask_after_s: float = Field(
        default=90.0,
        ge=10,
        le=86_400,
        title="Seconds without a pushed receipt after which the cloud is asked; again every so long",
    )


class AlibabaVoiceConfig(AlibabaConfig):
    """Alibaba Cloud voice calls (SingleCallByTts)."""

    kind: Literal["alibaba-voice"] = "alibaba-voice"
    host: str = Field(default="dyvmsapi.aliyuncs.com", title="Host of the service")
    show_number: str = Field(default="", pattern=r"^[0-9]{0,20}$", title="Caller's number that is shown, if one is rented")
    play_times: int = Field(default=2, ge=1, le=3, title="How often the text is spoken")


AnyChannelConfig = Annotated[
    HttpSmsConfig | HttpVoiceConfig | AppPushConfig | OwnerConfig | AlibabaSmsConfig | AlibabaVoiceConfig,
    Field(discriminator="kind"),
]


class NotifyConfig(Section):
    """How notices go out and how receipts come in."""

    templates: str = Field(
        default=DEFAULT_SET,
        title="Template set of matters whose authority names none",
        description="urban_management, traffic_police, urban_management_alibaba, or a file of template_folder",
    )
    template_folder: Path | None = Field(default=None, title="Folder with the site's own template sets, NAME.yaml each")
    channels: tuple[AnyChannelConfig, ...] = Field(
        default=(),
        title="Ways out in the order in which they are tried; none: notices wait and expire",
        description="the next one is tried when one refuses or fails, or has no receipt after its wait_s",
    )
    first_retry_s: float = Field(default=2.0, gt=0, title="Wait before the second attempt, seconds; doubles each time")
    longest_retry_s: float = Field(default=60.0, gt=0, title="Longest wait between two attempts, seconds")
    future_tolerance_s: float = Field(
        default=60.0, ge=0, le=3600, title="A receipt from farther in the future than this many seconds is refused"
    )

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [channel.name for channel in self.channels]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"two channels are called {', '.join(sorted(twice))}; costs and receipts could not be told apart")
        return self


def from_file(path: Path | None, key: str) -> str:
    """The text of a file that a configuration names, or nothing where it names none."""
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"notify.channels: {key}: nothing can be read from {path}") from error
