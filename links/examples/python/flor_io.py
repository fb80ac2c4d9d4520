"""The link's end of a Flor IO session: bundles within credit, control, liveness. The contract is proto/flor-io.md.

    node ─▶ FlorIo.receive ─▶ wire.send(port, frame)                   the frame is borrowed: sent before it returns
                           └▶ wire.set_neighbours(Neighbour messages)  every neighbour that the node wants
    wire ─▶ FlorIo.room, commit ─▶ bundle ─▶ node
"""

import os
import random
import socket
from time import monotonic

from frame import CONTROL, DATA, HEADER, NO_TOKEN, TOKEN_OCTETS, control_frame, frames
from handshake import Handshake
from link_process import OK, TEMPORARY, Exit
from protobuf import Message, field

BUNDLE_MAX, ENVELOPE_MAX = 61_440, 32_768
# Fields of Envelope.
SEQ, ACK = 1, 2
PING, PONG, CREDIT, BYE, ERROR, PORTS, NEIGHBOURS, TOO_BIG = 20, 21, 22, 24, 25, 30, 31, 40
MESSAGES = {*range(10, 14), *range(20, 26), 30, 31, 40}
NEIGHBOURS_MAX, KEY_MAX = 256, 255

SILENCE_MAX = 5.0  # the node counts as dead after this
STOPPED = 2.0  # a Ping later than this: this process was stopped, and the node is not to blame
TURN_DATAGRAMS = 64  # are taken from one socket before the other has its turn


