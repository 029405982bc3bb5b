"""Our side: what library_crm calls things, and how its database is filled."""

from odoo.fields import Command

from . import populate
from .facts import ALIAS, BASE, TEAMS
from .populate import (
    OTHERS,
    add_activities,
    add_contacts,
    add_followers,
    add_messages,
    clone,
    link,
    of_contact,
    pick,
    text_of,
)

MODULE = "library_crm"
MODEL = "library.case"
GROUP = "library_crm.group_library_librarian"
PORTAL_PAGE = "/my/cases?filterby=all"
CODES = ("new", "understand", "search", "deliver", "verify", "closed")
# a row's stage, counted from 1 in CODES
STAGE = (
    "CASE WHEN NOT r.is_open THEN 6 WHEN r.twelfth < 3 THEN 1 WHEN r.twelfth < 5 THEN 2"
    " WHEN r.twelfth < 8 THEN 3 WHEN r.twelfth < 10 THEN 4 ELSE 5 END"
)
IS_NEW = "r.is_open AND r.twelfth < 3"


def find_action(env):
    """The action behind the menu "All cases"."""
    return env.ref("library_crm.library_case_action_all")


def fill(env):
    """Teams, users and all records; commits."""
    populate.prepare_mail(env)
    librarian, readers = populate.make_users(env, GROUP)
    teams = env["library.team"].create([
        {
            "name": f"Team {number}", "member_ids": [Command.create({"user_id": librarian.id})],
            "alias_name": ALIAS if number == 1 else f"team{number}",
        }
        for number in range(1, TEAMS + 1)
    ])
    own_patrons = env["library.patron"].create([{"partner_id": partner.id} for partner in readers.partner_id])
    patron = env["library.patron"].create({"name": "x", "email": "x@patrons.example"})
    case = env[MODEL].with_user(librarian).create({
        "name": "x", "patron_id": patron.id, "team_id": teams[0].id, "channel": "mail",
        "service_id": env["library.service"].search([("kind", "=", "reference")], limit=1).id,
    })
    case.action_claim()
    case._ensure_workroom()
    populate.describe_rows(env.cr)
    contact = add_contacts(env, readers)
    of_patron = _add_patrons(env, patron, own_patrons)
    _add_cases(env, case.sudo(), teams, contact, of_patron)
    add_messages(env, case.sudo(), contact)
    add_followers(env, case, f"NOT ({IS_NEW})")
    add_activities(env, case, librarian)
    _add_logs(env, case)
    populate.finish(env)


def _add_patrons(env, template, own_patrons):
    """Each contact is a patron, with its address as identity.

    :return: SQL that names the patron of a described row `r`
    """
    dates = {"create_date": "r.moment", "write_date": "r.moment"}
    clone(env.cr, "library_patron", template.id, {"partner_id": f"{BASE} + r.n", **dates}, OTHERS)
    clone(env.cr, "library_patron_identity", template.identity_ids.id, {
        "patron_id": f"{BASE} + r.n", "value": "r.email", "value_normalized": "r.email", **dates,
    }, OTHERS)
    return of_contact(own_patrons)


def _add_cases(env, case, teams, contact, patron):
    cr = env.cr
    stages = [case._find_stage(code).id for code in CODES]
    address = f"(SELECT email FROM res_partner WHERE id = {contact})"
    dates = {"create_date": "r.moment", "write_date": "r.moment + interval '1 day'"}
    clone(cr, "library_case", case.id, {
        "name": "r.title", "patron_id": patron, "partner_id": contact, "email_from": address,
        "email_normalized": address, "lang": "CASE WHEN r.is_chinese THEN 'zh_CN' ELSE 'en_US' END",
        "team_id": pick(teams.ids, "r.team"), "user_id": f"CASE WHEN {IS_NEW} THEN NULL ELSE t.user_id END",
        "stage_id": pick(stages, STAGE), "stage_code": text_of(CODES, STAGE),
        "waits_for": "CASE WHEN NOT r.is_open THEN 'nobody' WHEN r.twelfth IN (8, 9) THEN 'patron' ELSE 'library' END",
        "has_news": f"{IS_NEW}", "priority": "CASE WHEN r.n % 15 = 0 THEN '1' ELSE '0' END",
        "date_promised": "r.moment + interval '2 days'", "date_last_message": "r.moment",
        "date_first_answer": f"CASE WHEN {IS_NEW} THEN NULL ELSE r.moment + interval '3 hours' END",
        "date_closed": "CASE WHEN r.is_open THEN NULL ELSE r.moment + interval '4 days' END",
        "resolution": "CASE WHEN r.is_open THEN NULL WHEN r.n % 7 = 0 THEN 'partly' ELSE 'met' END",
        **dates,
    })
    clone(cr, "library_need", case.need_ids.id, {
        "name": "r.title", "statement": "regexp_replace(r.body, '<[^>]+>', ' ', 'g')", "patron_id": patron,
        "state": "CASE WHEN r.is_open THEN 'stated' WHEN r.n % 7 = 0 THEN 'partly' ELSE 'met' END", **dates,
    })
    clone(cr, "library_clock_segment", case.segment_ids[:1].id, {
        "case_id": f"{BASE} + r.n", "team_id": pick(teams.ids, "r.team"), "date_start": "r.moment",
        "date_end": "CASE WHEN r.is_open THEN NULL ELSE r.moment + interval '4 days' END", **dates,
    })
    link(cr, "library_case_need_rel", ["case_id", "need_id"], [f"{BASE} + r.n", f"{BASE} + r.n"])
    link(cr, "library_case_reader_rel", ["case_id", "partner_id"], [f"{BASE} + r.n", contact])
    clone(cr, "library_workroom", case.workroom_ids.id, {
        "case_id": f"{BASE} + r.n", "name": "r.title", **dates,
    }, "r.n % 5 = 0")


def _add_logs(env, case):
    """What is learned from each closed case."""
    case.sudo()._close("met")
    env.flush_all()
    clone(env.cr, "library_service_log", case.log_ids.id, {"case_id": f"{BASE} + r.n"}, "NOT r.is_open")


def create_values(env, number):
    """What a librarian fills in for a patron at the desk."""
    teams = env["library.team"].search([], limit=TEAMS)
    return {
        "name": f"Sources on harbour records, {number}", "patron_id": BASE + 100 + number,
        "team_id": teams[number % TEAMS].id,
    }


def open_panels(env, case_id):
    """What the web client asks for when the form stands, beside the form itself."""
    env[MODEL].browse(case_id).get_process()
    if not env[MODEL].find_answered("", case_id)["sections"]:
        raise ValueError("nothing is found beside the case")


def open_board(env):
    """The team board of the librarian; its open cases."""
    figures = env["library.team.board"].figures()
    if not figures["members"]:
        raise ValueError("the board shows nobody")
    return figures["totals"]["open"]
