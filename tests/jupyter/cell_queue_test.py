"""Tests of the proxy's bookkeeping with a simulated kernel and clock. Run by kernel_proxy_test.ts."""

import base64
import heapq
import pathlib
import random
import struct
import sys
import unittest
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tasks/jupyter/kernel_proxy"))

from cell_queue import DRAIN_SECONDS, FENCE_SECONDS, HOLD_SECONDS, LOST_SECONDS, PROBE_SECONDS, CellQueue  # noqa: E402
from message import Message, frames, parse, request  # noqa: E402
from png_size import css_size, with_size  # noqa: E402


def execute(code, **content):
    message = request("execute_request", {"code": code, "silent": False, "stop_on_error": True, **content}, "client")
    message.identities = [b"client"]
    return message


class Simulation:
    """A queue, a kernel that does what `behave` says, and what the client is sent.

    While `stall` (from, to) the kernel does not run: what it would send then, it sends when it runs again.
    """

    def __init__(self, behave, cells=None, stall=(0, 0)):
        self.queue = CellQueue("proxy", cells=cells is not None)
        self.behave, self.cells, self.stall = behave, cells, stall
        self.events, self.now, self.serial = [], 0.0, 0
        self.client, self.kernel = [], []

    def at(self, time, take, message):
        self.serial += 1
        heapq.heappush(self.events, (time, self.serial, take, message))

    def ask(self, message):
        self.at(self.now, self.queue.from_client, message)

    def kernel_sends(self, delay, to, message):
        time = self.now + delay
        take = self.queue.from_iopub if to == "iopub" else self.queue.from_kernel
        self.at(self.stall[1] if self.stall[0] < time < self.stall[1] else time, take, message)

    def deliver(self, sends):
        for send in sends:
            if send.to == "kernel":
                self.kernel.append(send.what)
                if send.what.type == "kernel_info_request" or send.what.content.get("silent"):
                    kind = send.what.type.replace("request", "reply")
                    self.kernel_sends(0, "shell", send.what.answer(kind, {"status": "ok"}))
                    self.kernel_sends(0, "iopub", send.what.answer("status", {"execution_state": "idle"}))
                    continue
                for delay, to, kind, content in self.behave(send.what):
                    self.kernel_sends(delay, to, send.what.answer(kind, content))
            elif send.to == "cells":
                self.at(self.now, self.queue.from_cells, {**self.cells(send.what), "id": send.what["id"]})
            else:
                self.client.append((self.now, send.to, send.what))

    def run(self, until=10_000):
        last, steps = self.now, 0
        while self.now < until:
            last, steps = (self.now, 0) if self.now > last else (last, steps + 1)
            if steps > 1_000:
                raise AssertionError(f"The queue asks to be called again at once, for ever, at {self.now} s")
            deadline = self.queue.deadline()
            if self.events and (deadline is None or self.events[0][0] <= deadline):
                time, _, take, message = heapq.heappop(self.events)
                self.now = max(self.now, time)
                self.deliver(take(message, self.now))
            elif deadline is not None:
                self.now = max(self.now, deadline)
                self.deliver(self.queue.tick(self.now))
            else:
                return

    def of(self, message):
        """What the client was sent about a request: types, with texts and statuses."""
        told = []
        for _, _, answer in self.client:
            if answer.parent_id != message.id:
                continue
            content = answer.content
            told.append(content.get("text") or content.get("execution_state") or content.get("status") or answer.type)
        return told


OK = (0, "shell", "execute_reply", {"status": "ok"})
IDLE = (0, "iopub", "status", {"execution_state": "idle"})
FAILED = (0, "shell", "execute_reply", {"status": "error", "ename": "Error", "evalue": "bad", "traceback": []})
ERROR = (0, "iopub", "error", {"ename": "Error", "evalue": "bad", "traceback": ["Error: bad"]})


def later(seconds, answer):
    return (seconds, *answer[1:])


