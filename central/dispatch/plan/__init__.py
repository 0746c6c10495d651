"""The plan of the green wave: which junction is asked for which stage, and when.

Pure: what is known is handed in, wishes come out. `wave.replan` is the door for one engine, `several.agree` the one for all of
them; both are called once a second.
"""
