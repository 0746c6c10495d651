"""Escort tasks: an engine under way to a call, with green signals for as long as its task lives.

`course.py` says what may happen to a task; `service.py` is the one way to do it. Calls come in through `intake/`, positions
through `positions.py`; `running/` follows each engine every second and asks the junctions on its way.
"""
