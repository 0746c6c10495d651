"""Cameras found on the network by ONVIF, written as sections of a node's configuration."""
