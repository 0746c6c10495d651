"""How well tipping, trading and two-wheelers are found, on rendered stages whose truth is known."""
