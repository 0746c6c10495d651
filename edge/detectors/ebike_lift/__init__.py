"""E-bikes in lifts: things in the cabin, and what this lift has learned from people's answers."""
