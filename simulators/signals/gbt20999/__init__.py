"""A GB/T 20999-2017 controller over TCP or UDP."""
