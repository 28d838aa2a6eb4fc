"""A message of Jupyter's protocol: https://jupyter-client.readthedocs.io/en/stable/messaging.html"""

import dataclasses
import datetime
import hashlib
import hmac
import json
import uuid

DELIMITER = b"<IDS|MSG>"


@dataclasses.dataclass
class Message:
    identities: list
    header: dict
    parent: dict
    metadata: dict
    content: dict
    buffers: list = dataclasses.field(default_factory=list)
    # Signature, header, parent, metadata and content as they were received, for as long as they are unchanged.
    wire: list = None

    @property
    def id(self):
        return self.header.get("msg_id")

    @property
    def type(self):
        return self.header.get("msg_type")

    @property
    def parent_id(self):
        return self.parent.get("msg_id")

    @property
    def is_idle(self):
        return self.type == "status" and self.content.get("execution_state") == "idle"

    def with_content(self, **changes):
        """Returns the same message with parts of its content replaced."""
        return dataclasses.replace(self, content={**self.content, **changes}, wire=None) if changes else self

    def answer(self, kind, content, identities=()):
        """Makes a message of this type that answers this request."""
        header = {
            **self.header,
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "date": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        }
        return Message(list(identities), header, self.header, {}, content)


def request(kind, content, session):
    """Makes a request that no client sent."""
    header = {
        "msg_id": uuid.uuid4().hex,
        "session": session,
        "username": "proxy",
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "msg_type": kind,
        "version": "5.3",
    }
    return Message([], header, {}, {}, content)


def parse(frames):
    """Parses a message from the frames that a socket received."""
    start = frames.index(DELIMITER)
    header, parent, metadata, content = (json.loads(frame or b"{}") for frame in frames[start + 2 : start + 6])
    wire, buffers = frames[start + 1 : start + 6], frames[start + 6 :]
    return Message(frames[:start], header, parent, metadata, content, buffers, wire)


def frames(message, key):
    """Returns the frames of a message, signed with the connection's key."""
    if message.wire:
        return [*message.identities, DELIMITER, *message.wire, *message.buffers]
    parts = [json.dumps(part).encode() for part in (message.header, message.parent, message.metadata, message.content)]
    signature = b""
    if key:
        signature = hmac.new(key.encode(), b"".join(parts), hashlib.sha256).hexdigest().encode()
    return [*message.identities, DELIMITER, signature, *parts, *message.buffers]
