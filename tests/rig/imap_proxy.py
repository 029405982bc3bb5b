"""Stands between Odoo and the IMAP server and pulls the plug in the middle of a mail."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from dataclasses import dataclass, field

from .environment import HOST, free_port

# The server announces a mail as `* 3 FETCH (UID 7 BODY[] {5120}`, then sends that many bytes.
FETCH = re.compile(rb"^\* \d+ FETCH .*\{(\d+)\}\r\n$", re.IGNORECASE | re.DOTALL)


@dataclass
class Counters:
    """What has passed through the proxy."""

    connections: int = 0
    fetches: int = 0  # mails whose transmission began
    completed: int = 0  # mails that went through whole
    cuts: int = 0
    commands: list[str] = field(default_factory=list)  # what the client sent, without the password


class ImapProxy:
    """Forwards IMAP connections; cuts the one that carries the n-th mail from now, once, when told to."""

    def __init__(self, target_port: int):
        self.target_port = target_port
        self.port = free_port()
        self.counters = Counters()
        self._cut_at: int | None = None
        self._cut_after = 0
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()

    def start(self) -> ImapProxy:
        self._listener = socket.create_server((HOST, self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop listening and cut what is open."""
        if self._listener:
            # Closing alone would leave the thread in accept() and the port taken.
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        self.cut_now()

    def __enter__(self) -> ImapProxy:
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def cut_fetch(self, number: int, after: int = 100) -> None:
        """Cut the connection when `after` bytes of the `number`-th mail from now have passed (first = 1)."""
        with self._lock:
            self._cut_at = self.counters.fetches + number
            self._cut_after = after

    def cut_now(self) -> None:
        """Cut every open connection."""
        for connection in list(self._open):
            self._close(connection)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _address = listener.accept()
            except OSError:
                return
            self.counters.connections += 1
            try:
                server = socket.create_connection((HOST, self.target_port))
            except OSError:
                client.close()
                continue
            self._open |= {client, server}
            for forward in (self._forward_commands, self._forward_answers):
                threading.Thread(target=forward, args=(client, server), daemon=True).start()

    def _forward_commands(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), client.makefile("rb") as lines:
            for line in lines:
                words = line.decode("ascii", "replace").split(" ", 2)
                if len(words) > 1:
                    secret = words[1].strip().upper() in ("LOGIN", "AUTHENTICATE")
                    self.counters.commands.append(words[1].strip() if secret else " ".join(words[1:]).strip())
                server.sendall(line)
        self._close(client)
        self._close(server)

    def _forward_answers(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), server.makefile("rb") as answers:
            for line in answers:
                client.sendall(line)
                announced = FETCH.match(line)
                if announced and not self._forward_mail(client, answers, int(announced[1])):
                    break
        self._close(client)
        self._close(server)

    def _forward_mail(self, client: socket.socket, answers, size: int) -> bool:
        """Pass one mail on; say whether it went through whole."""
        with self._lock:
            self.counters.fetches += 1
            is_cut = self.counters.fetches == self._cut_at
            if is_cut:
                self._cut_at = None
                self.counters.cuts += 1
        left = min(size, self._cut_after) if is_cut else size
        while left:
            chunk = answers.read(min(left, 65536))
            if not chunk:
                return False
            client.sendall(chunk)
            left -= len(chunk)
        if not is_cut:
            self.counters.completed += 1
        return not is_cut

    def _close(self, connection: socket.socket) -> None:
        self._open.discard(connection)
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()
