"""The demo's scenario: who owns the cars of the rendered street, what happens to their messages, and how each case must end."""

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from simulators.demo.gateway import Delivery
from yuhang.config import load_yaml
from yuhang.messages import Slug

SCENARIO_FILE = Path(__file__).with_name("scenario.yaml")


class Part(BaseModel):
    """Base of the scenario's parts: unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Owner(Part):
    """A vehicle's owner; without a telephone number nobody can reach him."""

    phone: str | None = Field(default=None, pattern=r"^1[3-9]\d{9}$")
    delivery: Delivery = Delivery()


class Expectation(Part):
    """How the story must end. `state` is the case's state before a reviewer has looked; no state, no case."""

    state: Literal["left_in_time", "left_unwarned", "draft", "exempt", "unobserved", "not_delivered"] | None = None
    cases: int = Field(default=1, ge=0, description="cases for this plate in the whole run")

    @model_validator(mode="after")
    def _no_case_no_state(self) -> Self:
        if (self.state is None) != (self.cases == 0):
            raise ValueError("a story without a state has no case (cases: 0), and the other way round")
        return self


class Story(Part):
    """One vehicle of the street, from the scene's truth by its plate, and what must become of it."""

    plate: str
    camera: Slug
    title: str = Field(description="what happens, for the table that the check prints")
    owner: Owner = Owner()
    exempt: str | None = Field(default=None, description="reason why the vehicle is exempt")
    expect: Expectation


class Scenario(Part):
    """All stories, and the speed at which they are played."""

    speed: float = Field(default=6, gt=0, le=60, description="of the demo's clock, in `yuhang demo run`")
    check_speed: float = Field(default=12, gt=0, le=60, description="of the demo's clock, in `yuhang demo check`")
    analysis_fps: float = Field(default=2, gt=0, le=30)
    stories: tuple[Story, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _plates_once(self) -> Self:
        plates = [story.plate for story in self.stories]
        if len(set(plates)) != len(plates):
            raise ValueError("a plate has two stories")
        return self

    def deliveries(self) -> dict[str, Delivery]:
        """What the message gateway does, by telephone number."""
        return {story.owner.phone: story.owner.delivery for story in self.stories if story.owner.phone}


def load_scenario(path: Path = SCENARIO_FILE) -> Scenario:
    """The scenario, or `ConfigError` that names the line."""
    return load_yaml(path, Scenario)
