"""Sheets: a typed document (what an act, a paper or a payment carries) as a form, and the form read back into the document."""
