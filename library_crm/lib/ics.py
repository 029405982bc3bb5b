"""One event as a file that every calendar reads (RFC 5545), without any library."""

FOLD = 73


def calendar_file(uid, start, end, summary, now, *, description="", location="", cancelled=False, version=0):
    """The bytes of an .ics file with one event.

    :param uid: what tells this event from every other; the same for its changes
    :param start: naive UTC datetime
    :param end: naive UTC datetime
    :param now: naive UTC datetime at which the file is written
    :param cancelled: whether the event is off
    :param version: grows with each change of the event
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//library_crm//appointment//EN",
        f"METHOD:{'CANCEL' if cancelled else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{_text(uid)}",
        f"SEQUENCE:{int(version)}",
        f"DTSTAMP:{_moment(now)}",
        f"DTSTART:{_moment(start)}",
        f"DTEND:{_moment(end)}",
        f"SUMMARY:{_text(summary)}",
        *([f"DESCRIPTION:{_text(description)}"] if description else []),
        *([f"LOCATION:{_text(location)}"] if location else []),
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _moment(moment):
    return moment.strftime("%Y%m%dT%H%M%SZ")


def _text(value):
    """A value with what has a meaning in the format escaped; it cannot begin a line of its own."""
    text = str(value).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(sign for sign in text if sign >= " " and sign != "\x7f")


def _folded(line):
    """A line cut so that no part has more than 75 bytes; characters stay whole."""
    parts, part = [], ""
    for sign in line:
        if len((part + sign).encode()) > FOLD:
            parts.append(part)
            part = ""
        part += sign
    return "\r\n ".join([*parts, part])
