"""GA/T 1049.2: the police's signal platform over XML on TCP, which is what an outsider gets in China."""
