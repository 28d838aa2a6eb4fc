"""Tests of what a press of the Stop button leads to. Run by kernel_proxy_test.ts."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tasks/jupyter/kernel_proxy"))

from stop import INTERRUPTED_SECONDS, LISTENER_ENDS_SECONDS, LISTENER_SEES_SECONDS, ROUND_SECONDS, ROUNDS, Stop  # noqa: E402


def steps(seen, listening=False, seconds=120):
    """What is done, and after how many seconds, where the cell never ends."""
    stop, done = Stop(), []
    sent = 0
    done.append((0, stop.press(0)))
    for now in range(seconds):
        step = stop.tick(now, seen(now - sent), listening)
        if step:
            done.append((now, step))
        if step == "signal":
            sent = now
    return done


class StopTest(unittest.TestCase):
    def test_a_cell_that_awaits_is_never_interrupted_and_given_up_within_seconds(self):
        done = steps(lambda waited: waited >= 0)
        self.assertEqual([step for _, step in done], ["signal"] * ROUNDS + ["give up"])
        self.assertEqual(done[-1][0], ROUNDS * ROUND_SECONDS)

    def test_a_cell_that_computes_is_interrupted(self):
        self.assertEqual(steps(lambda _: False)[:2], [(0, "signal"), (ROUND_SECONDS, "interrupt")])

    def test_an_interrupt_that_the_kernel_lost_is_repeated(self):
        self.assertEqual([step for _, step in steps(lambda _: False)][1:4], ["interrupt"] * 3)
        self.assertEqual(steps(lambda waited: waited >= ROUND_SECONDS + 3)[1:4], [
            (ROUND_SECONDS, "interrupt"),
            (ROUND_SECONDS + 2, "interrupt"),
            (ROUND_SECONDS + 3, "signal"),
        ])

    def test_a_call_that_nothing_ends_is_given_up_within_seconds(self):
        self.assertEqual(steps(lambda _: False)[-1], (ROUND_SECONDS + INTERRUPTED_SECONDS, "give up"))

    def test_who_listens_is_given_more_time(self):
        self.assertEqual(steps(lambda _: False, True)[1], (LISTENER_SEES_SECONDS, "interrupt"))
        self.assertEqual(steps(lambda _: True, True)[1], (LISTENER_ENDS_SECONDS, "signal"))

    def test_a_second_press_changes_nothing_until_the_cell_has_ended(self):
        stop = Stop()
        self.assertEqual([stop.press(0), stop.press(1)], ["signal", None])
        stop.ended()
        self.assertEqual(stop.press(2), "signal")


if __name__ == "__main__":
    unittest.main()
