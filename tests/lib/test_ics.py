"""The file for the patron's calendar. Feature: X15"""

from datetime import datetime

from library_crm.lib.ics import calendar_file

START, END, NOW = datetime(2027, 3, 1, 8), datetime(2027, 3, 1, 8, 30), datetime(2027, 2, 1)


def lines(**more):
    text = calendar_file("7@library.test", START, END, more.pop("summary", "Talk"), NOW, **more).decode()
    return text.replace("\r\n ", "").split("\r\n")


def test_moments_status_and_version():
    found = lines(version=3)
    assert {"METHOD:PUBLISH", "SEQUENCE:3", "STATUS:CONFIRMED"} <= set(found)
    assert {"DTSTART:20270301T080000Z", "DTEND:20270301T083000Z"} <= set(found)
    off = lines(cancelled=True)
    assert "METHOD:CANCEL" in off and "STATUS:CANCELLED" in off


def test_words_cannot_begin_a_line_of_their_own():
    found = lines(summary="Maps;\r\nATTENDEE:mailto:evil@x.test", location="Room 1, \\north", description="a\nb\x00c")
    assert not any(line.startswith("ATTENDEE") for line in found)
    assert "SUMMARY:Maps\\;\\nATTENDEE:mailto:evil@x.test" in found
    assert "LOCATION:Room 1\\, \\\\north" in found
    assert "DESCRIPTION:a\\nbc" in found


def test_long_chinese_lines_are_folded_between_characters():
    raw = calendar_file("7@library.test", START, END, "與館員談談" * 40, NOW)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert "與館員談談" * 40 in raw.decode().replace("\r\n ", "")
