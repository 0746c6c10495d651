"""Notices to people: a durable outbox, a gateway, delivery receipts."""
