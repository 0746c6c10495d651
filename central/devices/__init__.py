"""Cameras as devices of evidence: their papers, since when each holds, and what is missing (PROC 15-16; APL 41)."""
