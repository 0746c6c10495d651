"""How calls come in: HTTP (`../api.py`), a folder, MQTT, smoke alarms. Each hands an `EmergencyCall` to the one service."""
