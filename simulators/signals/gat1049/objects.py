"""What the platform tells about a junction, as the objects of GA/T 1049.2. Pure."""

from datetime import timedelta
from xml.etree.ElementTree import Element

from simulators.signals.gat1049.messages import element
from simulators.signals.junction import Junction, LampGroup, Stage
from simulators.signals.kernel.authority import Authority, Regime
from simulators.signals.kernel.controller import Observation
from simulators.signals.kernel.lamps import Lamp

LAMP_STATUS = {
    Lamp.OFF: "111",
    Lamp.RED: "211",
    Lamp.RED_YELLOW: "221",
    Lamp.GREEN: "112",
    Lamp.GREEN_FLASH: "113",
    Lamp.YELLOW: "121",
    Lamp.YELLOW_FLASH: "131",
}
"""Red, yellow, green lamp: 1 off, 2 on, 3 flashing (table B.15)."""
MODES = {Regime.DARK: "11", Regime.ALL_RED: "12", Regime.FLASH: "13"}
MANUAL, LOCKED, LOCAL = "51", "52", "31"
"""Manual control, a stage is locked, coordinated by its own programme."""
VEHICLES, PEDESTRIANS = "1", "0"


def mode(seen: Observation) -> str:
    """How the junction is controlled."""
    if seen.regime in MODES:
        return MODES[seen.regime]
    if seen.authority is Authority.KEY:
        return MANUAL
    return LOCKED if seen.authority in {Authority.CENTRE, Authority.EMERGENCY} else LOCAL


def cross_mode_plan(junction: Junction, seen: Observation) -> Element:
    """Mode and programme."""
    return element("CrossModePlan", "", *_cross(junction), element("ControlMode", mode(seen)), element("PlanNo", seen.programme))


def cross_stage(junction: Junction, seen: Observation) -> Element:
    """The stage before and the stage now, with their seconds."""
    return element(
        "CrossStage",
        "",
        *_cross(junction),
        element("LastStageNo", seen.previous_stage),
        element("LastStageLen", round(seen.previous_elapsed_s)),
        element("CurStageNo", seen.stage),
        element("CurStageStartTime", f"{seen.at - timedelta(seconds=seen.elapsed_s):%Y-%m-%d %H:%M:%S}"),
        element("CurStageLen", round(seen.elapsed_s)),
    )


def signal_group_status(junction: Junction, seen: Observation) -> Element:
    """The lamps of every group."""
    groups = [
        element("SignalGroupStatus", "", element("SignalGroupNo", number), element("LampStatus", LAMP_STATUS[lamp]))
        for number, lamp in seen.lamps.items()
    ]
    at = seen.at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    return element(
        "CrossSignalGroupStatus",
        "",
        *_cross(junction),
        element("LampStatusTime", at),
        element("SignalGroupStatusList", "", *groups),
    )


def cross_state(junction: Junction, seen: Observation) -> Element:
    """Whether the junction's controller works."""
    return element("CrossState", "", *_cross(junction), element("State", "Error" if seen.fault else "Online"))


def controller_error(junction: Junction, seen: Observation) -> Element:
    """The conflict monitor's finding, or nothing."""
    kind = seen.fault.kind if seen.fault else ""
    return element("SignalControllerError", "", *_cross(junction), element("ErrorType", kind))


def stage_param(junction: Junction, stage: Stage) -> Element:
    """One stage and its groups."""
    groups = [element("SignalGroupNo", number) for number in stage.groups]
    return element(
        "StageParam",
        "",
        *_cross(junction),
        element("StageNo", stage.number),
        element("StageName", stage.name),
        element("SignalGroupNoList", "", *groups),
    )


def signal_group_param(junction: Junction, group: LampGroup) -> Element:
    """One group, where its movement comes from and goes to, and its times."""
    return element(
        "SignalGroupParam",
        "",
        *_cross(junction),
        element("SignalGroupNo", group.number),
        element("Name", group.name),
        element("Type", VEHICLES if group.is_vehicle else PEDESTRIANS),
        element("Entrance", group.entrance or ""),
        element("Exit", group.exit or ""),
        element("MinGreen", round(group.min_green_s)),
        element("GreenFlashLen", round(group.green_flash_s)),
        element("YellowLen", round(group.shown_yellow_s)),
        element("AllRedLen", round(group.red_clearance_s)),
    )


def _cross(junction: Junction) -> tuple[Element, ...]:
    return (element("CrossID", junction.cross_id),)
