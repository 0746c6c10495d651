"""The community gateway: connectors, local rules, store and forward. Not built yet; the room is kept so that the layers hold."""
