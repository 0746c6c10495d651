"""Holidays and make-up days that an administrator enters for years whose State Council notice the software does not hold."""