class CellQueueTest(unittest.TestCase):
    def test_a_reply_that_comes_after_idle_is_waited_for_however_late(self):
        for delay in (0, 0.005, 0.03, 1, 9):
            simulation = Simulation(lambda _: [IDLE, later(delay, OK)])
            requests = [execute(str(i)) for i in range(5)]
            for each in requests:
                simulation.ask(each)
            simulation.run()
            self.assertEqual([simulation.of(each) for each in requests], [["ok", "idle"]] * 5)

    def test_any_order_and_delay_loses_no_cell_and_no_output(self):
        draw = random.Random(1)

        def behave(message):
            texts = [f"{message.content['code']} {i}" for i in range(3)]
            late = draw.uniform(0, HOLD_SECONDS * 0.9)
            done = draw.choice([0, 0.02, 2])
            yield done, "iopub", "stream", {"text": texts[0]}
            yield done, "iopub", "stream", {"text": texts[1]}
            yield later(done, IDLE)
            yield later(done + draw.choice([0, 0.001, 0.03, 3]) - draw.choice([0, done / 2]), OK)
            yield done + late, "iopub", "stream", {"text": texts[2]}

        for _ in range(300):
            simulation = Simulation(behave)
            requests = [execute(f"cell {i}") for i in range(10)]
            for each in requests:
                simulation.ask(each)
            simulation.run()
            for i, each in enumerate(requests):
                told = simulation.of(each)
                self.assertEqual(told[-1], "idle")
                self.assertEqual(sorted(told[:-1]), sorted([*(f"cell {i} {k}" for k in range(3)), "ok"]))
                self.assertLess(max(told.index(f"cell {i} {k}") for k in range(3)), told.index("ok"))

    def test_a_kernel_that_does_not_run_for_a_while_loses_no_output(self):
        late = [(0.003, "iopub", "stream", {"text": "late"}), (0.004, "iopub", "stream", {"text": "later"})]
        for begin in (0.001, 0.0035, HOLD_SECONDS * 0.9):
            for end in (HOLD_SECONDS * 2, 0.5):
                simulation = Simulation(lambda _: [OK, IDLE, *late], stall=(begin, end))
                requests = [execute(str(i)) for i in range(2)]
                for each in requests:
                    simulation.ask(each)
                simulation.run()
                self.assertEqual([simulation.of(each) for each in requests], [["late", "later", "ok", "idle"]] * 2)

    def test_a_kernel_that_does_not_answer_is_not_waited_for_for_ever(self):
        simulation = Simulation(lambda _: [OK, IDLE], stall=(0.001, 1_000))
        cell = execute("1")
        simulation.ask(cell)
        simulation.run(until=FENCE_SECONDS + HOLD_SECONDS)
        self.assertEqual(simulation.of(cell), ["ok", "idle"])
        self.assertLess(simulation.client[-1][0], FENCE_SECONDS + 2 * HOLD_SECONDS)

    def test_what_is_printed_faster_than_it_can_be_sent_belongs_to_its_cell(self):
        def behave(message):
            lines = 100 if message.content["code"] == "prints" else 1
            yield OK
            yield IDLE
            for i in range(lines):
                yield i * 0.05, "iopub", "stream", {"text": f"{message.content['code']} {i}"}

        simulation = Simulation(behave)
        printing, after = execute("prints"), execute("after")
        simulation.ask(printing)
        simulation.ask(after)
        simulation.run()
        self.assertEqual(simulation.of(printing), [*(f"prints {i}" for i in range(100)), "ok", "idle"])
        self.assertEqual(simulation.of(after), ["after 0", "ok", "idle"])
        began = [time for time, _, message in simulation.client if message.parent_id == after.id][0]
        self.assertLess(began, 6)

    def test_a_cell_that_prints_without_end_and_a_kernel_without_an_answer_are_not_waited_for_for_ever(self):
        def behave(message):
            yield OK
            yield IDLE
            for i in range(2000):
                yield i * 0.05, "iopub", "stream", {"text": "again"}

        class Silent(Simulation):
            def kernel_sends(self, delay, to, message):
                if message.type == "stream" or message.parent_id == self.kernel[0].id:
                    super().kernel_sends(delay, to, message)

        simulation = Silent(behave)
        cell = execute("prints")
        simulation.ask(cell)
        simulation.run(until=DRAIN_SECONDS + FENCE_SECONDS + 1)
        self.assertEqual([each for each in simulation.of(cell) if each != "again"], ["ok", "idle"])
        ended = [time for time, _, message in simulation.client if message.content.get("execution_state") == "idle"]
        self.assertAlmostEqual(ended[0], DRAIN_SECONDS + FENCE_SECONDS, delta=0.01)

    def test_an_error_after_the_end_whose_explanation_takes_long_keeps_nobody_busy(self):
        late = (0.001, "iopub", "error", {"ename": "E", "evalue": "late", "traceback": []})
        simulation = Simulation(lambda _: [FAILED, IDLE, late], lambda question: {})
        deliver = simulation.deliver

        def without_explanation(sends):
            deliver([each for each in sends if each.to != "cells" or each.what["ask"] != "explain"])

        simulation.deliver = without_explanation
        cell = execute("fails late")
        simulation.ask(cell)
        simulation.run()
        self.assertEqual(simulation.of(cell), ["error", "error", "idle"])

    def test_requests_wait_until_the_kernel_replies_and_its_outputs_arrive(self):
        simulation = Simulation(lambda _: [OK, IDLE])
        queue, cell = simulation.queue, execute("1")
        self.assertEqual([each.to for each in queue.start("first", 0)], ["kernel"])
        self.assertEqual(queue.from_client(cell, 0.1), [])
        # Not there yet: asked again. It replies, but nobody hears its outputs: connected again.
        (probe,) = queue.tick(PROBE_SECONDS)
        self.assertEqual(queue.from_kernel(probe.what.answer("kernel_info_reply", {"status": "ok"}), 0.6), [])
        connected, probe = queue.tick(2 * PROBE_SECONDS)
        self.assertEqual(connected.to, "subscribe")
        idle = probe.what.answer("status", {"execution_state": "idle"})
        sent = [each.what.content["code"] for each in queue.from_iopub(idle, 1.1)]
        self.assertEqual(sent, ["first", "1"])

    def test_the_kernel_has_one_cell_at_a_time(self):
        simulation = Simulation(lambda _: [IDLE, later(1, OK)])
        for i in range(3):
            simulation.ask(execute(str(i)))
        simulation.run(until=0.5)
        self.assertEqual([each.content["code"] for each in simulation.kernel if each.type == "execute_request"], ["0"])

    def test_a_lost_idle_and_a_lost_reply_are_made_after_a_while(self):
        for answers in ([OK], [IDLE]):
            simulation = Simulation(lambda _: answers)
            first, second = execute("0"), execute("1")
            simulation.ask(first)
            simulation.ask(second)
            simulation.run()
            self.assertEqual([simulation.of(first), simulation.of(second)], [["ok", "idle"]] * 2)
            self.assertGreaterEqual(simulation.now, 2 * LOST_SECONDS)
            self.assertLess(simulation.now, 2 * LOST_SECONDS + 1)

    def test_cells_that_wait_behind_one_that_failed_do_not_run(self):
        simulation = Simulation(lambda message: [ERROR, FAILED, IDLE] if message.content["code"] == "bad" else [OK, IDLE])
        requests = [execute("good"), execute("bad"), execute("next"), execute("last")]
        for each in requests:
            simulation.ask(each)
        simulation.run()
        expected = [["ok", "idle"], ["error", "error", "idle"], ["aborted", "idle"], ["aborted", "idle"]]
        self.assertEqual([simulation.of(each) for each in requests], expected)
        # One that is asked for afterwards runs.
        after = execute("good")
        simulation.ask(after)
        simulation.run()
        self.assertEqual(simulation.of(after), ["ok", "idle"])

    def test_a_client_that_asks_for_it_goes_on_after_an_error(self):
        simulation = Simulation(lambda message: [ERROR, FAILED, IDLE] if message.content["code"] == "bad" else [OK, IDLE])
        bad, good = execute("bad", stop_on_error=False), execute("good")
        simulation.ask(bad)
        simulation.ask(good)
        simulation.run()
        self.assertEqual(simulation.of(good), ["ok", "idle"])

    def test_an_error_that_the_kernel_only_replies_is_shown(self):
        simulation = Simulation(lambda _: [FAILED, IDLE])
        cell = execute("const x = ;")
        simulation.ask(cell)
        simulation.run()
        self.assertEqual(simulation.of(cell), ["error", "error", "idle"])
        self.assertEqual([each.type for _, _, each in simulation.client], ["error", "execute_reply", "status"])

    def test_the_cell_server_changes_code_and_errors_and_the_client_sees_its_own_code(self):
        def cells(question):
            if question["ask"] == "prepare":
                return {"code": question["code"].upper(), "before": "const x = 0;"}
            return {"error": {"ename": "E", "evalue": "explained", "traceback": []}}

        def behave(message):
            yield 0, "iopub", "execute_input", {"code": message.content["code"], "execution_count": 1}
            yield from [ERROR, (0, "iopub", "stream", {"text": "after"}), FAILED, IDLE]

        simulation = Simulation(behave, cells)
        cell = execute("abc")
        simulation.ask(cell)
        simulation.run()
        codes = [each.content.get("code") for each in simulation.kernel if each.type == "execute_request"]
        self.assertEqual(codes, ["const x = 0;", "ABC"])
        shown = [(each.type, each.content.get("evalue")) for _, _, each in simulation.client]
        self.assertEqual(
            shown,
            [("execute_input", None), ("error", "explained"), ("stream", None), ("execute_reply", "explained"), ("status", None)],
        )
        self.assertEqual(simulation.client[0][2].content["code"], "abc")

    def test_a_name_is_described_while_a_cell_runs(self):
        answers = {"prepare": {}, "inspect": {"data": {"text/plain": "function f()"}}}
        simulation = Simulation(lambda _: [], lambda question: answers[question["ask"]])
        inspection = request("inspect_request", {"code": "f", "cursor_pos": 1}, "client")
        simulation.ask(execute("for ever"))
        simulation.ask(inspection)
        simulation.run()
        (_, _, reply), _ = simulation.client
        self.assertEqual(reply.content["data"], {"text/plain": "function f()"})
        self.assertEqual(simulation.of(inspection), ["ok", "idle"])

    def test_a_cell_server_that_refuses_a_cell_spares_the_kernel_it(self):
        error = {"ename": "ImportError", "evalue": "no such name", "traceback": []}
        simulation = Simulation(lambda _: [OK, IDLE], lambda _: {"error": error})
        first, second = execute("import"), execute("next")
        simulation.ask(first)
        simulation.ask(second)
        simulation.run()
        self.assertEqual(simulation.of(first), ["busy", "error", "error", "idle"])
        self.assertEqual(simulation.of(second), ["aborted", "idle"])
        self.assertEqual(simulation.kernel, [])

    def test_a_cell_that_ignores_a_stop_is_named_and_cells_behind_it_are_refused(self):
        simulation = Simulation(lambda message: [] if message.content["code"] == "for ever" else [OK, IDLE])
        first, second, third = execute("for ever"), execute("1"), execute("2")
        simulation.ask(first)
        simulation.ask(second)
        simulation.run()
        simulation.deliver(simulation.queue.give_up("cannot be stopped", simulation.now))
        simulation.ask(third)
        simulation.run()
        self.assertEqual(simulation.of(first), ["cannot be stopped\n"])
        self.assertEqual([simulation.of(second), simulation.of(third)], [["error", "error", "idle"]] * 2)
        # It ends after all: the next cell runs.
        ended = [simulation.kernel[0].answer("status", {"execution_state": "idle"})]
        simulation.at(simulation.now, simulation.queue.from_iopub, ended[0])
        simulation.at(simulation.now, simulation.queue.from_kernel, simulation.kernel[0].answer("execute_reply", {"status": "ok"}))
        fourth = execute("3")
        simulation.run()
        simulation.ask(fourth)
        simulation.run()
        self.assertEqual(simulation.of(fourth), ["ok", "idle"])


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*chunks):
    header = struct.pack(">IIBBBBB", 1280, 720, 8, 6, 0, 0, 0)
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks)).decode()


