"""Faces at a gate: found, judged, compared with the templates of one household, and never sent anywhere."""
