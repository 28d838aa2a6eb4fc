"""What a press of the Stop button leads to, step by step. No sockets, no clock: it can be tested alone.

The kernel is sent SIGURG: it ends the cell's awaits, or asks those who listen, such as a training, to end by themselves.
While the kernel computes without a pause it does not see the signal: then Deno's own interrupt ends the computation. That
interrupt must not reach a cell that awaits, which would never end. A cell can do one after the other, so the signal is sent
in several rounds. A kernel that does not see it even when interrupted is in a call that nothing ends.
"""

ROUNDS = 3
# How long the kernel has to see the signal, and the cell to end after that.
ROUND_SECONDS = 2
# How long an interrupted kernel has to see the signal.
INTERRUPTED_SECONDS = 4
# How long it has where somebody listens, who may have to end a training step and write a checkpoint, or where modules are
# loaded, which must not be interrupted.
LISTENER_SEES_SECONDS = 30
LISTENER_ENDS_SECONDS = 10

CANNOT_STOP = "This cell cannot be stopped: restart the kernel (Kernel → Restart)."


class Stop:
    def __init__(self):
        self._round, self._since, self._interrupted = 0, 0, False

    @property
    def pressed(self):
        return self._round > 0

    def press(self, now):
        """Returns `signal` if the kernel is to be sent the signal."""
        return None if self.pressed else self._begin_round(1, now)

    def tick(self, now, seen, takes_time):
        """What is to be done now: `signal`, `interrupt`, `give up`, or nothing.

        seen: whether the kernel has seen the last signal
        takes_time: whether somebody in the kernel listens to it, or it loads modules
        """
        if not 0 < self._round <= ROUNDS:
            return None
        waited = now - self._since
        if not seen and not self._interrupted:
            if waited < (LISTENER_SEES_SECONDS if takes_time else ROUND_SECONDS):
                return None
            self._interrupted, self._since = True, now
            return "interrupt"
        if not seen:
            return self._give_up() if waited >= INTERRUPTED_SECONDS else None
        if waited < (LISTENER_ENDS_SECONDS if takes_time else ROUND_SECONDS):
            return None
        return self._begin_round(self._round + 1, now) if self._round < ROUNDS else self._give_up()

    def ended(self):
        """The cell has ended, by itself or not."""
        self._round = 0

    def _give_up(self):
        self._round = ROUNDS + 1
        return "give up"

    def _begin_round(self, number, now):
        self._round, self._since, self._interrupted = number, now, False
        return "signal"
