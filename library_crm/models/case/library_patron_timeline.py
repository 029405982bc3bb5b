from collections.abc import Collection

from odoo import api, fields, models
from odoo.tools import SQL

from ...const import CHANNELS

TIMELINE_KINDS = [
    ("case_opened", "Case opened"),
    ("case_answered", "First answer"),
    ("case_closed", "Case closed"),
    ("messages", "Messages"),
    ("contact", "Desk contact"),
    ("need", "Need"),
    ("event", "Event"),
    ("consent_given", "Agreed"),
    ("consent_withdrawn", "Withdrew a consent"),
    ("lifecycle", "Lifecycle"),
    ("relationship", "Looked after"),
]
# places for parts in a line's number
MOST_PARTS = 32
# what has no page of its own to open
WITHOUT_PAGE = ("event.registration", "library.consent")


def _is_listed(value):
    """Whether the value of a condition is a collection of numbers, not a query."""
    return isinstance(value, Collection) and all(isinstance(one, int) for one in value)


class LibraryPatronTimeline(models.Model):
    """What happened between a patron and the library, over all channels, newest first. It holds no text.

    A subject is read from the record itself with the rights of whoever looks: a case of another team shows as a case
    of that team and nothing else.
    """

    _name = "library.patron.timeline"
    _description = "Patron's Timeline"
    _order = "date desc, id desc"
    _rec_name = "kind"
    _auto = False
    _depends = {
        "library.case": ["patron_id", "partner_id", "company_id", "team_id", "channel", "create_date",
                         "date_first_answer", "date_closed", "user_id"],
        "library.interaction": ["patron_id", "company_id", "channel", "date", "user_id"],
        "library.need": ["patron_id", "company_id", "create_date"],
        "library.consent": ["patron_id", "company_id", "date", "is_given", "purpose", "user_id"],
        "library.relationship": ["patron_id", "company_id", "date_since", "owner_id"],
        "event.registration": ["partner_id", "event_id", "state", "create_date"],
        "mail.message": ["model", "res_id", "author_id", "date", "message_type"],
    }  # fmt: skip

    patron_id = fields.Many2one("library.patron", readonly=True)
    company_id = fields.Many2one("res.company", string="Institution", readonly=True)
    date = fields.Datetime(readonly=True)
    kind = fields.Selection(TIMELINE_KINDS, string="What", readonly=True)
    code = fields.Char(readonly=True, help="Which purpose or stage it was about.")
    channel = fields.Selection(CHANNELS, readonly=True)
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    team_id = fields.Many2one("library.team", readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    amount = fields.Integer("Number", readonly=True, aggregator="sum")
    summary = fields.Char("About", compute="_compute_summary")
    is_open_to_me = fields.Boolean(compute="_compute_summary")

    @property
    def _table_query(self):
        """All parts under each other; a patron's id reaches each of them, and each has an index for it."""
        parts = self._timeline_parts()
        columns = SQL("patron_id, company_id, date, kind, code, channel, res_model, res_id, team_id, user_id, amount")
        return SQL(" UNION ALL ").join(
            # numbers stay the same from one reading to the next: the part's place and the record's own number
            SQL("SELECT res_id::bigint * %s + %s AS id, %s FROM (%s) part", MOST_PARTS, place, columns, part)
            for place, part in enumerate(parts)
        )

    @api.model
    def _timeline_parts(self):
        """SQL queries for the columns of this model without `id`, each with one row a record.

        Rooms above append theirs; places are not reordered, as they are part of the rows' numbers.
        """
        return [
            self._part_of_cases("case_opened", "create_date"),
            self._part_of_cases("case_answered", "date_first_answer"),
            self._part_of_cases("case_closed", "date_closed"),
            SQL("""
                SELECT c.patron_id, c.company_id, m.newest AS date, 'messages' AS kind, NULL::varchar AS code,
                       c.channel, 'library.case' AS res_model, c.id AS res_id, c.team_id, NULL::int AS user_id, m.amount
                  FROM library_case c
            CROSS JOIN LATERAL (
                       SELECT max(date) AS newest, count(*)::int AS amount FROM mail_message
                        WHERE model = 'library.case' AND res_id = c.id AND author_id = c.partner_id
                          AND message_type IN ('email', 'comment')) m
                 WHERE m.amount > 0"""),
            SQL("""
                SELECT patron_id, company_id, date, 'contact' AS kind, NULL::varchar AS code, channel,
                       'library.interaction' AS res_model, id AS res_id, NULL::int AS team_id, user_id, 1 AS amount
                  FROM library_interaction WHERE patron_id IS NOT NULL"""),
            SQL("""
                SELECT patron_id, company_id, create_date AS date, 'need' AS kind, NULL::varchar AS code,
                       NULL::varchar AS channel, 'library.need' AS res_model, id AS res_id, NULL::int AS team_id,
                       NULL::int AS user_id, 1 AS amount
                  FROM library_need WHERE patron_id IS NOT NULL"""),
            SQL("""
                SELECT p.id AS patron_id, p.company_id, e.date_begin AS date, 'event' AS kind, r.state AS code,
                       NULL::varchar AS channel, 'event.registration' AS res_model, r.id AS res_id,
                       NULL::int AS team_id, NULL::int AS user_id, 1 AS amount
                  FROM library_patron p
                  JOIN event_registration r ON r.partner_id = p.partner_id AND r.state IN ('open', 'done')
                  JOIN event_event e ON e.id = r.event_id"""),
            SQL("""
                SELECT patron_id, company_id, date, CASE WHEN is_given THEN 'consent_given' ELSE 'consent_withdrawn'
                       END AS kind, purpose AS code, NULL::varchar AS channel, 'library.consent' AS res_model,
                       id AS res_id, NULL::int AS team_id, user_id, 1 AS amount
                  FROM library_consent"""),
            SQL("""
                SELECT patron_id, company_id, date_since::timestamp AS date, 'relationship' AS kind,
                       NULL::varchar AS code, NULL::varchar AS channel, 'library.relationship' AS res_model,
                       id AS res_id, NULL::int AS team_id, owner_id AS user_id, 1 AS amount
                  FROM library_relationship WHERE patron_id IS NOT NULL"""),
        ]

    @api.model
    def _part_of_cases(self, kind, moment):
        """The cases at one of their moments."""
        return SQL(
            """
                SELECT patron_id, company_id, %(moment)s AS date, %(kind)s AS kind, NULL::varchar AS code, channel,
                       'library.case' AS res_model, id AS res_id, team_id, user_id, 1 AS amount
                  FROM library_case WHERE patron_id IS NOT NULL AND %(moment)s IS NOT NULL""",
            moment=SQL.identifier(moment), kind=kind,
        )

    def _search(self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False):
        """Lines asked for by their numbers are found by the numbers of their records, for which there are indexes."""
        domain = fields.Domain(domain).map_conditions(self._with_record_numbers)
        return super()._search(
            domain, offset=offset, limit=limit, order=order, active_test=active_test, bypass_access=bypass_access
        )

    @api.model
    def _with_record_numbers(self, condition):
        if condition.field_expr != "id" or condition.operator != "in":
            return condition
        numbers = [value // MOST_PARTS for value in condition.value if value] if _is_listed(condition.value) else None
        return condition if numbers is None else condition & fields.Domain("res_id", "in", numbers)

    @api.depends_context("uid", "lang")
    def _compute_summary(self):
        words = self._code_words()
        for model, lines in self.grouped("res_model").items():
            names = self._names_seen(model, lines.mapped("res_id"))
            for line in lines:
                line.is_open_to_me = line.res_id in names and model not in WITHOUT_PAGE
                line.summary = words.get((line.kind, line.code)) or names.get(line.res_id) or line._closed_words()

    @api.model
    def _names_seen(self, model, res_ids):
        """{id: name} of those records that the user may read."""
        Model = self.env[model]
        if model == "event.registration":
            # sudo: names of events are no secret to staff, whatever their part in the events app
            registrations_sudo = Model.sudo().browse(res_ids).exists()
            return {registration.id: registration.event_id.name for registration in registrations_sudo}
        if not Model.has_access("read"):
            return {}
        # found by a search, so that the rules are asked once for all of them
        seen = Model.with_context(active_test=False).search([("id", "in", res_ids)])
        if model == "library.interaction":
            kinds = dict(Model._fields["kind"]._description_selection(self.env))
            return {contact.id: contact.note or kinds.get(contact.kind) for contact in seen}
        if model == "library.relationship":
            return {relationship.id: relationship.purpose for relationship in seen}
        return {record.id: record.display_name for record in seen}

    @api.model
    def _code_words(self):
        """{(kind, code): sentence} for lines that say all by their code."""
        purposes = self.env["library.consent"]._fields["purpose"]._description_selection(self.env)
        return {(kind, code): label for kind in ("consent_given", "consent_withdrawn") for code, label in purposes}

    def _closed_words(self):
        """What a line says to somebody who may not read its record."""
        self.ensure_one()
        if self.res_model == "library.case" and self.team_id:
            return self.env._("A case with %(team)s", team=self.team_id.sudo().name)  # sudo: teams' names are no secret
        return False

    def action_open(self):
        """Open the record behind the line, where the reader may."""
        self.ensure_one()
        if not self.is_open_to_me:
            return False
        return {"type": "ir.actions.act_window", "res_model": self.res_model, "res_id": self.res_id,
                "view_mode": "form", "views": [(False, "form")]}
