"""The controller: hears wishes, obeys the strongest as far as it is safe, and says what its lamps show.

It has a clock of its own, which may be wrong; every duration is counted in ticks and does not care.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from simulators.signals.junction import Junction
from simulators.signals.kernel.authority import Answer, Authority, Desk, Regime, Wish
from simulators.signals.kernel.calls import Calls, CallState
from simulators.signals.kernel.display import Display, LampOutputs
from simulators.signals.kernel.groups import Groups
from simulators.signals.kernel.lamps import Lamp, ticks
from simulators.signals.kernel.monitor import ConflictMonitor, Fault
from simulators.signals.kernel.programme import ProgrammeRunner
from simulators.signals.kernel.stages import StagePhase, StageSequencer

TICK = timedelta(seconds=0.1)


@dataclass(frozen=True, slots=True)
class Observation:
    """What can be seen of a controller at one moment; durations in seconds."""

    at: datetime
    lamps: dict[int, Lamp]
    display: Display
    authority: Authority
    regime: Regime
    stage: int
    """The stage that runs or is being changed to; 0 is all red."""
    phase: StagePhase
    elapsed_s: float
    remaining_s: float | None
    """Until the programme leaves the stage; none when nobody can know."""
    previous_stage: int
    previous_elapsed_s: float
    programme: int
    cycle_s: float
    offset_error_s: float
    """How far the programme is behind its clock (negative: ahead)."""
    calls: dict[int, CallState]
    is_backup: bool
    """The centre has been silent for too long; its wishes are forgotten."""
    fault: Fault | None


class Controller:
    """One junction's controller; `advance` is the only thing that makes time pass."""

    def __init__(self, junction: Junction, now: datetime) -> None:
        self.junction = junction
        self.clock = now
        self._groups = Groups(junction)
        self._sequencer = StageSequencer(junction, self._groups)
        self._outputs = LampOutputs(junction)
        self._monitor = ConflictMonitor(junction)
        self._calls = Calls(junction)
        self._desk = Desk()
        self._runner = ProgrammeRunner(junction.programmes[0], now)
        self._authority = Authority.START
        self._wish = Wish(Regime.STAGES)
        self._silence = 0
        self._is_backup = False
        self._restart_pending = False

    # What the centre may do. Everything it says also proves that it is alive.

    def hear_centre(self) -> None:
        """The centre has set something: the backup time begins anew."""
        self._silence, self._is_backup = 0, False

    def choose_stage(self, stage: int | None) -> Answer:
        """The centre wants this stage until it says otherwise; none gives the junction back to its programme."""
        self.hear_centre()
        if stage is None:
            self._desk.centre = None
            return Answer.ACCEPTED
        if self.junction.stage(stage) is None:
            return Answer.UNKNOWN
        if self._in_charge() > Authority.CENTRE:
            return Answer.OVERRULED
        self._desk.centre = Wish(Regime.STAGES, stage)
        return Answer.ACCEPTED

    @property
    def is_held_by_centre(self) -> bool:
        """The centre has chosen a stage and not given it back."""
        return self._desk.centre is not None

    def choose_programme(self, number: int) -> Answer:
        """The centre wants another programme; it begins with the stage that runs."""
        self.hear_centre()
        programme = self.junction.programme(number)
        if programme is None:
            return Answer.UNKNOWN
        if programme is not self._runner.programme:
            self._runner = ProgrammeRunner(programme, self.clock)
            self._runner.resume(self._sequencer.stage)
        return Answer.ACCEPTED

    def call(self, number: int, *, asked: bool, may_wait: bool = False) -> Answer:
        """Switch an emergency call on or off; `may_wait` keeps one that somebody stronger overrules until it can be served."""
        self.hear_centre()
        if number not in self._calls:
            return Answer.UNKNOWN
        overruled = asked and self._in_charge() > Authority.EMERGENCY
        if not overruled or may_wait:
            self._calls.ask(number, asked=asked)
        return Answer.OVERRULED if overruled else Answer.ACCEPTED

    def is_called(self, number: int) -> bool:
        """Whether an emergency call is switched on."""
        return self._calls.asked(number)

    def command(self, regime: Regime | None) -> Answer:
        """The centre wants flashing, red or dark lamps; none takes it back."""
        self.hear_centre()
        if regime is not None and self._in_charge() > Authority.COMMAND:
            return Answer.OVERRULED
        self._desk.command = None if regime is None else Wish(regime)
        return Answer.ACCEPTED

    def restart(self) -> Answer:
        """The centre wants a restart; the lamps are brought to red first."""
        self.hear_centre()
        if self._in_charge() > Authority.COMMAND:
            return Answer.OVERRULED
        self._restart_pending = True
        return Answer.ACCEPTED

    # What somebody at the cabinet may do.

    def turn_key(self, wish: Wish | None) -> Answer:
        """The police officer's key: manual stage, red, flash or dark; none turns it back to automatic."""
        if wish is not None and wish.regime is Regime.STAGES and self.junction.stage(wish.stage) is None:
            return Answer.UNKNOWN
        self._desk.key = wish
        return Answer.ACCEPTED

    def reset_monitor(self) -> None:
        """Clear the conflict monitor's finding; the start sequence follows."""
        if self._monitor.fault is not None:
            self._monitor.reset()
            self._outputs.power_on()

    # What may go wrong.

    def cut_power(self) -> None:
        """Power was away for a moment: all that came over a wire is forgotten and the start sequence runs."""
        self._desk.clear_remote()
        self._calls = Calls(self.junction)
        self._sequencer.reset()
        self._monitor.forget()
        if self._monitor.fault is None:  # a finding survives a power cut (NEMA TS 2)
            self._outputs.power_on()
        self._runner = ProgrammeRunner(self._runner.programme, self.clock)
        self._restart_pending = False

    def stick(self, group: int, lamp: Lamp | None) -> None:
        """A relay sticks so that a group shows this lamp whatever it should; none mends it."""
        if lamp is None:
            self._outputs.stuck.pop(group, None)
        else:
            self._outputs.stuck[group] = lamp

    def advance(self, steps: int = 1) -> None:
        """Let `steps` tenths of a second pass."""
        for _ in range(steps):
            self._tick()

    def observe(self) -> Observation:
        """What can be seen now."""
        sequencer, in_programme = self._sequencer, self._authority is Authority.PROGRAMME
        running = sequencer.phase is StagePhase.RUNNING
        return Observation(
            at=self.clock,
            lamps=self._outputs.lamps(self._groups.lamps()),
            display=self._outputs.display,
            authority=self._authority,
            regime=self._wish.regime,
            stage=sequencer.stage,
            phase=sequencer.phase,
            elapsed_s=sequencer.elapsed / 10,
            remaining_s=self._runner.remaining() / 10 if in_programme and running else None,
            previous_stage=sequencer.previous,
            previous_elapsed_s=sequencer.previous_elapsed / 10,
            programme=self._runner.programme.number,
            cycle_s=self._runner.cycle / 10,
            offset_error_s=self._runner.offset_error(self.clock) / 10,
            calls=self._calls.states(),
            is_backup=self._is_backup,
            fault=self._monitor.fault,
        )

    def _tick(self) -> None:
        self.clock += TICK
        self._count_silence()
        authority, wish = self._strongest()
        if authority is Authority.PROGRAMME and self._authority is not Authority.PROGRAMME:
            self._runner.resume(self._longest_waiting())
            wish = Wish(Regime.STAGES, self._runner.stage)
        self._authority, self._wish = authority, wish
        if self._monitor.fault is None:
            self._move_lamps(wish)

    def _move_lamps(self, wish: Wish) -> None:
        sequencer, outputs = self._sequencer, self._outputs
        if outputs.display is not Display.GROUPS:
            sequencer.reset()
        else:
            sequencer.step(wish.stage if wish.regime is Regime.STAGES else 0)
        all_clear = sequencer.stage == 0 and sequencer.is_ready
        if self._restart_pending and all_clear:
            self._restart_pending = False
            outputs.power_on()
        outputs.step(wish.regime, all_clear=all_clear)
        if outputs.display in {Display.GROUPS, Display.STARTING_RED}:
            if self._monitor.look(outputs.lamps(self._groups.lamps())) is not None:
                sequencer.reset()
                outputs.flash_now()
        else:
            self._monitor.forget()

    def _count_silence(self) -> None:
        self._silence += 1
        limit = ticks(self.junction.backup_time_s)
        if limit and self._silence >= limit and not self._is_backup:
            self._is_backup = True
            self._desk.clear_remote()
            self._calls.clear()
            self._restart_pending = False

    def _strongest(self) -> tuple[Authority, Wish]:
        """One tick of those who may want something, and the strongest of them."""
        sequencer = self._sequencer
        running = sequencer.stage if sequencer.phase is StagePhase.RUNNING else None
        self._calls.step(running, may_serve=self._in_charge() <= Authority.EMERGENCY)
        self._runner.step(self.clock, may_leave=sequencer.is_ready and sequencer.stage == self._runner.stage)
        authority = self._in_charge()
        wish = self._wishes()[authority]
        return authority, wish or Wish(Regime.STAGES, self._runner.stage)

    def _wishes(self) -> dict[Authority, Wish | None]:
        call = self._calls.served
        starting = self._outputs.is_starting or self._restart_pending
        return {
            Authority.FAULT: Wish(Regime.FLASH) if self._monitor.fault else None,
            Authority.START: Wish(Regime.ALL_RED) if starting else None,
            Authority.KEY: self._desk.key,
            Authority.COMMAND: self._desk.command,
            Authority.EMERGENCY: Wish(Regime.STAGES, call.config.stage) if call else None,
            Authority.CENTRE: self._desk.centre,
            Authority.PROGRAMME: None,
        }

    def _in_charge(self) -> Authority:
        return max((authority for authority, wish in self._wishes().items() if wish), default=Authority.PROGRAMME)

    def _longest_waiting(self) -> int:
        stages = [slot.stage for slot in self._runner.programme.slots]
        return max(stages, key=self._sequencer.waiting)
