"""A link as a process: its bootstrap line, its one loop, its lifelines, its exit."""

import base64
import json
import os
import select
import signal
import sys
from time import monotonic

# Exit codes: 75 asks the node to start the link again, 78 not to.
OK, USAGE, TEMPORARY, CONFIGURATION = 0, 64, 75, 78
BOOTSTRAP_MAX, SECRET_OCTETS = 65_536, 32


class Exit(Exception):
    """Ends the process with an exit code, for a reason."""

    def __init__(self, code, reason):
        super().__init__(reason)
        self.code = code


class Timers:
    """What is due when, by action."""

    def __init__(self):
        self.due = {}

    def set(self, action, seconds):
        self.due[action] = monotonic() + seconds

    def sooner(self, action, seconds):
        """Sets the action unless it is due before."""
        self.due[action] = min(self.due.get(action, float("inf")), monotonic() + seconds)

    def cancel(self, action):
        self.due.pop(action, None)

    def wait(self):
        return max(0.0, min(self.due.values()) - monotonic())

    def run(self):
        now = monotonic()
        for action in [action for action, at in self.due.items() if at <= now]:
            self.cancel(action)
            action()


def run(description, open_link):
    """Runs a link to its end and returns its exit code.

    `description` is what `--flor-io-describe` prints. `open_link(bootstrap, config, timers)` returns the node's end and
    the wire: see flor_io.py and star.py for what the loop asks of them.
    """
    if "--flor-io-describe" in sys.argv:
        print(json.dumps(description))
        return OK
    if os.environ.get("FLOR_IO") != "1":
        explain(description["name"])
        return USAGE
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's Ctrl-C goes to the node, which says what to do
    try:
        serve(open_link)
    except Exit as exit:
        if exit.code != OK:
            log("error", str(exit))
        return exit.code


def explain(name):
    command = f"command: [python3, {sys.argv[0]}]"
    print(f"{name} is a link of flor: a node starts it. List it in flor.yaml:\n", file=sys.stderr)
    print(f"  links:\n    - {{ name: {name}, kind: process, {command}, config: {{ … }} }}\n", file=sys.stderr)
    print("With --flor-io-describe it says what it can.", file=sys.stderr)


def serve(open_link):
    timers = Timers()
    bootstrap, config = read_bootstrap()
    node, wire = open_link(bootstrap, config, timers)
    watch_parent(bootstrap["parent_pid"], timers)
    try:
        while True:
            turn(node, wire, timers)
    except Exit as exit:
        node.close(str(exit))
        raise


def turn(node, wire, timers):
    """Takes what arrived, does what is due, sends what was gathered."""
    stdin = sys.stdin.fileno()
    # Without credit frames wait in the kernel's buffer of the wire, which drops what is too much.
    sources = [stdin, node.socket, wire.socket] if wire.can_receive() else [stdin, node.socket]
    readable, _, _ = select.select(sources, [], [], timers.wait())
    if stdin in readable and not os.read(stdin, 4096):
        raise Exit(OK, "the node is gone")
    if node.socket in readable:
        node.receive(wire)
    if wire.socket in readable:
        wire.receive()
    timers.run()
    node.flush()


def read_bootstrap():
    """The one line on standard input; what follows there is nothing but the lifeline."""
    line = sys.stdin.buffer.readline(BOOTSTRAP_MAX)
    try:
        whole = json.loads(line)
        flor_io = whole["flor_io"]
        host, port = flor_io["address"].split(":")
        secret = base64.b64decode(flor_io["secret"], validate=True)
        deadline, parent = flor_io.get("deadline_ms", 5000), flor_io.get("parent_pid", 0)
        if host != "127.0.0.1" or len(secret) != SECRET_OCTETS:
            raise ValueError(host)
        bootstrap = {"address": (host, int(port)), "secret": secret, "deadline_ms": deadline, "parent_pid": parent}
        return bootstrap, whole.get("config", {})
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Exit(USAGE, "standard input did not begin with a bootstrap line: a node starts this link") from None


def watch_parent(pid, timers):
    """The second lifeline: a process that inherited the other end of standard input may keep it open."""

    def look():
        if os.getppid() != pid:
            raise Exit(OK, "the node is gone")
        timers.set(look, 2)

    if os.getppid() == pid:
        timers.set(look, 2)


def stop(*_):
    raise Exit(OK, "SIGTERM")


def log(level, text):
    """One structured line; nobody to read it is no reason to end."""
    try:
        print(json.dumps({"level": level, "msg": text}), file=sys.stderr, flush=True)
    except OSError:
        pass
