"""Passes the kernel one cell at a time, and decides when a cell has ended. It has no sockets and no clock, so that it can be
tested alone.

Deno's kernel sends a cell's reply and its `idle` status on two sockets, in any order, and may send the cell's last output
after both; clients drop that output. So a cell has ended when its reply and its `idle` have arrived, a moment has passed (the
hold, which printed text extends), and the kernel has then answered one more request (the fence). Only then does the client
get the reply and `idle`. The fence is sent last: a kernel that was paused by the system sends the output that is due before it
answers.
"""

import dataclasses

from message import Message, request
from png_size import with_size

# The proxy waits at least this long for late output, and after that at most FENCE_SECONDS for the answer to the fence.
HOLD_SECONDS = 0.010
FENCE_SECONDS = 5
# If a cell prints faster than the output can be sent, output arrives after its reply and its idle status. The cell has ended
# if no output arrived for this long, or after this long in total. Deno would assign the rest to the next cell.
QUIET_SECONDS = 0.1
DRAIN_SECONDS = 20
# A reply or an idle status that is missing this long after its counterpart is lost, and the proxy makes one.
LOST_SECONDS = 10
# Time limit of the cell server for preparing a cell or explaining an error. After it the cell runs, or the error is shown,
# unchanged.
ANSWER_SECONDS = 15

# Interval of the requests that test whether the kernel answers.
PROBE_SECONDS = 0.5

BUSY_FOR_EVER = "An earlier cell is still running and cannot be stopped: restart the kernel (Kernel → Restart)."


@dataclasses.dataclass
class Send:
    """A message to send, and its destination: `kernel` and `client` are shell sockets, `iopub` is the clients',
    `cells` the cell server.

    `subscribe` requests another connection to the kernel's iopub socket, `importing` reports whether a cell that loads modules
    begins or has ended.
    """

    to: str
    what: object = None


@dataclasses.dataclass
class Cell:
    request: Message
    # The code for the kernel, if the cell server changed it.
    prepared: str = None
    # Whether it loads modules, and reports when they are loaded.
    imports: bool = False
    # Deadline of the cell server's answer, which prepares the cell or explains its error.
    answer_by: float = None
    # A silent request that runs before the cell.
    preparation: str = None
    reply: Message = None
    replied: float = None
    idle: Message = None
    idled: float = None
    # Time at which the proxy started to wait for late output, and until when it waits.
    held: float = None
    hold_until: float = None
    # The request that follows, the deadline of its answer, and whether the answer has come or is no longer waited for.
    fence: str = None
    fence_by: float = None
    fenced: bool = False
    # The error that the cell server explains, and the messages after it.
    failure: Message = None
    after_failure: list = dataclasses.field(default_factory=list)
    # The error in the reply.
    explained: dict = dataclasses.field(default_factory=dict)
    failed: bool = False
    stopping: bool = False


