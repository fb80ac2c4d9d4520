"""aioquic as client and server of the interoperability tests; peers/README.md says what its arguments do."""

import argparse
import asyncio
import datetime
import hashlib
import json
import os
import ssl
import sys
from collections import deque

from aioquic.asyncio import QuicConnectionProtocol, connect, serve
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ConnectionTerminated, DatagramFrameReceived, StreamDataReceived
from aioquic.quic.packet import QuicProtocolVersion
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PROTOCOL = "flor-interop"
PERIOD = 65521
BLOCK = bytes((j * 167 + (j >> 8) * 13) % 256 for j in range(PERIOD))
RESERVED_VERSION = 0x1A2A3A4A


def content(octets):
    whole, rest = divmod(octets, PERIOD)
    return BLOCK * whole + BLOCK[:rest]


def configuration(is_client):
    return QuicConfiguration(
        is_client=is_client,
        alpn_protocols=[PROTOCOL],
        max_data=16 << 20,
        max_stream_data=8 << 20,
        max_datagram_frame_size=1200,
        idle_timeout=250,  # a path that loses three in ten may take probe after probe, each twice as late
        server_name="localhost" if is_client else None,
        verify_mode=ssl.CERT_NONE if is_client else None,
    )


def make_certificate(is_large):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "aioquic")])
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
    )
    if is_large:
        oid = x509.ObjectIdentifier("1.3.6.1.4.1.32473.1")
        builder = builder.add_extension(x509.UnrecognizedExtension(oid, content(6000)), critical=False)
    return builder.sign(key, hashes.SHA256()), key


class Server(QuicConnectionProtocol):
    """Answers requests; what has arrived of each is kept by its stream."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.requests = {}

    def quic_event_received(self, event):
        if isinstance(event, DatagramFrameReceived):
            self._quic.send_datagram_frame(event.data)
            self.transmit()
        elif isinstance(event, StreamDataReceived):
            self.handle_octets(event)

    def handle_octets(self, event):
        request = self.requests.setdefault(event.stream_id, {"line": b"", "hash": hashlib.sha256()})
        octets = event.data
        if b"\n" not in request["line"]:
            line = request["line"] + octets
            end = line.find(b"\n") + 1
            request["line"] = line[: end or len(line)]
            octets = line[end:] if end else b""
        request["hash"].update(octets)
        if not event.end_stream:
            return
        del self.requests[event.stream_id]
        verb, octets = request["line"].split()
        answer = content(int(octets)) if verb == b"get" else request["hash"].hexdigest().encode()
        self._quic.send_stream_data(event.stream_id, answer, end_stream=True)
        self.transmit()


class Client(QuicConnectionProtocol):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.answers = {}
        self.datagrams = asyncio.Queue()
        self.ended = asyncio.get_running_loop().create_future()

    def quic_event_received(self, event):
        if isinstance(event, DatagramFrameReceived):
            self.datagrams.put_nowait(event.data)
        elif isinstance(event, StreamDataReceived):
            octets, done = self.answers[event.stream_id]
            octets.append(event.data)
            if event.end_stream and not done.done():
                done.set_result(b"".join(octets))
        elif isinstance(event, ConnectionTerminated) and not self.ended.done():
            self.ended.set_result(event)
            for _, done in self.answers.values():
                if not done.done():
                    done.set_exception(ConnectionError(f"closed: {event.error_code} {event.reason_phrase}"))

    def request(self, line, octets=b""):
        stream = self._quic.get_next_available_stream_id()
        done = asyncio.get_running_loop().create_future()
        self.answers[stream] = ([], done)
        self._quic.send_stream_data(stream, line.encode() + b"\n" + octets, end_stream=True)
        self.transmit()
        return done

    async def get(self, octets):
        answer = await self.request(f"get {octets}")
        if answer != content(octets):
            raise ValueError(f"got {len(answer)} octets that are not the first {octets} of the content")

    async def put(self, octets):
        sent = content(octets)
        answer = await self.request(f"put {octets}", sent)
        if answer.decode() != hashlib.sha256(sent).hexdigest():
            raise ValueError("the server hashed other octets")

    async def streams(self, count):
        # The peer's limit holds back what is asked for too early, as aioquic does by itself.
        waiting = deque()
        for _ in range(count):
            waiting.append(asyncio.ensure_future(self.get(32)))
            if len(waiting) == 100:
                await waiting.popleft()
        await asyncio.gather(*waiting)

    async def key_update(self, _):
        for _ in range(5):
            await self.get(32)
            self.request_key_update()
            await self.get(32)

    async def echo(self, count):
        for number in range(count):
            octets = f"datagram {number} ".encode().ljust(1000, b".")
            self._quic.send_datagram_frame(octets)
            self.transmit()
            answer = await asyncio.wait_for(self.datagrams.get(), 100)
            if answer != octets:
                raise ValueError(f"datagram {number} came back as {answer[:20]}")

    async def until_reset(self, _):
        while not self.ended.done():
            try:
                await asyncio.wait_for(asyncio.shield(self.get(32)), 0.5)
            except (asyncio.TimeoutError, ConnectionError):
                pass
            await asyncio.sleep(0.05)
        raise ConnectionError(f"ended with {self.ended.result().error_code} {self.ended.result().reason_phrase}")


async def run_server(options):
    server_configuration = configuration(False)
    server_configuration.certificate, server_configuration.private_key = make_certificate(options.large_certificate)
    server = await serve(
        "127.0.0.1", options.port, configuration=server_configuration, create_protocol=Server, retry=options.retry
    )
    print("listening", server._transport.get_extra_info("sockname")[1], flush=True)
    await asyncio.Event().wait()


ACTIONS = {
    "get": Client.get,
    "put": Client.put,
    "streams": Client.streams,
    "key-update": Client.key_update,
    "datagrams": Client.echo,
    "until-reset": Client.until_reset,
}


async def run_client(options):
    connections = options.amount if options.action == "connections" else 1
    for number in range(connections):
        client_configuration = configuration(True)
        if options.action == "reserved-version":
            client_configuration.supported_versions = [RESERVED_VERSION, QuicProtocolVersion.VERSION_1]
            client_configuration.original_version = RESERVED_VERSION
        async with connect(
            "127.0.0.1", options.port, configuration=client_configuration, create_protocol=Client
        ) as client:
            action = ACTIONS.get(options.action, Client.get)
            await action(client, options.amount if options.action in ACTIONS else 32)
            if number == connections - 1:
                # Leaving the block would wait for the end of draining.
                client.close()
                client.transmit()
                print(json.dumps({"ok": True}), flush=True)
                os._exit(0)


def main():
    parser = argparse.ArgumentParser()
    roles = parser.add_subparsers(dest="role", required=True)
    server = roles.add_parser("server")
    server.add_argument("--port", type=int, default=0)
    server.add_argument("--retry", action="store_true")
    server.add_argument("--large-certificate", action="store_true")
    server.add_argument("--reset-key")
    client = roles.add_parser("client")
    client.add_argument("--port", type=int, required=True)
    client.add_argument("action")
    client.add_argument("amount", type=int, nargs="?", default=0)
    options = parser.parse_args()
    if options.role == "server":
        return asyncio.run(run_server(options))
    try:
        asyncio.run(run_client(options))
    except Exception as error:
        print(json.dumps({"ok": False, "error": f"{type(error).__name__}: {error}"}), flush=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
