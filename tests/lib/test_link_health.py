"""What an attempt to open a link says about the link. Feature: 5.1"""

import pytest

from library_crm.lib.link_health import judge, should_ask_again


@pytest.mark.parametrize("status", [200, 204, 206, 304])
def test_it_answers(status):
    assert judge(status, failures=5) == ("ok", "answers", 0)


@pytest.mark.parametrize(("status", "code"), [(401, "login"), (403, "login"), (429, "busy")])
def test_a_closed_door_is_a_door(status, code):
    assert judge(status) == ("ok", code, 0)


@pytest.mark.parametrize("status", [404, 410])
def test_gone_is_broken_at_once(status):
    assert judge(status) == ("broken", "not_found", 1)


@pytest.mark.parametrize("error", ["name", "certificate", "redirect"])
def test_what_does_not_come_back_by_itself(error):
    assert judge(error=error) == ("broken", error, 1)


@pytest.mark.parametrize(("status", "error", "code"), [(503, None, "server"), (None, "time", "time"),
                                                       (None, "connect", "connect"), (418, None, "refused")])
def test_what_may_be_back_tomorrow_gets_a_second_chance(status, error, code):
    assert judge(status, error) == ("unknown", code, 1)
    assert judge(status, error, 1) == ("broken", code, 2)


@pytest.mark.parametrize("error", ["private", "port"])
def test_what_we_may_not_ask_is_not_known(error):
    assert judge(error=error, failures=1) == ("unknown", error, 0)


def test_servers_that_know_no_head():
    assert should_ask_again(405) and should_ask_again(501)
    assert not should_ask_again(200) and not should_ask_again(410)
