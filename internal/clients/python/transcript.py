# SPDX-License-Identifier: Apache-2.0
"""What the three programs beside this file share: connectors to play with, and a transcript of what a client said.

A transcript is a list of calls, printed as JSON. Each call has what the client gave back ("gives"), or how it told of a refusal
that was wanted ("refused"), or what nobody wanted ("unexpected").
"""

import json
import sys
import time

# How long a program waits for a state that a worker reaches by and by, and how often it asks, in seconds.
PATIENCE = 40
POLL_EVERY = 0.1

# With these words Kafka Connect asks to try again: it refuses some calls while its group rebalances.
BUSY = ("rebalance is expected", "conflicting operation", "stale configuration", "no known leader URL", "rebalance is in process")


class Stage:
    """Where a client plays: the worker, and names that nobody else uses. The folder has a file in.txt with some lines."""

    def __init__(self, url, prefix, folder):
        self.url, self.prefix, self.folder = url, prefix, folder

    def name(self, of):
        return f"{self.prefix}-{of}"

    def source(self, **more):
        return {"connector.class": "FileStreamSource", "tasks.max": 1, "file": f"{self.folder}/in.txt",
                "topic": self.name("lines"), "batch.size": "1000", **more}

    def sink(self, **more):
        return {"connector.class": "org.apache.kafka.connect.file.FileStreamSinkConnector", "tasks.max": "1",
                "file": f"{self.folder}/out.txt", "topics": self.name("lines"), **more}

    def failing(self):
        """A sink whose task cannot start."""
        return self.sink(file=f"{self.folder}/nowhere/out.txt")


class Transcript:
    """Records calls. tell turns an exception of the client into what is kept of it; it raises the exception again when that is
    none of the client's own. is_busy says whether an answer is a request to try again; clients that raise nothing need it."""

    def __init__(self, tell, is_busy=lambda answer: False):
        self.steps, self.tell, self.is_busy = [], tell, is_busy

    def gives(self, call, f, reached=lambda answer: True):
        """A call that has to succeed, repeated until its answer is the one that the worker comes to."""
        answer, refusal = self._await(f, not_yet, lambda answer: not self.is_busy(answer) and reached(answer))
        if refusal is not None:
            self.steps.append({"call": call, "unexpected": json.dumps(refusal)})
        elif not reached(answer):
            self.steps.append({"call": call, "unexpected": "not reached: " + json.dumps(answer)})
        else:
            self.steps.append({"call": call, "gives": answer})

    def refused(self, call, f):
        """A call that has to fail."""
        answer, refusal = self._await(f, busy, lambda answer: True)
        if refusal is None:
            self.steps.append({"call": call, "unexpected": "it was not refused: " + json.dumps(answer)})
        else:
            self.steps.append({"call": call, "refused": refusal})

    def _await(self, f, again, enough):
        """Repeats a call until its answer is enough, or it is refused for good. It gives up after a time."""
        end = time.monotonic() + PATIENCE
        while True:
            answer, refusal = None, None
            try:
                answer = f()
            except Exception as e:  # tell raises it again when it is not the client's
                refusal = self.tell(e)
            settled = enough(answer) if refusal is None else not again(refusal)
            if settled or time.monotonic() > end:
                return answer, refusal
            time.sleep(POLL_EVERY)

    def print(self):
        """Prints the transcript and returns the exit code of the program."""
        json.dump(self.steps, sys.stdout)
        return 1 if any("unexpected" in step for step in self.steps) else 0


def busy(refusal):
    return any(text in json.dumps(refusal) for text in BUSY)


def not_yet(refusal):
    """Whether a call may succeed later: a connector that was just created has no status yet."""
    return busy(refusal) or "No status found" in json.dumps(refusal)


def comes_to(state, tasks=1):
    """Whether a status is that of a connector in this state, with all of its tasks."""
    return lambda status: (status.get("connector", {}).get("state") == state and len(status["tasks"]) == tasks
                           and all(task["state"] == state for task in status["tasks"]))


def task_failed(status):
    return status.get("connector", {}).get("state") == "RUNNING" and [task["state"] for task in status["tasks"]] == ["FAILED"]


def stage_of_arguments():
    """The stage that the test wants: a program is called with the worker's URL, a prefix and a folder."""
    if len(sys.argv) != 4:
        sys.exit(f"usage: {sys.argv[0]} http://host:port prefix folder")
    return Stage(*sys.argv[1:])
