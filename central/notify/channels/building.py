"""The channels of a configuration, in their order."""

from collections.abc import Iterable
from dataclasses import dataclass

import httpx

from central.notify.channels.alibaba_call import AlibabaClient
from central.notify.channels.alibaba_signature import AccessKey
from central.notify.channels.alibaba_sms import AlibabaSms
from central.notify.channels.alibaba_voice import AlibabaVoice
from central.notify.channels.app_push import AppPush
from central.notify.channels.channel import Channel
from central.notify.channels.http_post import JsonPost
from central.notify.channels.http_sms import HttpSms
from central.notify.channels.http_voice import HttpVoice
from central.notify.channels.owner import OwnerChannel
from central.notify.config import (
    AlibabaConfig,
    AlibabaSmsConfig,
    AlibabaVoiceConfig,
    AnyChannelConfig,
    AppPushConfig,
    HttpChannelConfig,
    HttpSmsConfig,
    HttpVoiceConfig,
    NotifyConfig,
    OwnerConfig,
    from_file,
)
from yuhang.clock import Clock

HAO_PER_YUAN = 10_000


@dataclass(frozen=True, slots=True)
class Route:
    """A channel with what the configuration says about it; the price is in ten-thousandths of a yuan, for one segment."""

    name: str
    channel: Channel
    wait_s: float = 120.0
    give_up_s: float = 60.0
    price_hao: int = 0
    timeout_s: float = 5.0
    ask_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Channels:
    """The ways out in the order in which they are tried."""

    routes: tuple[Route, ...] = ()

    @property
    def without_number(self) -> bool:
        """Whether an owner of whom central has no number may be reached."""
        return any(not route.channel.needs_number for route in self.routes)

    @property
    def timeout_s(self) -> float:
        """Longest wait for an answer of any channel, real seconds."""
        return max((route.timeout_s for route in self.routes), default=0.0)

    def named(self, name: str) -> Route | None:
        """The channel of that name, or None for one that is no longer configured."""
        return next((route for route in self.routes if route.name == name), None)

    def after(self, used: Iterable[str], *, has_number: bool) -> Route | None:
        """The first channel that has not been used and can reach the owner."""
        tried = set(used)
        return next(
            (route for route in self.routes if route.name not in tried and (has_number or not route.channel.needs_number)), None
        )


def build_channels(config: NotifyConfig, clock: Clock) -> Channels:
    """Make the configured channels; `ConfigError` where a credential is not to be found."""
    return Channels(tuple(_route(entry, clock) for entry in config.channels))


def _route(config: AnyChannelConfig, clock: Clock) -> Route:
    channel = _http(config) if isinstance(config, HttpChannelConfig) else _alibaba(config, clock)
    ask_after_s = config.ask_after_s if isinstance(config, AlibabaSmsConfig) else None
    price_hao = round(config.price_yuan * HAO_PER_YUAN)
    return Route(config.name, channel, config.wait_s, config.give_up_s, price_hao, config.timeout_s, ask_after_s)


def _http(config: HttpSmsConfig | HttpVoiceConfig | AppPushConfig | OwnerConfig) -> Channel:
    post = JsonPost(config.url, config.timeout_s, from_file(config.token_file, "token_file"))
    match config:
        case HttpSmsConfig():
            return HttpSms(post)
        case HttpVoiceConfig():
            return HttpVoice(post)
        case AppPushConfig():
            return AppPush(post)
        case OwnerConfig():
            return OwnerChannel(post)


def _alibaba(config: AlibabaSmsConfig | AlibabaVoiceConfig, clock: Clock) -> Channel:
    client = _client(config, config.host, clock)
    match config:
        case AlibabaSmsConfig():
            return AlibabaSms(client, clock)
        case AlibabaVoiceConfig():
            return AlibabaVoice(client, config.show_number, config.play_times)


def _client(config: AlibabaConfig, host: str, clock: Clock) -> AlibabaClient:
    return AlibabaClient(host, AccessKey(*config.access_key()), clock, httpx.Client(timeout=config.timeout_s))
