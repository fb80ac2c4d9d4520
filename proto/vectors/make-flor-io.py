#!/usr/bin/env python3
"""Writes flor-io.json from flor-io.md alone: nothing but Python's standard library, so that the vectors are made by
another implementation than the one they test. Run it without arguments; with --check it only compares."""

import base64, hashlib, hmac, json, struct, sys
from pathlib import Path

HERE = Path(__file__).parent

# --- protobuf, the profile of flor-io.md ---------------------------------------------------------------------------

def varint(value):
    octets = bytearray()
    while value > 0x7F:
        octets.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(octets + bytes([value]))

def number(field, value):
    return varint(field << 3) + varint(value)

def octets(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value

# --- frames and datagrams ------------------------------------------------------------------------------------------

DATA, CONTROL = 0x10, 0x20
FLAG_MAC = 0x01

def frame(type, content, flags=0, port=0, token=0, length=None):
    return struct.pack("!BBHHHQ", type, flags, len(content) if length is None else length, port, 0, token) + content

def label_stack_entry(label, traffic_class, bottom, ttl):
    return struct.pack("!I", label << 12 | traffic_class << 9 | bottom << 8 | ttl)

ZERO = bytes(8)

# --- handshake -----------------------------------------------------------------------------------------------------

SECRET = bytes(range(32))
LINK_NONCE, NODE_NONCE = bytes(range(32, 64)), bytes(range(64, 96))
LINK_TOKEN, NODE_TOKEN = bytes.fromhex("0102030405060708"), bytes.fromhex("1112131415161718")
INSTANCE = bytes(range(96, 112))

def sha256(value):
    return hashlib.sha256(value).digest()

def mac(label, before, envelope):
    transcript = b"flor-io/1 " + label + b"".join(sha256(one) for one in before) + envelope
    return hmac.new(SECRET, transcript, hashlib.sha256).digest()

def message(label, before, envelope):
    tag = mac(label, before, envelope)
    return {
        "envelope": envelope.hex(),
        "mac": tag.hex(),
        "datagram": (ZERO + frame(CONTROL, envelope + tag, FLAG_MAC)).hex(),
    }

HELLO = octets(10, b"".join([
    octets(1, varint(1)), octets(2, LINK_NONCE), octets(3, "example"), octets(4, "1.0.0"), number(5, 4242),
    octets(6, LINK_TOKEN), number(7, 128), number(8, 53248), number(9, 61440), octets(10, "stats"),
]))
WELCOME = octets(11, b"".join([
    number(1, 1), octets(2, NODE_NONCE), octets(3, NODE_TOKEN), number(4, 128), number(5, 53248), number(6, 61440),
    octets(7, "stats"), number(8, 1000), octets(9, INSTANCE),
]))
READY = octets(12, b"")
REJECT = octets(13, number(1, 1) + octets(2, "the link speaks Flor IO 7; this node speaks 1") + octets(3, varint(1)))
HELLO_FROM_LATER = octets(10, octets(1, varint(7)) + octets(2, LINK_NONCE) + octets(6, LINK_TOKEN))

handshake = {
    "secret": SECRET.hex(),
    "linkNonce": LINK_NONCE.hex(), "nodeNonce": NODE_NONCE.hex(),
    "linkToken": LINK_TOKEN.hex(), "nodeToken": NODE_TOKEN.hex(), "instance": INSTANCE.hex(),
    "receiveBufferOctets": 212992,
    "hello": message(b"hello", [], HELLO),
    "welcome": message(b"welcome", [HELLO], WELCOME),
    "ready": message(b"ready", [HELLO, WELCOME], READY),
    "helloOfVersion7": message(b"hello", [], HELLO_FROM_LATER),
    "rejectOfVersion7": message(b"reject", [HELLO_FROM_LATER], REJECT),
}

# --- bootstrap -----------------------------------------------------------------------------------------------------

bootstrap = {
    "line": '{"flor_io":{"versions":[1],"address":"127.0.0.1:41234","secret":"%s","link":"wan","incarnation":7,'
            '"parent_pid":4242,"deadline_ms":5000,"state_dir":"/var/lib/flor/wan"},"config":{"listen":"[::]:4600"}}\n'
            % base64.b64encode(SECRET).decode(),
    "nodePort": 41234, "secret": SECRET.hex(), "link": "wan", "incarnation": 7, "parentPid": 4242,
    "deadlineMs": 5000, "stateDir": "/var/lib/flor/wan", "config": {"listen": "[::]:4600"},
}

# --- valid frames --------------------------------------------------------------------------------------------------

def valid(name, type, content, **header):
    whole = frame(type, content, **header)
    token = header.get("token", 0)
    return {"name": name, "octets": whole.hex(), "type": type, "flags": header.get("flags", 0), "length": len(content),
            "port": header.get("port", 0), "token": [token >> 32, token & 0xFFFFFFFF], "content": content.hex()}

STACK = label_stack_entry(1048575, 0, 0, 64) + label_stack_entry(16, 0, 1, 64)
frames = [
    valid("data without content", DATA, b"", port=1),
    valid("data below two labels", DATA, STACK + b"\x40payload", port=1, token=0x2122232425262728),
    valid("the highest port", DATA, b"\0" * 4, port=65535, token=0xFFFFFFFFFFFFFFFF),
    valid("reserved flags are ignored", DATA, STACK, flags=0xFF, port=2),
    valid("content that looks like a frame", DATA, frame(CONTROL, b""), port=3),
    valid("300 octets", DATA, bytes(i & 0xFF for i in range(300)), port=4),
    valid("control", CONTROL, octets(20, number(1, 1))),
]

# --- datagrams that a ready node drops, wholly or in part ----------------------------------------------------------

FIRST = frame(DATA, b"first", port=1)
PORT = number(1, 1) + octets(2, "a") + number(3, 1) + number(4, 1400)

def control(envelope):
    return frame(CONTROL, envelope)

def flip(value, at):
    return value[:at] + bytes([value[at] ^ 1]) + value[at + 1:]

def dropped(name, datagram, drop, delivered=0):
    return {"name": name, "octets": datagram.hex(), "drop": drop, "frames": delivered}

HELLO_DATAGRAM = bytes.fromhex(handshake["hello"]["datagram"])
READY_DATAGRAM = bytes.fromhex(handshake["ready"]["datagram"])
invalid = [
    dropped("nothing", b"", "malformed"),
    dropped("half a token", NODE_TOKEN[:7], "malformed"),
    dropped("a token alone", NODE_TOKEN, "malformed"),
    dropped("a header without its last octet", NODE_TOKEN + FIRST[:15], "malformed"),
    dropped("a frame longer than the datagram", NODE_TOKEN + frame(DATA, b"first", length=6), "malformed"),
    dropped("the longest length and no content", NODE_TOKEN + frame(DATA, b"", length=65535), "malformed"),
    dropped("a second frame that is cut off", NODE_TOKEN + FIRST + FIRST[:-1], "malformed", 1),
    dropped("three octets behind the last frame", NODE_TOKEN + FIRST + FIRST + b"abc", "malformed", 2),
    dropped("the other end's token", LINK_TOKEN + FIRST, "bad-token"),
    dropped("a token with one wrong bit", flip(NODE_TOKEN, 7) + FIRST, "bad-token"),
    dropped("a token in the other order of octets", NODE_TOKEN[::-1] + FIRST, "bad-token"),
    dropped("data in a handshake datagram", ZERO + FIRST, "malformed"),
    dropped("a handshake message without MAC", ZERO + frame(CONTROL, octets(12, b""), FLAG_MAC), "malformed"),
    dropped("a Hello with one wrong bit in its MAC", flip(HELLO_DATAGRAM, len(HELLO_DATAGRAM) - 1), "bad-mac"),
    dropped("a Hello with one wrong bit in its body", flip(HELLO_DATAGRAM, 60), "bad-mac"),
    dropped("the Hello again", HELLO_DATAGRAM, "stale"),
    dropped("the Ready again", READY_DATAGRAM, "stale"),
    dropped("frame type 0", NODE_TOKEN + frame(0, b"first") + FIRST, "unknown-type", 1),
    dropped("a segment, which is between links", NODE_TOKEN + frame(0x30, b"first"), "unknown-type"),
    dropped("frame type 255", NODE_TOKEN + frame(0xFF, b"first"), "unknown-type"),
    dropped("an Envelope that ends within a varint", NODE_TOKEN + control(b"\x08\xff"), "malformed"),
    dropped("a message longer than its Envelope", NODE_TOKEN + control(b"\xa2\x01\x05\x08"), "malformed"),
    dropped("a wire type that there is not", NODE_TOKEN + control(b"\x0f\x01"), "malformed"),
    dropped("Ports with port 0", NODE_TOKEN + control(number(1, 9) + octets(30, number(1, 1) + octets(2, octets(2, "a") + number(4, 1400)))), "malformed"),
    dropped("Ports that name a port twice", NODE_TOKEN + control(number(1, 9) + octets(30, number(1, 1) + octets(2, PORT) * 2)), "malformed"),
    dropped("Ports with a key of 256 characters", NODE_TOKEN + control(octets(30, number(1, 1) + octets(2, number(1, 1) + octets(2, "k" * 256)))), "malformed"),
    dropped("Ports of generation 0", NODE_TOKEN + control(octets(30, octets(2, PORT))), "stale"),
    dropped("a message from the future that wants an answer", NODE_TOKEN + control(number(1, 9) + octets(99, number(1, 1))), "unknown-message"),
    dropped("a handshake message within the session", NODE_TOKEN + control(octets(12, b"")), "stale"),
]

# --- envelopes -----------------------------------------------------------------------------------------------------

def envelope(name, encoded, decoded):
    return {"name": name, "octets": encoded.hex(), "envelope": decoded}

PORTS = {"seq": 5, "ack": 0, "ports": {"generation": 2, "ports": [
    {"port": 1, "key": "a", "up": True, "mtu": 16384, "segmentMtu": 1472, "ordered": False, "reliable": False,
     "encrypted": False, "address": "192.0.2.1:4600", "provisional": False}]}}
PORT_1 = number(1, 1) + octets(2, "a") + number(3, 1) + number(4, 16384) + number(5, 1472) + octets(9, "192.0.2.1:4600")
envelopes = [
    envelope("nothing", b"", {"seq": 0, "ack": 0}),
    envelope("an acknowledgement", number(2, 5), {"seq": 0, "ack": 5}),
    envelope("a Ping", octets(20, number(1, 1) + number(2, 3) + number(3, 4096)),
             {"seq": 0, "ack": 0, "ping": {"id": 1, "sentDatagrams": 3, "sentOctets": 4096}}),
    envelope("a Pong with a figure", octets(21, number(1, 1) + octets(2, octets(1, "drop.too_big") + number(2, 3))),
             {"seq": 0, "ack": 0, "pong": {"id": 1, "counters": [{"name": "drop.too_big", "value": 3}]}}),
    envelope("Credit above 32 bits", octets(22, number(1, 3) + number(2, 2**40) + number(3, 131) + number(4, 2**40 + 53248)),
             {"seq": 0, "ack": 0, "credit": {"receivedDatagrams": 3, "receivedOctets": 2**40, "limitDatagrams": 131,
                                             "limitOctets": 2**40 + 53248}}),
    envelope("TooBig", octets(40, number(1, 1) + number(2, 1400) + number(3, 1401)),
             {"seq": 0, "ack": 0, "tooBig": {"port": 1, "mtu": 1400, "octets": 1401}}),
    envelope("Ports", number(1, 5) + octets(30, number(1, 2) + octets(2, PORT_1)), PORTS),
    envelope("Ports, fields in another order", octets(30, octets(2, PORT_1) + number(1, 2)) + number(1, 5), PORTS),
    envelope("Ports, with fields from the future", number(1, 5) + number(15, 1) + octets(30, number(1, 2) + octets(2, PORT_1 + octets(100, "new")) + number(77, 7)), PORTS),
    envelope("Ports, with varints longer than they need be",
             b"\x88\x00\x85\x80\x00" + b"\xf2\x01" + varint(len(number(1, 2) + octets(2, PORT_1)) + 1) + b"\x08\x82\x00" + octets(2, PORT_1), PORTS),
    envelope("Neighbours", number(1, 6) + octets(31, number(1, 3) + octets(2, octets(1, "b") + octets(2, "vm.example:4600") + octets(3, LINK_TOKEN) + number(4, 7) + octets(5, "flor1abc"))),
             {"seq": 6, "ack": 0, "neighbours": {"generation": 3, "neighbours": [
                 {"key": "b", "address": "vm.example:4600", "token": LINK_TOKEN.hex(), "port": 7, "peer": "flor1abc"}]}}),
    envelope("versions not packed", octets(10, number(1, 1) + number(1, 2)), {"seq": 0, "ack": 0, "hello": {"versions": [1, 2]}}),
    envelope("versions packed", octets(10, octets(1, varint(1) + varint(2))), {"seq": 0, "ack": 0, "hello": {"versions": [1, 2]}}),
]

# --- label stack entries -------------------------------------------------------------------------------------------

entries = [(0, 0, 1, 0), (3, 0, 1, 1), (13, 0, 1, 1), (16, 0, 0, 64), (0x7FFFF, 7, 1, 1), (0x80000, 0, 0, 128), (1048575, 7, 1, 255), (1048575, 0, 0, 0)]
label_stack_entries = [
    {"label": label, "trafficClass": tc, "bottom": bool(bottom), "ttl": ttl, "octets": label_stack_entry(label, tc, bottom, ttl).hex()}
    for label, tc, bottom, ttl in entries
]

vectors = {"handshake": handshake, "bootstrap": bootstrap, "frames": frames, "invalidDatagrams": invalid,
           "envelopes": envelopes, "labelStackEntries": label_stack_entries}
text = json.dumps(vectors, indent=2) + "\n"
target = HERE / "flor-io.json"
if "--check" in sys.argv:
    sys.exit(0 if target.read_text() == text else "flor-io.json is not what make-flor-io.py writes: run it")
target.write_text(text)
