"""How a case's number stands in the address of its public page: in plain letters, so that it can be typed from a bad print."""

from central.cases.service import NUMBER_PREFIX

PUBLIC_PATH = "/c"


def public_path(number: str) -> str:
    """Path of the page of a case: `/c/2026-000123` for 余2026-000123."""
    return f"{PUBLIC_PATH}/{number.removeprefix(NUMBER_PREFIX)}"


def number_in(text: str) -> str:
    """The case's number from what stands in an address, with or without its first character."""
    return NUMBER_PREFIX + text.strip().removeprefix(NUMBER_PREFIX)
