"""What a supervisor asks of the work: by place and time, never by person, never by sums of fines (LAW.md 14)."""
