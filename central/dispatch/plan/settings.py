"""The numbers of the plan. They are traffic engineering's, not one network's; `docs/dispatch.md` says where each comes from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Seconds, metres, vehicles."""

    start_up_s: float = 2.0
    """Lost by the first vehicle of a queue (Highway Capacity Manual: about 2 s)."""
    headway_s: float = 2.0
    """Between vehicles of a queue that starts (saturation flow of 1,800 an hour)."""
    margin_s: float = 4.0
    """By which green comes earlier, so that the engine need not brake for a red that it can see."""
    band_share: float = 0.1
    """Of the time to a stop line, by which the arrival may be earlier or later."""
    longest_lead_s: float = 75.0
    """Nobody is held longer than this for an engine that is not there yet."""
    longest_green_s: float = 55.0
    """Of one hold; then the others get their turn, unless the engine is `close_s` away."""
    close_s: float = 15.0
    passes_s: float = 3.0
    """From the stop line until the engine has left the junction."""
    fair_green_s: float = 5.0
    longest_rest_s: float = 60.0
    """For the others, when they come first: the green of each of their stages, and the bound of all together."""
    react_s: float = 2.0
    """Until an order is heard and carried out, on top of the junction's own times."""
    longest_red_s: float = 112.0
    """Red of others before the turn of the last of them, when a hold begins; one that has begun may stretch it by `grace_s`."""
    grace_s: float = 6.0
    least_room_m: float = 12.0
    """Behind the junction; with less a green lets nobody go."""
    give_up_room_s: float = 6.0
    """For which a green may show without room ahead."""
    lost_position_s: float = 10.0
    """Older positions are nobody's: what was asked is given back."""
    acceleration_mps2: float = 1.4
