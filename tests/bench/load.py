"""A client that costs little, because it shares the machine with the service: one thread, plain sockets, requests one after the other."""

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

PATH = "/fhir/$assess?asOf=2026-11-24"
PATIENCE = 300  # seconds for one answer

_HEAD = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/fhir+json\r\nContent-Length: %d\r\n\r\n"


class NoAnswer(Exception):
    """A status other than 200, or a connection that ended in the middle."""


@dataclass
class Caller:
    """One connection with one request under way."""

    port: int
    connection: socket.socket | None = None
    began: float = 0
    got: bytearray = field(default_factory=bytearray)
    wanted: int = 0  # length of the whole answer, once its head is in
    leaves: bool = False  # the server closes the connection after this answer

    def send(self, body: bytes) -> None:
        """Send a request, over a new connection where there is none."""
        if self.connection is None:
            self.connection = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.got.clear()
        self.wanted, self.leaves = 0, False
        self.began = time.perf_counter()
        self.connection.sendall(_HEAD % (PATH.encode(), len(body)) + body)

    def receive(self) -> float | None:
        """The seconds that the answer took, when this was the last piece of it."""
        piece = self.connection.recv(1 << 18)
        if not piece:
            raise NoAnswer("the connection ended in the middle of an answer")
        self.got += piece
        if not self.wanted:
            self._read_head()
        if not self.wanted or len(self.got) < self.wanted:
            return None
        return time.perf_counter() - self.began

    def close(self) -> None:
        """Leave."""
        if self.connection:
            self.connection.close()
            self.connection = None

    def _read_head(self) -> None:
        end = self.got.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.got[:end]).lower()
        if not head.startswith(b"http/1.1 200"):
            raise NoAnswer(head.partition(b"\r\n")[0].decode())
        self.wanted = end + 4 + int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        self.leaves = b"connection: close" in head


class Load:
    """Posts `bodies` over so many connections at once; `times` are the seconds of each answer, `lost` what became of the others."""

    def __init__(self, port: int, bodies: Iterator[bytes], connections: int) -> None:
        self.times: list[float] = []
        self.lost: list[str] = []
        self._bodies = bodies
        self._idle = [Caller(port) for _ in range(connections)]
        self._waiting = selectors.DefaultSelector()

    def run(self, go_on: Callable[[int], bool]) -> None:
        """As long as `go_on` says of the number of requests sent, and until the last answer is there."""
        sent = 0
        while True:
            while self._idle and go_on(sent):
                self._send(self._idle.pop())
                sent += 1
            if not self._waiting.get_map():
                break
            for key, _ in self._waiting.select(PATIENCE):
                self._receive(key.data)
        self._waiting.close()
        for caller in self._idle:
            caller.close()

    def _send(self, caller: Caller) -> None:
        caller.send(next(self._bodies))
        self._waiting.register(caller.connection, selectors.EVENT_READ, caller)

    def _receive(self, caller: Caller) -> None:
        try:
            took = caller.receive()
            if took is None:
                return
            self.times.append(took)
        except (NoAnswer, OSError) as error:
            self.lost.append(str(error) or type(error).__name__)
            caller.leaves = True
        self._waiting.unregister(caller.connection)
        if caller.leaves:
            caller.close()
        self._idle.append(caller)


def drive(port: int, bodies: Iterator[bytes], go_on: Callable[[int], bool], connections: int = 1) -> list[float]:
    """The seconds that each answer took.

    Raises:
        NoAnswer: a request had none.
    """
    load = Load(port, bodies, connections)
    load.run(go_on)
    if load.lost:
        raise NoAnswer(load.lost[0])
    return load.times
