"""The wire: a star of neighbours over one UDP socket."""

import socket
from time import monotonic

from flor_io import TURN_DATAGRAMS
from frame import DATA, HEADER
from link_process import TEMPORARY, Exit, log
from protobuf import field
from socket_address import parse_address, text_of

PORTS_MAX = 256  # as many as fit one list with keys as long as node ids
STRANGERS_MAX = 64
STRANGERS_PER_SECOND = 32
STRANGER_SECONDS = 10.0  # a port that the node did not adopt goes after this
ROAM_SILENCE = 0.5  # while a neighbour is heard, its token from elsewhere may be a replay: answers stay where they went
REDIAL_SILENCE = 30.0


class Port:
    def __init__(self, number, key):
        self.number, self.key = number, key
        self.address = ""  # as configured; empty: the neighbour comes to us
        self.source = None  # where it is, once known
        self.token = 0
        self.is_provisional = False
        self.heard_at = monotonic()
        self.too_big_at = []

    def message(self, mtu):
        address = self.address if self.source is None else text_of(self.source)
        said = [field(1, self.number), field(2, self.key), field(4, mtu), field(9, address)]
        said += [field(3, 1)] if self.source is not None else []
        said += [field(10, 1)] if self.is_provisional else []
        return b"".join(said)


class Star:
    """The neighbours, and the socket they share."""

    def __init__(self, config, node, timers):
        self.node, self.timers, self.mtu_wanted = node, timers, config["mtu"]
        self.family, address = config["listen"]
        self.socket = socket.socket(self.family, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        try:
            self.socket.bind(address)  # without SO_REUSEADDR: nobody else may listen here too
        except OSError as error:
            raise Exit(TEMPORARY, f"cannot listen on {text_of(address)}: {error.strerror}") from None
        self.socket.setblocking(False)
        self.ports, self.by_source = {}, {}
        self.next_number = 1
        self.strangers_left = STRANGERS_MAX
        timers.set(self.tick, 1)
        log("info", f"listening on {text_of(self.socket.getsockname())}")

    @property
    def mtu(self):
        return min(self.mtu_wanted, self.node.frame_max)

    # From node to wire.

    def send(self, number, frame):
        port = self.ports.get(number)
        if port is None or port.source is None:
            return self.node.count("drop.no-port" if port is None else "drop.no-address")
        if len(frame) > self.mtu:
            return self.refuse_too_big(port, len(frame))
        frame[4:6] = b"\0\0"  # the port is between node and link alone
        try:
            self.socket.sendto(frame, port.source)
        except OSError:
            self.node.count("drop.send-failed")

    def refuse_too_big(self, port, octets):
        self.node.count("drop.too-big")
        now = monotonic()
        port.too_big_at = [at for at in port.too_big_at if now - at < 1]
        if len(port.too_big_at) < 10:
            port.too_big_at.append(now)
            self.node.too_big(port.number, self.mtu, octets)

    # From wire to node.

    def can_receive(self):
        return self.node.room(self.mtu) is not None

    def receive(self):
        """Receives each frame where the node's bundle has room for it."""
        for _ in range(TURN_DATAGRAMS):
            room = self.node.room(self.mtu)
            if room is None:
                return
            try:
                length, source = self.socket.recvfrom_into(room, self.mtu + 1)  # one more shows what is too long
            except BlockingIOError:
                return
            port = self.port_of(room, length, source)
            if port is not None:
                room[4:6] = port.number.to_bytes(2, "big")
                self.node.commit(length)

    def port_of(self, frame, length, source):
        if length > self.mtu:
            return self.node.count("drop.too-big")
        if length < HEADER.size:
            return self.node.count("drop.malformed")
        kind, _, octets, _, _, token = HEADER.unpack_from(frame)
        if kind != DATA or HEADER.size + octets != length:
            return self.node.count("drop.malformed" if kind == DATA else "drop.unknown-type")
        port = self.find(source, token)
        if port is not None:
            port.heard_at = monotonic()
        return port

    def find(self, source, token):
        """Whose frame it is: known by address, or by token wherever it comes from, or a stranger's first."""
        known = self.by_source.get(source)
        if known is not None and token in (0, known.token):
            return known
        bearer = next((port for port in self.ports.values() if port.token == token != 0), None)
        if bearer is not None:
            if bearer.source is None or monotonic() - bearer.heard_at > ROAM_SILENCE:
                self.move(bearer, source)
                self.announce()
            return bearer
        return known or (self.admit(source) if token == 0 else self.node.count("drop.stranger"))

    def admit(self, source):
        """A provisional port for a stranger, in place of the one silent for longest when there are too many."""
        if self.strangers_left < 1:
            return self.node.count("drop.strangers")
        self.strangers_left -= 1
        strangers = [port for port in self.ports.values() if port.is_provisional]
        if len(strangers) >= STRANGERS_MAX:
            self.remove(min(strangers, key=lambda port: port.heard_at))
        port = self.create(f"udp:{text_of(source)}".encode())
        if port is not None:
            port.is_provisional = True
            self.move(port, source)
            self.announce()
        return port

    # Ports.

    def set_neighbours(self, neighbours):
        wanted = {neighbour.octets(1) for neighbour in neighbours}
        for port in [*self.ports.values()]:
            if port.key not in wanted and not port.is_provisional:
                self.remove(port)
        for neighbour in neighbours:
            key, address = neighbour.octets(1), neighbour.octets(2).decode(errors="replace")
            port = self.adopt(key, neighbour.number(4)) or self.by_key(key) or self.create(key)
            if port is None:
                continue
            port.is_provisional = False
            port.token = int.from_bytes(neighbour.octets(3), "big")
            if port.address != address:
                port.address = address
                self.dial(port)
        self.announce()

    def adopt(self, key, number):
        """The stranger at `number` turned out to be this neighbour: its port keeps the number and gets the key."""
        port = self.ports.get(number)
        if port is None or not port.is_provisional:
            return None
        former = self.by_key(key)
        if former not in (None, port):
            self.remove(former)
        port.key = key
        return port

    def by_key(self, key):
        return next((port for port in self.ports.values() if port.key == key), None)

    def create(self, key):
        if len(self.ports) >= PORTS_MAX:
            return self.node.count("drop.ports-full")
        while self.next_number in self.ports:
            self.next_number = self.next_number % 65_535 + 1
        port = self.ports[self.next_number] = Port(self.next_number, key)
        # A freed number rests until all others had their turn: late frames must not reach another neighbour.
        self.next_number = self.next_number % 65_535 + 1
        return port

    def remove(self, port):
        self.move(port, None)
        del self.ports[port.number]

    def dial(self, port):
        parsed = parse_address(port.address, self.family)
        if parsed is not None:
            self.move(port, parsed[1])
        elif port.address:
            log("warn", f"{port.address!r} is not ADDRESS:PORT of this link's family")

    def move(self, port, source):
        if self.by_source.get(port.source) is port:
            del self.by_source[port.source]
        port.source = source
        if source is not None:
            self.by_source[source] = port

    def announce(self):
        self.node.announce([port.message(self.mtu) for port in self.ports.values()])

    def tick(self):
        now = monotonic()
        self.timers.set(self.tick, 1)
        self.strangers_left = min(STRANGERS_MAX, self.strangers_left + STRANGERS_PER_SECOND)
        late = [port for port in self.ports.values() if port.is_provisional and now - port.heard_at > STRANGER_SECONDS]
        silent = [port for port in self.ports.values() if port.address and now - port.heard_at > REDIAL_SILENCE]
        for port in late:
            self.remove(port)
        for port in silent:  # it may have roamed and returned without our hearing it
            port.heard_at = now
            self.dial(port)
        if late or silent:
            self.announce()
