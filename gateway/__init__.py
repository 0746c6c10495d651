"""The community gateway: ways to devices, rules that hold with the uplink cut, and the node that sends on what happened."""