class PngSizeTest(unittest.TestCase):
    def test_a_png_is_shown_at_the_size_that_its_density_says(self):
        density = chunk(b"pHYs", struct.pack(">IIB", 7559, 7559, 1))
        self.assertEqual(css_size(png(density)), {"width": 640, "height": 360})
        self.assertIsNone(css_size(png()))
        self.assertIsNone(css_size(png(chunk(b"pHYs", struct.pack(">IIB", 1, 1, 0)))))
        self.assertIsNone(css_size("AAAA"))

    def test_only_outputs_with_such_a_png_get_its_size(self):
        density = chunk(b"pHYs", struct.pack(">IIB", 7559, 7559, 1))
        output = Message([], {}, {}, {}, {"data": {"image/png": png(density)}, "metadata": {}})
        self.assertEqual(with_size(output).content["metadata"], {"image/png": {"width": 640, "height": 360}})
        for data in ({"image/png": png()}, {"image/png": "?"}, {"text/plain": "1"}):
            output = Message([], {}, {}, {}, {"data": data, "metadata": {}})
            self.assertEqual(with_size(output).content["metadata"], {})


class MessageTest(unittest.TestCase):
    def test_what_is_unchanged_travels_as_it_came_and_what_changes_is_signed(self):
        message = Message([b"topic"], {"msg_id": "1", "msg_type": "stream"}, {}, {}, {"text": "ä"}, [b"\x00\x01"])
        wire = frames(message, "key")
        self.assertEqual(frames(parse(wire), "another key"), wire)
        changed = frames(parse(wire).with_content(text="b"), "key")
        self.assertNotEqual(changed[2], wire[2])
        self.assertEqual(parse(changed).content, {"text": "b"})
        self.assertEqual(parse(changed).buffers, [b"\x00\x01"])


if __name__ == "__main__":
    unittest.main()
