"""What counts of errors carry: exact binomial bounds (Clopper and Pearson 1934). Pure."""

from scipy.special import betaincinv


def clopper_pearson(errors: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """The two-sided interval in which a rate lies that gave `errors` in `trials`; (0, 1) where nothing was tried.

    Raises `ValueError` when there are more errors than trials, or fewer than none.
    """
    if not 0 <= errors <= trials:
        raise ValueError(f"{errors} errors in {trials} trials cannot be")
    if trials == 0:
        return 0.0, 1.0
    tail = (1 - confidence) / 2
    low = 0.0 if errors == 0 else float(betaincinv(errors, trials - errors + 1, tail))
    high = 1.0 if errors == trials else float(betaincinv(errors + 1, trials - errors, 1 - tail))
    return low, high
