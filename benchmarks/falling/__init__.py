"""How well things that fall are found, on rendered facades whose truth is known."""
