"""What a press of the Stop button leads to, step by step. No sockets, no clock: it can be tested alone.

The kernel is sent SIGURG: it ends the cell's awaits, or asks those who listen, such as a training, to end by themselves.
While the kernel computes without a pause it does not see the signal: then Deno's own interrupt ends the computation. That
interrupt must not reach a cell that awaits, which would never end. A cell can do one after the other, so the signal is sent
in several rounds.
"""

ROUNDS = 3
# How long the kernel has to see the signal, and the cell to end after that.
ROUND_SECONDS = 2
# The same where somebody listens, who may have to end a training step and write a checkpoint.
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

    def tick(self, now, seen, listening):
        """What is to be done now: `signal`, `interrupt`, `give up`, or nothing.

        seen: whether the kernel has seen the last signal
        listening: whether somebody in the kernel listens to it
        """
        if not 0 < self._round <= ROUNDS:
            return None
        waited = now - self._since
        if not seen and not self._interrupted:
            if waited < (LISTENER_SEES_SECONDS if listening else ROUND_SECONDS):
                return None
            self._interrupted, self._since = True, now
            return "interrupt"
        if waited < (LISTENER_ENDS_SECONDS if listening else ROUND_SECONDS):
            return None
        if self._round < ROUNDS:
            return self._begin_round(self._round + 1, now)
        self._round += 1
        return "give up"

    def ended(self):
        """The cell has ended, by itself or not."""
        self._round = 0

    def _begin_round(self, number, now):
        self._round, self._since, self._interrupted = number, now, False
        return "signal"
