"""What follows each engine every second: its way (`track.py`), which junctions it needs (`planning.py`), asking (`tender.py`).

`runner.py` is the second, `worker.py` its thread. Signals are reached only through their one door (`SupervisedController`).
"""
