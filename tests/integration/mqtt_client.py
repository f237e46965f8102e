# SPDX-License-Identifier: MIT
"""MQTT 3.1.1 in a test's hands: QoS 0 and 1, one thread, nothing hidden. Not for other use."""
import collections
import select
import socket
import struct
import time

Message = collections.namedtuple("Message", "topic payload retain at")
PATIENCE_S = 20  # generous: sanitizers, two shared cores


class GivenUp(SystemExit):
    pass


def text(s):
    b = s.encode()
    return struct.pack(">H", len(b)) + b


class Client:
    def __init__(self, port, client_id, on_message=None):
        self.port, self.id, self.on_message = port, client_id, on_message
        self.socket, self.buffer, self.packet_id = None, b"", 0
        self.messages, self.acked = [], set()

    # ---- bytes

    def send(self, kind, body):
        n, length = len(body), b""
        while True:
            n, digit = divmod(n, 128)
            length += bytes([digit | (0x80 if n else 0)])
            if not n:
                break
        self.socket.sendall(bytes([kind]) + length + body)

    def packets(self):
        while True:
            n, shift, at = 0, 0, 1
            while True:
                if at >= len(self.buffer):
                    return
                digit = self.buffer[at]
                n |= (digit & 127) << shift
                shift, at = shift + 7, at + 1
                if not digit & 128:
                    break
            if len(self.buffer) < at + n:
                return
            kind, body = self.buffer[0], self.buffer[at:at + n]
            self.buffer = self.buffer[at + n:]
            yield kind, body

    def take(self, kind, body):
        if kind >> 4 == 3:
            n = struct.unpack(">H", body[:2])[0]
            topic, rest = body[2:2 + n].decode(), body[2 + n:]
            if kind >> 1 & 3:
                self.send(0x40, rest[:2])
                rest = rest[2:]
            m = Message(topic, rest.decode("utf-8", "replace"), kind & 1, time.monotonic())
            self.messages.append(m)
            if self.on_message:
                self.on_message(m)
        elif kind >> 4 in (4, 9):
            self.acked.add(struct.unpack(">H", body[:2])[0])

    # ---- verbs

    def connect(self):
        self.buffer = b""
        self.socket = socket.create_connection(("127.0.0.1", self.port), PATIENCE_S)
        self.send(0x10, text("MQTT") + bytes([4, 2]) + struct.pack(">H", 0) + text(self.id))
        answer = b""
        while len(answer) < 4:
            more = self.socket.recv(4 - len(answer))
            if not more:
                raise ConnectionError("the broker closed")
            answer += more
        if answer[3]:
            raise ConnectionError(f"the broker refuses: {answer[3]}")
        return self

    def close(self, politely=True):
        if self.socket:
            if politely:
                try:
                    self.send(0xe0, b"")
                except OSError:
                    pass
            self.socket.close()
        self.socket = None

    def next_id(self):
        self.packet_id = self.packet_id % 65535 + 1
        return self.packet_id

    def subscribe(self, *filters):
        packet = self.next_id()
        self.send(0x82, struct.pack(">H", packet) + b"".join(text(f) + b"\1" for f in filters))
        self.until(lambda: packet in self.acked, "a subscription")

    def subscribe_soon(self, *filters):
        """Without waiting: allowed while a message is handled."""
        self.send(0x82, struct.pack(">H", self.next_id()) + b"".join(text(f) + b"\1" for f in filters))

    def publish(self, topic, payload, retain=0):
        packet = self.next_id()
        self.send(0x32 | retain, text(topic) + struct.pack(">H", packet) + payload.encode())
        self.until(lambda: packet in self.acked, "an acknowledgement")

    def turn(self, seconds):
        """Handles what comes within that time, returns after the first of it."""
        if not select.select([self.socket], [], [], seconds)[0]:
            return False
        more = self.socket.recv(65536)
        if not more:
            raise ConnectionError("the broker closed")
        self.buffer += more
        for kind, body in self.packets():
            self.take(kind, body)
        return True

    def until(self, done, what, seconds=PATIENCE_S):
        """Waits for a condition that messages bring about; how long it took."""
        start = time.monotonic()
        while not done():
            left = start + seconds - time.monotonic()
            if left <= 0:
                raise GivenUp(f"gave up waiting for {what() if callable(what) else what}")
            self.turn(min(left, 0.05))
        return time.monotonic() - start
