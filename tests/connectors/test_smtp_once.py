"""What is noted stands before the server owns a mail."""

import smtplib
import socket
import threading

import pytest

from library_crm.connectors.smtp_once import noted_before_the_end, stuffed


class Sink:
    """A server for one session that keeps what it was told, and answers the end of the mail as it is asked to."""

    def __init__(self, answer):
        self.answer = answer
        self.heard = b""
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        connection, _address = self.socket.accept()
        connection.settimeout(10)
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 sink\r\n")
            in_data = False
            for line in lines:
                self.heard += line
                if in_data and line != b".\r\n":
                    continue
                if in_data:
                    in_data = False
                    if self.answer is None:
                        return
                    connection.sendall(self.answer)
                elif line.upper().startswith(b"DATA"):
                    in_data = True
                    connection.sendall(b"354 go on\r\n")
                else:
                    connection.sendall(b"250 ok\r\n")


def send(sink, text=b"Subject: x\r\n\r\n.a line\r\n"):
    """Send one mail; what was noted, and what the server had heard of its end by then."""
    noted = []
    session = smtplib.SMTP("127.0.0.1", sink.port, timeout=10)
    try:
        with noted_before_the_end(
            session,
            lambda: noted.append(("before", b"\r\n.\r\n" in sink.heard)),
            lambda code: noted.append(("after", code)),
        ):
            session.sendmail("library@library.test", ["a@patrons.test"], text)
    finally:
        session.close()
        assert "data" not in vars(session), "the session is as it was"
    return noted


def test_noted_before_the_server_owns_it():
    """Feature: 15.4"""
    sink = Sink(b"250 taken\r\n")
    assert send(sink) == [("before", False), ("after", 250)]
    sink.thread.join(5)
    assert b"\r\n..a line\r\n.\r\n" in sink.heard


def test_refused():
    with pytest.raises(smtplib.SMTPDataError):
        send(Sink(b"554 no\r\n"))


def test_nobody_knows():
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(Sink(None))


@pytest.mark.parametrize(("text", "carried"), [
    (b"a\nb", b"a\r\nb\r\n"), (b".\r\n..x\r\n", b"..\r\n...x\r\n"), ("plain\r", b"plain\r\n"),
])
def test_as_smtp_carries_it(text, carried):
    assert stuffed(text) == carried
