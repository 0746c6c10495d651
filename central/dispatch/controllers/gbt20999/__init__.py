"""GB/T 20999-2017: between a signal controller and the system above it, over TCP or UDP."""
