"""Every look at evidence or personal data is logged."""
