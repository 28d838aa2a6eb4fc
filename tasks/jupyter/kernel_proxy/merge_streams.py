"""Merges text that a cell prints line by line into fewer messages, as other kernels do: a client cannot
handle thousands a second."""


def is_same_stream(a, b):
    return a.type == b.type == "stream" and a.parent_id == b.parent_id and a.content["name"] == b.content["name"]


def merge_streams(messages):
    """Returns the messages, with consecutive prints merged into one."""
    group = []
    for message in messages:
        if group and not is_same_stream(group[0], message):
            yield joined(group)
            group = []
        group.append(message)
    if group:
        yield joined(group)


def joined(group):
    if len(group) == 1:
        return group[0]
    return group[0].with_content(text="".join(message.content["text"] for message in group))
