"""The peer's side: what OCA helpdesk_mgmt calls things, and how its database is filled."""

from odoo.fields import Command

from . import populate
from .facts import ALIAS, BASE, TEAMS
from .populate import add_activities, add_contacts, add_followers, add_messages, clone, link, pick

MODULE = "helpdesk_mgmt"
MODEL = "helpdesk.ticket"
GROUP = "helpdesk_mgmt.group_helpdesk_user"
PORTAL_PAGE = "/my/tickets"
STAGES = ("new", "in_progress", "awaiting", "done", "cancelled")


def find_action(env):
    """The action behind the menu "All Tickets"."""
    return env.ref("helpdesk_mgmt.helpdesk_ticket_action")


def fill(env):
    """Teams, users and all records; commits."""
    populate.prepare_mail(env)
    librarian, readers = populate.make_users(env, GROUP)
    teams = env["helpdesk.ticket.team"].create([
        {
            "name": f"Team {number}", "user_ids": [Command.set(librarian.ids)],
            "alias_name": ALIAS if number == 1 else f"team{number}",
        }
        for number in range(1, TEAMS + 1)
    ])
    ticket = env[MODEL].with_user(librarian).create({
        "name": "x", "description": "<p>x</p>", "team_id": teams[0].id, "user_id": librarian.id,
        "partner_id": librarian.partner_id.id,
        "channel_id": env.ref("helpdesk_mgmt.helpdesk_ticket_channel_email").id,
    })
    tags = env["helpdesk.ticket.tag"].create([{"name": name} for name in ("Reference", "Loans", "Databases")])
    populate.describe_rows(env.cr)
    contact = add_contacts(env, readers)
    _add_tickets(env, ticket.sudo(), teams, contact)
    link(
        env.cr, "helpdesk_ticket_helpdesk_ticket_tag_rel", ["helpdesk_ticket_id", "helpdesk_ticket_tag_id"],
        [f"{BASE} + r.n", pick(tags.ids, "1 + r.n % 3")], "r.n % 3 <> 0",
    )
    add_messages(env, ticket.sudo(), contact)
    add_followers(env, ticket, "NOT (r.is_open AND r.twelfth < 3)")
    add_activities(env, ticket, librarian)
    populate.finish(env)


def _add_tickets(env, ticket, teams, contact):
    stages = [env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}").id for name in STAGES]
    stage = (
        "CASE WHEN NOT r.is_open THEN CASE WHEN r.n % 20 = 0 THEN 5 ELSE 4 END "
        "WHEN r.twelfth < 3 THEN 1 WHEN r.twelfth < 8 THEN 2 ELSE 3 END"
    )
    is_new = "r.is_open AND r.twelfth < 3"
    clone(env.cr, "helpdesk_ticket", ticket.id, {
        "number": "'HT' || lpad(r.n::text, 6, '0')", "name": "r.title", "description": "r.body",
        "stage_id": pick(stages, stage), "unattended": is_new, "team_id": pick(teams.ids, "r.team"),
        "user_id": f"CASE WHEN {is_new} THEN NULL ELSE t.user_id END",
        "assigned_date": f"CASE WHEN {is_new} THEN NULL ELSE r.moment + interval '3 hours' END",
        "closed_date": "CASE WHEN r.is_open THEN NULL ELSE r.moment + interval '4 days' END",
        "partner_id": contact, "commercial_partner_id": contact,
        "partner_name": f"(SELECT name FROM res_partner WHERE id = {contact})",
        "partner_email": f"(SELECT email FROM res_partner WHERE id = {contact})",
        "priority": "CASE WHEN r.n % 15 = 0 THEN '3' WHEN r.n % 4 = 0 THEN '2' ELSE '1' END",
        "last_stage_update": "r.moment + interval '1 day'",
        "create_date": "r.moment", "write_date": "r.moment + interval '1 day'",
    })


def create_values(env, number):
    """What a librarian fills in for a patron at the desk."""
    teams = env["helpdesk.ticket.team"].search([], limit=TEAMS)
    return {
        "name": f"Sources on harbour records, {number}", "description": "<p>Needs them by Friday.</p>",
        "partner_id": BASE + 100 + number, "team_id": teams[number % TEAMS].id,
    }


def open_panels(env, record_id):
    """Nothing is loaded after the form."""
