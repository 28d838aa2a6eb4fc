"""The steps after a press of the Stop button. It has no sockets and no clock, so it can be tested alone.

SIGURG is sent to the kernel: it ends the cell's awaits, or asks listening code, such as a training, to end by itself.
While the kernel computes without a pause it does not see the signal. Then Deno's interrupt ends the computation. That
interrupt must not reach a cell that awaits, which would never end. A cell can do one after the other, so the signal is sent
in several rounds. A kernel that does not see it even when interrupted several times is in a call that nothing ends.
"""

ROUNDS = 3
# Time limits for the kernel to see the signal, and for the cell to end after that.
ROUND_SECONDS = 2
# Time limit for an interrupted kernel to see the signal. A busy Deno loses a few interrupts in a hundred, so they are repeated.
INTERRUPTED_SECONDS = 6
AGAIN_SECONDS = 1.5
# Time limit if code listens, which may have to finish a training step and write a checkpoint, or if modules are being
# loaded, which must not be interrupted.
LISTENER_SEES_SECONDS = 30
LISTENER_ENDS_SECONDS = 10

CANNOT_STOP = "This cell cannot be stopped: restart the kernel (Kernel → Restart)."


class Stop:
    def __init__(self):
        self._round, self._since, self._interrupted_at = 0, 0, None

    @property
    def pressed(self):
        return self._round > 0

    def press(self, now):
        """Returns `signal` if the signal must be sent to the kernel."""
        return None if self.pressed else self._begin_round(1, now)

    def tick(self, now, seen, takes_time):
        """Returns the next action: `signal`, `interrupt`, `give up`, or nothing.

        seen: whether the kernel has seen the last signal
        takes_time: whether code in the kernel listens to it, or it loads modules
        """
        if not 0 < self._round <= ROUNDS:
            return None
        waited = now - self._since
        if not seen:
            if self._interrupted_at is None:
                if waited < (LISTENER_SEES_SECONDS if takes_time else ROUND_SECONDS):
                    return None
                self._since = now
            elif waited >= INTERRUPTED_SECONDS:
                return self._give_up()
            elif now < self._interrupted_at + AGAIN_SECONDS:
                return None
            self._interrupted_at = now
            return "interrupt"
        if waited < (LISTENER_ENDS_SECONDS if takes_time else ROUND_SECONDS):
            return None
        return self._begin_round(self._round + 1, now) if self._round < ROUNDS else self._give_up()

    def ended(self):
        """Records that the cell has ended."""
        self._round = 0

    def _give_up(self):
        self._round = ROUNDS + 1
        return "give up"

    def _begin_round(self, number, now):
        self._round, self._since, self._interrupted_at = number, now, None
        return "signal"
