# SPDX-License-Identifier: Apache-2.0
"""Drives kafkaconnect, the library behind the command of that name, through the life of some connectors.

Its calls return text: the body as JSON, or a sentence for 404 and 409, and for other refusals the body of the error.
"""

import json
import sys

from kafkaconnect.connect import Connect

from transcript import BUSY, Transcript, comes_to, stage_of_arguments, task_failed


def tell(e):
    raise e


def is_busy(answer):
    return any(text in json.dumps(answer) for text in BUSY)


def parsed(text):
    """What the client's text says, without its layout. A sentence stays one."""
    try:
        return json.loads(text)
    except ValueError:
        return text


class Play:
    def __init__(self, stage):
        self.s, self.t, self.c = stage, Transcript(tell, is_busy), Connect(stage.url)

    def run(self):
        self.looks_around()
        self.creates()
        self.is_refused()
        self.stops_and_starts()
        self.sees_failure()
        self.deletes()
        return self.t.print()

    def looks_around(self):
        s = self.s
        self.gives("plugins", self.c.plugins)
        self.gives("list of nothing", self.c.list)
        self.gives("validate a source", lambda: self.c.validate("FileStreamSource", json.dumps(s.source(name="x"))))
        self.gives("validate without topic", lambda: self.c.validate("FileStreamSource", json.dumps(
            {"connector.class": "FileStreamSource", "tasks.max": 1})))
        self.gives("validate and create what is wrong", lambda: self.c.validate_and_create(s.name("bad"), json.dumps(
            {"connector.class": "FileStreamSource", "tasks.max": "one", "topic": "x"})))

    def creates(self):
        s, c = self.s, self.c
        n, out = s.name("in"), s.name("out")
        self.gives("validate and create the source", lambda: c.validate_and_create(n, json.dumps(s.source(name=n))))
        self.comes_to(n, "RUNNING")
        self.gives("topics of the source", lambda: c.topics(n), lambda a: len(a[n]["topics"]) == 1)
        self.gives("create the sink", lambda: c.create_or_update(out, json.dumps(s.sink())))
        self.comes_to(out, "RUNNING")
        self.gives("topics of the sink", lambda: c.topics(out), lambda a: len(a[out]["topics"]) == 1)
        self.t.gives("list", lambda: sorted(parsed(c.list())))
        for name in (n, out):
            self.gives("info of " + name, lambda: c.info(name))
            self.gives("config of " + name, lambda: c.config(name))
            self.gives("tasks of " + name, lambda: c.tasks(name))
        self.gives("update", lambda: c.create_or_update(n, json.dumps(s.source(**{"batch.size": 500}))))
        self.comes_to(n, "RUNNING")
        self.gives("updated config", lambda: c.config(n))

    def is_refused(self):
        s, c = self.s, self.c
        no = s.name("nobody")
        for call in (c.info, c.config, c.status, c.tasks, c.topics, c.restart, c.pause, c.resume, c.remove):
            self.gives(call.__name__ + " of an unknown connector", lambda: call(no))
        self.gives("create with a bad number", lambda: c.create_or_update(no, json.dumps(s.source(**{"tasks.max": "none"}))))
        self.gives("create from broken JSON", lambda: c.create_or_update(no, '{"topic": '))
        self.gives("validate as another class", lambda: c.validate("FileStreamSink", json.dumps(s.source(name="x"))))

    def stops_and_starts(self):
        c, n = self.c, self.s.name("in")
        self.gives("pause", lambda: c.pause(n))
        self.comes_to(n, "PAUSED")
        self.gives("resume", lambda: c.resume(n))
        self.comes_to(n, "RUNNING")
        self.gives("restart", lambda: c.restart(n))
        self.comes_to(n, "RUNNING")

    def sees_failure(self):
        c, bad = self.c, self.s.name("bad")
        self.gives("create a failing sink", lambda: c.create_or_update(bad, json.dumps(self.s.failing())))
        self.gives_status("status of what has failed", bad, task_failed)
        self.gives("delete the failing sink", lambda: c.remove(bad))

    def deletes(self):
        c = self.c
        for name in (self.s.name("in"), self.s.name("out")):
            self.gives("delete " + name, lambda: c.remove(name))
            self.gives("info of the deleted " + name, lambda: c.info(name))
        self.gives("list after all", c.list)

    def gives(self, call, f, reached=lambda answer: True):
        self.t.gives(call, lambda: parsed(f()), reached)

    def comes_to(self, name, state):
        self.gives_status(f"status of {name} until {state}", name, comes_to(state))

    def gives_status(self, call, name, reached):
        """A connector that was just created has no status yet, which the client says in a sentence."""
        self.gives(call, lambda: self.c.status(name), lambda a: isinstance(a, dict) and reached(a))


if __name__ == "__main__":
    sys.exit(Play(stage_of_arguments()).run())
