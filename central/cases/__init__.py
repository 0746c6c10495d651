"""Cases: every matter has one, and a playbook (data) says how a kind of case runs."""
