"""The handshake: Hello until Welcome, then Ready until the node speaks within the session. HMACs prove the secret."""

import hashlib
import hmac
import os

from frame import FLAG_MAC, NO_TOKEN, TOKEN_OCTETS, control_frame
from link_process import CONFIGURATION, TEMPORARY, Exit
from protobuf import Message, field

MAC_OCTETS, NONCE_OCTETS = 32, 32
BUSY = 3  # a code of Reject
# Fields of Envelope.
HELLO, WELCOME, READY, REJECT = 10, 11, 12, 13


class Handshake:
    """The link's part. `greeting` is the datagram to repeat until the node answers."""

    def __init__(self, secret, said):
        """`said` are the encoded fields of Hello except its nonce."""
        self.secret = secret
        self.hello = field(HELLO, field(2, os.urandom(NONCE_OCTETS)) + said)
        self.greeting = self.with_mac("hello", [], self.hello)

    def receive(self, content):
        """Returns the Welcome of a handshake frame, after which Ready is the greeting, or None: not authentic.

        Raises ValueError when it is malformed, and Exit when the node refuses the link.
        """
        envelope, mac = content[:-MAC_OCTETS], content[-MAC_OCTETS:]
        message = Message(envelope)
        kind = "reject" if REJECT in message else "welcome"
        if not hmac.compare_digest(self.mac(kind, [self.hello], envelope), mac):
            return None
        for reject in message.nested(REJECT):
            code = TEMPORARY if reject.number(1) == BUSY else CONFIGURATION
            raise Exit(code, f"the node refused this link: {reject.octets(2).decode(errors='replace')}")
        welcome = next(iter(message.nested(WELCOME)), Message(b""))
        token = welcome.octets(3)
        if welcome.number(1) != 1 or len(token) != TOKEN_OCTETS or token == NO_TOKEN:
            raise ValueError("a Welcome without version 1 or a token")
        self.greeting = self.with_mac("ready", [self.hello, envelope], field(READY, b""))
        return welcome

    def mac(self, kind, before, envelope):
        hashes = b"".join(hashlib.sha256(earlier).digest() for earlier in before)
        return hmac.digest(self.secret, f"flor-io/1 {kind}".encode() + hashes + envelope, "sha256")

    def with_mac(self, kind, before, envelope):
        return NO_TOKEN + control_frame(envelope + self.mac(kind, before, envelope), FLAG_MAC)
