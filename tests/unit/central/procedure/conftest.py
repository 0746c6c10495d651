"""The street as a fixture, for what follows on it."""

from tests.unit.central.parking.conftest import street

__all__ = ["street"]
