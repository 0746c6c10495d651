"""What every part of a configuration is made of."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Section(BaseModel):
    """Base of all parts of a configuration: immutable; unknown keys and infinite numbers are errors.

    A key with nothing under it (all that stood there is commented out) means the section's defaults.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_all_defaults(cls, given: Any) -> Any:
        return {} if given is None else given
