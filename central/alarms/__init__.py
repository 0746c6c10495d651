"""Alarms: what cameras suspect besides parked vehicles, for a person to look at and to answer."""
