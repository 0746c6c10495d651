"""The way of an engine: turn by turn, over the time that it takes, with what traffic and signals do to it.

`costs.py` says what an edge and a turn cost, `search.py` finds the fastest way, `alternatives.py` others; `replan.py` judges.
"""
