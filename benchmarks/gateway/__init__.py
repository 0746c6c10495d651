"""The community gateway under load."""
