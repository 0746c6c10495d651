"""MQTT: one session a process, which keeps its subscriptions and retained messages over every loss of the connection."""
