"""An HTTP/3 server and client of aioquic: `http3.py server ADDRESS PORT`, `http3.py client PORT OCTETS`, of 127.0.0.1."""

import asyncio
import hashlib
import ssl
import sys

from aioquic.asyncio import QuicConnectionProtocol, connect, serve
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from peer import content, make_certificate


class Server(QuicConnectionProtocol):
    """`/OCTETS` has so many of the content."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.http = H3Connection(self._quic)

    def quic_event_received(self, event):
        for part in self.http.handle_event(event):
            if not isinstance(part, HeadersReceived):
                continue
            path = dict(part.headers)[b":path"].decode()
            self.http.send_headers(part.stream_id, [(b":status", b"200"), (b"server", b"aioquic")])
            self.http.send_data(part.stream_id, content(int(path[1:])), end_stream=True)
            self.transmit()


class Client(QuicConnectionProtocol):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.http = H3Connection(self._quic)
        self.status = b""
        self.body = b""
        self.done = asyncio.get_running_loop().create_future()

    def get(self, path):
        stream = self._quic.get_next_available_stream_id()
        names = [(b":method", b"GET"), (b":scheme", b"https"), (b":authority", b"localhost"), (b":path", path.encode())]
        self.http.send_headers(stream, names, end_stream=True)
        self.transmit()
        return self.done

    def quic_event_received(self, event):
        for part in self.http.handle_event(event):
            if isinstance(part, HeadersReceived):
                self.status = dict(part.headers)[b":status"]
            elif isinstance(part, DataReceived):
                self.body += part.data
                if part.stream_ended and not self.done.done():
                    self.done.set_result(None)


async def main(kind, *args):
    configuration = QuicConfiguration(is_client=kind == "client", alpn_protocols=H3_ALPN, verify_mode=ssl.CERT_NONE, idle_timeout=250)
    if kind == "server":
        configuration.certificate, configuration.private_key = make_certificate(False)
        await serve(args[0], int(args[1]), configuration=configuration, create_protocol=Server)
        print("listening", flush=True)
        await asyncio.Event().wait()
    octets = int(args[1])
    async with connect("127.0.0.1", int(args[0]), configuration=configuration, create_protocol=Client) as client:
        await asyncio.wait_for(client.get(f"/{octets}"), 200)
        is_whole = hashlib.sha256(client.body).digest() == hashlib.sha256(content(octets)).digest()
        print(client.status.decode(), len(client.body), "whole" if is_whole else "damaged")


asyncio.run(main(*sys.argv[1:]))
