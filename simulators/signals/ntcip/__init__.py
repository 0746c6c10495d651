"""An NTCIP 1202 controller behind an SNMP agent (v1, v2c, v3)."""
