"""Tests of what becomes of printed lines. Run by kernel_proxy_test.ts."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tasks/jupyter/kernel_proxy"))

from merge_streams import merge_streams  # noqa: E402
from message import Message  # noqa: E402


def message(kind, parent="a", **content):
    return Message([], {"msg_type": kind}, {"msg_id": parent}, {}, content, wire=[b"as it was received"])


def stream(text, name="stdout", parent="a"):
    return message("stream", parent, name=name, text=text)


class MergeStreamsTest(unittest.TestCase):
    def test_lines_that_follow_each_other_become_one_message(self):
        (merged,) = merge_streams([stream("1\n"), stream("2\n"), stream("3\n")])
        self.assertEqual(merged.content, {"name": "stdout", "text": "1\n2\n3\n"})
        self.assertIsNone(merged.wire)

    def test_the_order_is_kept_and_what_is_alone_stays_as_it_was(self):
        shown = message("display_data")
        before = [stream("1"), shown, stream("2"), stream("3", "stderr"), stream("4", parent="b")]
        self.assertEqual(list(merge_streams(before)), before)
        self.assertEqual(list(merge_streams([])), [])


if __name__ == "__main__":
    unittest.main()
