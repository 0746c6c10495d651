"""Signal controllers behind one protocol: a wish for a stage, held by a lease, confirmed by reading the lamps.

`controller.py` says what every adapter does. `lease.py`, `fence.py` and `lamp_watch.py` are the pure rules that no adapter can
get around; `supervised.py` puts them in front of an adapter. Each protocol has a folder of its own.
"""
