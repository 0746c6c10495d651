"""What every controller does whatever its protocol: lamps, stages, programme, priorities, monitor. Pure; time is handed in."""
