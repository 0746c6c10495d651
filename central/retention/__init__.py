"""How long things are kept, for what and on which basis; what has served its purpose goes, and there is proof that it did."""
