"""Simulated signal controllers, written from the standards and not from the adapters that talk to them."""
