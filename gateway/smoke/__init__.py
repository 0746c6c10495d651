"""Smoke detectors of the community: an alarm goes up, once each time one sounds."""
