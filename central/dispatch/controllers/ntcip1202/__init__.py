"""NTCIP 1202: actuated signal controllers over SNMP; a stage is a preempt."""
