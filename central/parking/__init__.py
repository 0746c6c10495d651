"""Illegal parking: from the stop to the decision of a person."""
