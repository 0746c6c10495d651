"""A community to try the gateway on: its devices, each behaving or misbehaving as told."""
