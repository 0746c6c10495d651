"""The gateway as a node of its site: presence, outbox, start and end."""
