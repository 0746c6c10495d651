"""Desired configuration: the zones that each node is to watch, drawn by people, kept by version, run by the node."""
