"""The embedded broker: rumqttd, which comes in the wheel `iotcore`, for one machine."""

from yuhang.broker.embedded import BrokerError, EmbeddedBroker, read_users

__all__ = ["BrokerError", "EmbeddedBroker", "read_users"]