class CellQueue:
    def __init__(self, session, cells=True):
        """`cells`: whether there is a cell server that prepares cells and explains errors."""
        self.session = session
        self.cells = cells
        self.waiting = []
        self.running = None
        # Whether the running cell ignored a stop. Cells that arrive meanwhile are refused.
        self.stuck = False
        # Until the kernel answers: its first code, and the request that tests whether it answers.
        self._first_code, self._probe, self._probe_by, self._replied = "", None, None, False
        self._clients = {}  # id of a request -> identities of the client that sent it
        self._internal = set()  # ids of the proxy's requests
        self._inspected = {}  # requests that only the cell server answers
        self._count = 0  # number of the last cell
        self._asked = 0
        self._sends = []

    # Incoming messages. Each method returns the messages to send.

    def start(self, code, now):
        """Waits for the kernel, then runs code in it without the knowledge of any client.

        Deno's kernel sometimes misses a subscription to its iopub socket while it starts: it then replies, but no output
        and no status arrives. So requests wait until both have.
        """
        self._first_code = code
        self._ask_kernel(now)
        return self._taken(now)

    def from_client(self, message, now):
        self._clients[message.id] = message.identities
        if self.cells and message.type == "inspect_request":
            self._inspected[message.id] = message
            self._send("cells", {"ask": "inspect", "id": message.id, **message.content})
        elif self.stuck and message.type == "execute_request":
            self._refuse(message)
        else:
            self.waiting.append(message)
        return self._taken(now)

    def from_kernel(self, message, now):
        """Handles a message from the kernel's shell socket."""
        cell = self.running
        if self._probe is not None and message.parent_id in self._internal:
            self._replied = True
        elif message.parent_id in self._internal:
            if cell and message.parent_id == cell.preparation:
                cell.preparation = None
                self._execute(cell)
        elif cell and message.type == "execute_reply" and message.parent_id == cell.request.id:
            if cell.reply is None:
                cell.reply, cell.replied = message, now
        elif message.parent_id in self._clients:
            self._to_client(message)
        return self._taken(now)

    def from_iopub(self, message, now):
        message = with_size(message)
        cell = self.running
        if self._probe is not None and message.parent_id in self._internal:
            if message.is_idle:
                self._probe, self._probe_by = None, None
                self._silent(self._first_code)
        elif message.parent_id in self._internal:
            if cell and message.parent_id == cell.fence and message.is_idle:
                cell.fenced = True
        elif cell and message.parent_id == cell.request.id:
            self._of_cell(cell, message, now)
        else:
            self._send("iopub", message)
        return self._taken(now)

    def from_cells(self, answer, now):
        """Handles an answer of the cell server. For cells only the answer to the last question counts; others are too late."""
        cell = self.running
        if answer.get("id") in self._inspected:
            inspected = self._inspected.pop(answer["id"])
            found = {"found": "data" in answer, "data": answer.get("data", {}), "metadata": {}}
            self._to_client(inspected.answer("inspect_reply", {"status": "ok", **found}))
            # JupyterLab waits for this status.
            self._send("iopub", inspected.answer("status", {"execution_state": "idle"}))
        elif cell and cell.answer_by is not None and answer.get("id") == self._asked:
            cell.answer_by = None
            if cell.failure is not None:
                self._failed(cell, answer)
            elif answer.get("error"):
                self._refuse_code(cell, answer["error"], now)
            else:
                self._prepared(cell, answer)
        return self._taken(now)

    def tick(self, now):
        cell = self.running
        if self._probe is not None and now >= self._probe_by:
            if self._replied:
                self._send("subscribe")
            self._ask_kernel(now)
        if cell and cell.answer_by is not None and now >= cell.answer_by:
            cell.answer_by = None
            if cell.failure is not None:
                self._failed(cell, {})
            else:
                self._prepared(cell, {})
        return self._taken(now)

    def stop(self):
        """Records that a stop was requested, which may be the reason of an error of the running cell."""
        if self.running:
            self.running.stopping = True

    def give_up(self, text, now):
        """Handles a running cell that ignores a stop: reports it in the cell's output, and refuses waiting cells."""
        self.stuck = True
        self._send("iopub", self.running.request.answer("stream", {"name": "stderr", "text": text + "\n"}))
        refused = [message for message in self.waiting if message.type == "execute_request"]
        self.waiting = [message for message in self.waiting if message.type != "execute_request"]
        for message in refused:
            self._refuse(message)
        return self._taken(now)

    def deadline(self):
        """Returns the latest time for the next call of `tick`."""
        cell = self.running
        if not cell:
            return self._probe_by
        # While an error is explained, nothing else is waited for.
        waits = cell.failure is None and not cell.fenced
        times = [cell.answer_by, (cell.fence_by or cell.hold_until) if waits else None]
        if cell.replied is not None and cell.idle is None:
            times.append(cell.replied + LOST_SECONDS)
        if cell.idled is not None and cell.reply is None:
            times.append(cell.idled + LOST_SECONDS)
        return min((time for time in times if time is not None), default=None)

    # The steps of a cell.

    def _begin(self, message, now):
        cell = self.running = Cell(message)
        if self.cells and not message.content.get("silent") and message.content.get("code", "").strip():
            self._ask(cell, {"ask": "prepare", "code": message.content["code"], "count": self._count + 1}, now)
        else:
            self._execute(cell)

    def _prepared(self, cell, answer):
        cell.prepared, cell.imports = answer.get("code"), answer.get("imports", False)
        if answer.get("before"):
            cell.preparation = self._silent(answer["before"])
        else:
            self._execute(cell)

    def _execute(self, cell):
        changes = {} if cell.prepared is None else {"code": cell.prepared}
        if cell.imports:
            self._send("importing", True)
        self._send("kernel", dataclasses.replace(cell.request.with_content(**changes), identities=[]))

    def _of_cell(self, cell, message, now):
        """Handles an output or a status of the running cell."""
        if message.is_idle:
            if cell.idle is None:
                cell.idle, cell.idled = message, now
        elif cell.failure is not None:
            cell.after_failure.append(message)
        elif message.type == "error":
            cell.failure, cell.failed = message, True
            self._explain(cell, message.content, now)
        elif message.type == "execute_input":
            self._count = message.content.get("execution_count") or self._count
            changes = {} if cell.prepared is None else {"code": cell.request.content["code"]}
            self._send("iopub", message.with_content(**changes))
        else:
            if message.type == "stream" and cell.held is not None and now < cell.held + DRAIN_SECONDS:
                cell.hold_until = min(now + QUIET_SECONDS, cell.held + DRAIN_SECONDS)
                cell.fence, cell.fence_by, cell.fenced = None, None, False
            self._send("iopub", message)

    def _explain(self, cell, content, now):
        if not self.cells:
            return self._failed(cell, {})
        self._ask(cell, {"ask": "explain", "error": content, "stopping": cell.stopping}, now)

    def _failed(self, cell, answer):
        """Shows the error as explained by the cell server, and the messages after it."""
        failure = cell.failure.with_content(**answer.get("error", {}))
        if "sentence" in answer:
            failure = cell.request.answer("stream", {"name": "stdout", "text": answer["sentence"] + "\n"})
        self._send("iopub", failure)
        for message in cell.after_failure:
            self._send("iopub", message)
        cell.explained = answer.get("error", {})
        cell.failure, cell.after_failure = None, []

    def _refuse_code(self, cell, error, now):
        """Sends the error of a cell that cannot run, with all messages that a kernel would send."""
        cell.failed = True
        self._send("iopub", cell.request.answer("status", {"execution_state": "busy"}))
        self._send("iopub", cell.request.answer("error", error))
        cell.reply = cell.request.answer("execute_reply", {"status": "error", "execution_count": None, **error})
        cell.idle = cell.request.answer("status", {"execution_state": "idle"})
        cell.replied = cell.idled = now
        cell.held, cell.hold_until, cell.fenced = now, now, True

    def _advance(self, now):
        """Ends the running cell if no more messages are expected, and starts the next request."""
        while True:
            cell = self.running
            if cell is None:
                if not self.waiting or self._probe is not None:
                    return
                message = self.waiting.pop(0)
                if message.type == "execute_request":
                    self._begin(message, now)
                else:
                    self._send("kernel", dataclasses.replace(message, identities=[]))
                continue
            if not self._has_ended(cell, now):
                return
            self._end(cell)

    def _has_ended(self, cell, now):
        if cell.reply is None and cell.idled is not None and now >= cell.idled + LOST_SECONDS:
            cell.reply = cell.request.answer("execute_reply", self._lost_reply(cell))
        if cell.idle is None and cell.replied is not None and now >= cell.replied + LOST_SECONDS:
            cell.idle = cell.request.answer("status", {"execution_state": "idle"})
        if cell.reply is None or cell.idle is None or cell.failure is not None:
            return False
        if cell.held is None:
            cell.held, cell.hold_until = now, now + HOLD_SECONDS
        if now < cell.hold_until:
            return False
        if not cell.fenced and cell.fence is None:
            cell.fence, cell.fence_by = self._ask_for_information(), now + FENCE_SECONDS
        cell.fenced = cell.fenced or now >= cell.fence_by
        if not cell.fenced:
            return False
        if cell.reply.content.get("status") == "error" and not cell.failed:
            # For a cell that it cannot parse, Deno only reports a failure.
            content = {key: cell.reply.content.get(key) or "" for key in ("ename", "evalue")}
            content["traceback"] = cell.reply.content.get("traceback") or []
            cell.failed = True
            cell.failure = cell.request.answer("error", content)
            self._explain(cell, content, now)
            return cell.failure is None
        return True

    def _end(self, cell):
        reply = cell.reply.with_content(**cell.explained)
        self._to_client(reply)
        self._send("iopub", cell.idle)
        self.running, self.stuck = None, False
        if cell.imports:
            self._send("importing", False)
        if cell.stopping:
            self._silent("__cell.reset();")
        if reply.content.get("status") == "error" and cell.request.content.get("stop_on_error", True):
            self._abort_waiting()

    def _abort_waiting(self):
        """Aborts the cells queued behind a cell that failed, as other kernels do."""
        aborted = [message for message in self.waiting if message.type == "execute_request"]
        self.waiting = [message for message in self.waiting if message.type != "execute_request"]
        for message in aborted:
            self._to_client(message.answer("execute_reply", {"status": "aborted"}))
            self._send("iopub", message.answer("status", {"execution_state": "idle"}))

    def _refuse(self, message):
        """Answers a cell that cannot run because an earlier one never ends."""
        error = {"ename": "Busy", "evalue": BUSY_FOR_EVER, "traceback": [BUSY_FOR_EVER]}
        self._send("iopub", message.answer("error", error))
        self._to_client(message.answer("execute_reply", {"status": "error", "execution_count": None, **error}))
        self._send("iopub", message.answer("status", {"execution_state": "idle"}))

    def _lost_reply(self, cell):
        if cell.failed:
            return {"status": "error", "ename": "Error", "evalue": "", "traceback": []}
        return {"status": "ok", "execution_count": None, "payload": [], "user_expressions": {}}

    # Outgoing messages.

    def _send(self, to, what=None):
        self._sends.append(Send(to, what))

    def _to_client(self, message):
        identities = self._clients.pop(message.parent_id, [])
        self._send("client", dataclasses.replace(message, identities=identities))

    def _ask_kernel(self, now):
        self._probe, self._probe_by, self._replied = self._ask_for_information(), now + PROBE_SECONDS, False

    def _ask_for_information(self):
        """Sends a request that the kernel answers at once, and returns its id."""
        message = request("kernel_info_request", {}, self.session)
        self._internal.add(message.id)
        self._send("kernel", message)
        return message.id

    def _silent(self, code):
        content = {"code": code, "silent": True, "store_history": False, "allow_stdin": False, "stop_on_error": False}
        message = request("execute_request", content, self.session)
        self._internal.add(message.id)
        self._send("kernel", message)
        return message.id

    def _ask(self, cell, question, now):
        self._asked += 1
        cell.answer_by = now + ANSWER_SECONDS
        self._send("cells", {**question, "id": self._asked})

    def _taken(self, now):
        self._advance(now)
        sends, self._sends = self._sends, []
        return sends
