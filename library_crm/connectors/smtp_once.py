"""Handing a mail to an SMTP server so that a process that dies loses or repeats nothing.

A mail belongs to the server from the moment it has read the line with a single dot. Whoever notes “sent” after the
server's answer and dies in between sends the mail twice. So the text goes out first, then the caller notes what is
about to happen, then the dot follows: before it the server throws everything away, after it the note stands.
"""

import re
import smtplib
from contextlib import contextmanager

_LINE_ENDS = re.compile(rb"\r\n|\n|\r")
_DOT = re.compile(rb"^\.", re.MULTILINE)


@contextmanager
def noted_before_the_end(session, before_end, after_end):
    """Within this block `session` calls back around the end of each mail.

    :param session: a connected `smtplib.SMTP`
    :param before_end: called when all but the closing dot has been sent
    :param after_end: called with the code of the server's answer, once it has come
    """

    def data(message):
        session.putcmd("data")
        code, answer = session.getreply()
        if code != 354:
            raise smtplib.SMTPDataError(code, answer)
        session.send(stuffed(message))
        before_end()
        session.send(b".\r\n")
        code, answer = session.getreply()
        after_end(code)
        return code, answer

    session.data = data
    try:
        yield
    finally:
        del session.data


def stuffed(message):
    """The bytes of a mail as SMTP carries them: CRLF at each end of a line, a dot before a dot."""
    if isinstance(message, str):
        message = message.encode("ascii")
    lines = _DOT.sub(b"..", _LINE_ENDS.sub(b"\r\n", message))
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"