class FlorIo:
    """A session with the node that wrote the bootstrap line. Call `receive` when `socket` is readable."""

    def __init__(self, bootstrap, description, timers):
        self.timers = timers
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.connect(bootstrap["address"])  # from now on the kernel drops what anybody else sends
        self.socket.setblocking(False)
        # A datagram costs the kernel at most twice its octets and 832 more: with so much credit nothing is lost.
        buffer_octets = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        self.window = [max(2, buffer_octets // 2 // 832), max(4096, buffer_octets // 4)]
        # Credit, each [datagrams, octets] since the start of the session: a lost update heals with the next.
        self.received, self.reported, self.sent, self.limit = [0, 0], [0, 0], [0, 0], [0, 0]
        self.incoming = memoryview(bytearray(65_536))
        self.bundle = memoryview(bytearray(BUNDLE_MAX + 1))
        self.used = TOKEN_OCTETS
        self.frame_max = BUNDLE_MAX - TOKEN_OCTETS
        self.counts = {}  # every drop of the link has its reason here
        self.seq = self.generation = self.pings = 0
        self.token = os.urandom(TOKEN_OCTETS - 1) + b"\1"  # never all zero
        name, version, capabilities = description["name"], description["version"], description["caps"]
        said = [field(1, 1), field(3, name), field(4, version), field(5, os.getpid()), field(6, self.token)]
        said += [field(7, self.window[0]), field(8, self.window[1]), field(9, BUNDLE_MAX)]
        said += [field(10, capability) for capability in capabilities]
        self.handshake = Handshake(bootstrap["secret"], b"".join(said))
        self.is_ready = False
        self.delay = 0.1
        timers.set(self.greet, 0)
        timers.set(self.miss_deadline, bootstrap["deadline_ms"] / 1000)

    def count(self, name, by=1):
        self.counts[name] = self.counts.get(name, 0) + by

    # Until the session is ready.

    def greet(self):
        self.transmit(self.handshake.greeting)
        self.timers.set(self.greet, self.delay)
        self.delay = min(0.8, self.delay * 2)

    def miss_deadline(self):
        raise Exit(TEMPORARY, "the node did not answer the handshake in time")

    def receive_handshake(self, content):
        welcome = self.handshake.receive(content)
        if welcome is None:
            return self.count("drop.bad-mac")
        self.delay = 0.1
        self.timers.set(self.greet, 0)  # Ready, once more if it was lost
        if not self.is_ready:
            self.establish(welcome)

    def establish(self, welcome):
        self.is_ready = True
        self.bundle[:TOKEN_OCTETS] = welcome.octets(3)
        self.limit = [welcome.number(4), welcome.number(5)]
        datagram_max = min(BUNDLE_MAX, welcome.number(6) or BUNDLE_MAX, self.limit[1])
        self.frame_max = datagram_max - TOKEN_OCTETS
        # A quarter of the window: the node empties its buffer while the next bundle fills.
        self.bundle_max = min(datagram_max, self.limit[1] // 4)
        self.interval = min(2500, max(100, welcome.number(8) or 1000)) / 1000
        self.heard_at = self.pinged_at = monotonic()
        self.timers.cancel(self.miss_deadline)
        self.timers.set(self.ping, self.interval)

    # Datagrams from the node.

    def receive(self, wire):
        for _ in range(TURN_DATAGRAMS):
            try:
                length = self.socket.recv_into(self.incoming)
                self.receive_datagram(self.incoming[:length], wire)
            except BlockingIOError:
                return
            except ConnectionRefusedError:
                if self.is_ready:
                    raise Exit(OK, "the node closed its socket") from None
            except ValueError:
                self.count("drop.malformed")

    def receive_datagram(self, datagram, wire):
        if datagram[:TOKEN_OCTETS] == NO_TOKEN:
            kind, frame = next(frames(datagram), (None, None))
            if kind == CONTROL:
                self.receive_handshake(bytes(frame[HEADER.size :]))
        elif self.is_ready and datagram[:TOKEN_OCTETS] == self.token:
            self.heard_at = monotonic()
            self.timers.cancel(self.greet)
            self.receive_frames(datagram, wire)
        else:
            self.count("drop.bad-token")

    def receive_frames(self, datagram, wire):
        has_data = False
        try:
            for kind, frame in frames(datagram):
                if kind == DATA:
                    has_data = True
                    wire.send(HEADER.unpack_from(frame)[3], frame)
                elif kind == CONTROL:
                    self.receive_control(bytes(frame[HEADER.size :]), wire)
                else:
                    self.count("drop.unknown-type")
        finally:
            if has_data:  # control goes outside the credit
                self.grant_credit(len(datagram))

    def receive_control(self, content, wire):
        try:
            if len(content) > ENVELOPE_MAX:
                raise ValueError("an envelope beyond the bound")
            self.handle_envelope(Message(content), wire)
        except ValueError:
            self.count("drop.malformed")

    def handle_envelope(self, envelope, wire):
        if envelope.number(ACK) == self.seq:
            self.timers.cancel(self.send_ports)
        for credit in envelope.nested(CREDIT):
            self.limit = [max(self.limit[0], credit.number(3)), max(self.limit[1], credit.number(4))]
        for ping in envelope.nested(PING):
            self.answer(ping)
        for bye in envelope.nested(BYE):
            raise Exit(OK, f"the node said goodbye: {bye.octets(1).decode(errors='replace')}")
        error = None
        for neighbours in envelope.nested(NEIGHBOURS):
            error = self.take_neighbours(neighbours.number(1), neighbours.nested(2), wire)
        if MESSAGES.isdisjoint(envelope) and envelope.keys() - {SEQ, ACK}:
            error = "unimplemented"
            self.count("drop.unknown-message")
        self.acknowledge(envelope.number(SEQ), error)

    def take_neighbours(self, generation, neighbours, wire):
        keys = {neighbour.octets(1) for neighbour in neighbours}
        is_sound = all(0 < len(key) <= KEY_MAX for key in keys) and len(keys) == len(neighbours) <= NEIGHBOURS_MAX
        if not is_sound or any(len(neighbour.octets(3)) not in (0, TOKEN_OCTETS) for neighbour in neighbours):
            self.count("drop.malformed")
            return "malformed"
        if generation > self.generation:  # else the list was overtaken on the way, or is a repetition
            self.generation = generation
            wire.set_neighbours(neighbours)
        return None

    def acknowledge(self, seq, error):
        if seq:
            said = b"" if error is None else field(ERROR, field(1, seq) + field(2, error))
            self.send_control(field(ACK, seq) + said)

    # Liveness and credit.

    def answer(self, ping):
        if ping.number(2):
            # What was sent before the Ping came before it, or never will: it no longer fills our buffer.
            self.count("lost", max(0, ping.number(2) - self.received[0]))
            self.received = [ping.number(2), ping.number(3)]
        counters = [field(2, field(1, name) + field(2, value)) for name, value in [*self.counts.items()][:64]]
        self.send_control(field(PONG, field(1, ping.number(1)) + b"".join(counters)))
        self.report_credit()

    def ping(self):
        now = monotonic()
        if now - self.pinged_at > self.interval + STOPPED:
            self.heard_at = now
        if now - self.heard_at > SILENCE_MAX:
            raise Exit(TEMPORARY, f"the node was silent for {SILENCE_MAX:.0f} s")
        self.pinged_at = now
        self.pings += 1
        self.send_control(field(PING, field(1, self.pings) + field(2, self.sent[0]) + field(3, self.sent[1])))
        self.timers.set(self.ping, self.interval * random.uniform(0.75, 1))

    def grant_credit(self, octets):
        self.received = [self.received[0] + 1, self.received[1] + octets]
        if any((got - told) * 4 >= most for got, told, most in zip(self.received, self.reported, self.window)):
            self.report_credit()
        else:
            self.timers.sooner(self.report_credit, 0.005)

    def report_credit(self):
        self.timers.cancel(self.report_credit)
        self.reported = self.received
        limit = [got + most for got, most in zip(self.received, self.window)]
        figures = [*self.received, *limit]
        self.send_control(field(CREDIT, b"".join(field(index + 1, value) for index, value in enumerate(figures))))

    # To the node.

    def room(self, octets):
        """Where the next frame goes, of so many octets (`frame_max` at most); None: the node takes nothing."""
        if not self.is_ready:
            return None
        if self.used + octets > self.bundle_max:
            self.flush()
        if self.sent[0] >= self.limit[0] or self.sent[1] + self.used + octets > self.limit[1]:
            self.flush()
            self.timers.sooner(self.ping, 0.2)  # a Ping settles what was lost, and credit returns
            return None
        return self.bundle[self.used :]

    def commit(self, octets):
        """A frame of so many octets was written where `room` said."""
        self.used += octets

    def flush(self):
        """Sends the open bundle; call at the end of each turn."""
        if self.used > TOKEN_OCTETS:
            self.sent = [self.sent[0] + 1, self.sent[1] + self.used]
            self.transmit(self.bundle[: self.used])
            self.used = TOKEN_OCTETS

    def announce(self, ports):
        """Tells the node every port there is, as Port messages, until it acknowledges them."""
        self.seq += 1
        whole = field(1, self.seq) + b"".join(field(2, port) for port in ports)
        self.ports = field(SEQ, self.seq) + field(PORTS, whole)
        self.ports_delay = 0.05
        self.timers.set(self.send_ports, 0)

    def send_ports(self):
        self.send_control(self.ports)
        self.timers.set(self.send_ports, self.ports_delay)
        self.ports_delay = min(0.8, self.ports_delay * 2)

    def too_big(self, port, mtu, octets):
        self.send_control(field(TOO_BIG, field(1, port) + field(2, mtu) + field(3, octets)))

    def close(self, reason):
        if self.is_ready:
            self.flush()
            self.send_control(field(BYE, field(1, reason)))

    def send_control(self, envelope):
        self.transmit(bytes(self.bundle[:TOKEN_OCTETS]) + control_frame(envelope))

    def transmit(self, datagram):
        try:
            self.socket.send(datagram)
        except OSError:  # lost, as on any wire: the next Ping settles it
            self.count("error.send")
