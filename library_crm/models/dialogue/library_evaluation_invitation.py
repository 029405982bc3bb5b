import json
import secrets

from odoo import api, fields, models
from odoo.tools import SQL

from ...const import EVALUATION_DAYS
from ...lib.survey_sample import is_drawn

ANSWER_DAYS = 60
TOKEN_BYTES = 24
TEMPLATE = "library_crm.mail_template_evaluation_%s"


class LibraryEvaluationInvitation(models.Model):
    """One person asked once for an opinion: drawn by chance, never twice within 60 days, answered without sign-in.

    An instrument is a value of `instrument` and three methods here, named by it: `_answer_page_<code>` (what its page
    shows), `_take_answer_<code>` (what is kept of a form) and, where the mail is not an ordinary one,
    `_send_<code>`; its mail is the template `mail_template_evaluation_<code>`.
    """

    _name = "library.evaluation.invitation"
    _description = "Invitation to Evaluate"
    _order = "id desc"
    _check_company_auto = True

    instrument = fields.Selection(
        [("csat", "How was our service?"), ("outcome", "What came of it?"), ("nps", "Would you recommend us?")],
        required=True, readonly=True, index=True,
    )
    key = fields.Char(required=True, readonly=True, help="What was asked about, e.g. the number of a case.")
    patron_id = fields.Many2one(
        "library.patron", readonly=True, index="btree_not_null", ondelete="set null", check_company=True,
        groups="library_crm.group_library_privacy",
    )
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, readonly=True, index=True, ondelete="cascade"
    )
    case_id = fields.Many2one("library.case", readonly=True, index="btree_not_null", ondelete="set null")
    service_id = fields.Many2one("library.service", readonly=True, index="btree_not_null", ondelete="set null")
    team_id = fields.Many2one("library.team", readonly=True, index="btree_not_null", ondelete="set null")
    token = fields.Char(readonly=True, copy=False, groups="base.group_system")

    state = fields.Selection(
        [
            ("waiting", "Waiting to be sent"),
            ("sent", "Asked"),
            ("reminded", "Reminded"),
            ("answered", "Answered"),
            ("expired", "No answer"),
            ("bounced", "Did not arrive"),
            ("refused", "Does not want to be asked"),
        ],
        default="waiting", required=True, readonly=True, index=True,
    )
    source = fields.Selection(
        [("mail", "Invited by mail"), ("portal", "Said on the portal")], default="mail", required=True, readonly=True,
        help="Who says something on the portal was not invited and counts in no response rate.",
    )
    date_invited = fields.Datetime("Asked on", readonly=True, index="btree_not_null")
    date_reminded = fields.Datetime("Reminded on", readonly=True)
    date_answered = fields.Datetime("Answered on", readonly=True, index="btree_not_null")
    date_expires = fields.Datetime("Link ends on", readonly=True)
    answer_ids = fields.One2many("library.evaluation.answer", "invitation_id", string="Answers", readonly=True)

    _key_uniq = models.UniqueIndex(
        "(patron_id, instrument, key) WHERE patron_id IS NOT NULL", "This patron was asked about this already."
    )
    _token_uniq = models.UniqueIndex("(token) WHERE token IS NOT NULL", "This link exists already.")
    # ranges of numbers need no extension of PostgreSQL
    _once_in_sixty_days = models.Constraint(
        "EXCLUDE USING gist (int4range(patron_id, patron_id, '[]') WITH &&,"
        f" tsrange(date_invited, date_invited + interval '{EVALUATION_DAYS} days') WITH &&)"
        " WHERE (patron_id IS NOT NULL AND date_invited IS NOT NULL)",
        "Nobody is asked for an opinion twice within 60 days.",
    )

    @api.depends("instrument", "date_invited")
    @api.depends_context("lang")
    def _compute_display_name(self):
        names = dict(self._fields["instrument"]._description_selection(self.env))
        for invitation in self:
            invitation.display_name = names.get(invitation.instrument) or ""

    # Inviting

    @api.model
    def _invite(self, instrument, rows, share=None):
        """Ask those of `rows` who are drawn, want to be asked, and were not asked within 60 days.

        Invitation, ledger row and mail are one transaction; called again with the same rows, it asks nobody twice.

        :param instrument: a value of the field of that name
        :param rows: dicts of `patron_id`, `key` (e.g. "case:77"), and if there are any `case_id`, `service_id`,
            `reason` (why this person is asked, in the patron's words)
        :param share: percent that are drawn; without it the setting of the patron's institution; 100 is a census
        :return: the new invitations, in sudo mode
        """
        drawn = self._drawn(instrument, rows, share)
        # sudo: the library asks its own patrons; who may be asked is decided here
        Outreach_sudo = self.env["library.outreach"].sudo()
        refused = Outreach_sudo._allowed([row["patron_id"] for row in drawn], "evaluation") if drawn else {}
        welcome = [row for row in drawn if row["patron_id"] in refused and not refused[row["patron_id"]]]
        invitations_sudo = self.sudo()._insert(instrument, welcome)
        if not invitations_sudo:
            return invitations_sudo
        reasons = {(row["patron_id"], row["key"]): row.get("reason") for row in welcome}
        claimed = Outreach_sudo._claim([invitation._ledger_row(reasons) for invitation in invitations_sudo])
        known = invitations_sudo.filtered(lambda one: one.id not in claimed.mapped("res_id"))
        # the ledger has this message already: it is not sent again
        known.unlink()
        invitations_sudo -= known
        invitations_sudo._send()
        return invitations_sudo

    @api.model
    def _drawn(self, instrument, rows, share):
        """The rows that the sample contains."""
        # sudo: the institution of each patron, and its setting
        patrons_sudo = self.env["library.patron"].sudo().browse([row["patron_id"] for row in rows])
        shares = {patron.id: patron.company_id._evaluation_share(instrument) if share is None else share
                  for patron in patrons_sudo.exists()}
        return [
            row for row in rows
            if row["patron_id"] in shares
            and is_drawn(f"{instrument}:{row['key']}:{row['patron_id']}", shares[row["patron_id"]])
        ]

    @api.model
    def _insert(self, instrument, rows):
        """Make the invitations; the database leaves out who was asked before. One statement for any number."""
        if not rows:
            return self.browse()
        for model in ("library.patron", "library.case", self._name):
            self.env[model].flush_model()
        asked = [
            {"patron_id": row["patron_id"], "key": row["key"], "case_id": row.get("case_id") or None,
             "service_id": row.get("service_id") or None, "token": secrets.token_urlsafe(TOKEN_BYTES)}
            for row in rows
        ]
        found = self.env.execute_query(SQL(
            """INSERT INTO library_evaluation_invitation
                      (instrument, key, patron_id, company_id, case_id, service_id, team_id, token, state, source,
                       date_invited, date_expires, create_uid, write_uid, create_date, write_date)
               SELECT %(instrument)s, new.key, p.id, p.company_id, c.id, coalesce(new.service_id, c.service_id),
                      c.team_id, new.token, 'waiting', 'mail', %(now)s, %(now)s + make_interval(days => %(days)s),
                      %(uid)s, %(uid)s, %(now)s, %(now)s
                 FROM jsonb_to_recordset(%(asked)s)
                      AS new (patron_id int, key text, case_id int, service_id int, token text)
                 JOIN library_patron p ON p.id = new.patron_id
                 LEFT JOIN library_case c ON c.id = new.case_id
                ORDER BY p.id, new.key
                ON CONFLICT DO NOTHING
            RETURNING id""",
            instrument=instrument, now=self.env.cr.now(), days=ANSWER_DAYS, uid=self.env.uid, asked=json.dumps(asked),
        ))
        self.invalidate_model()
        return self.browse([row[0] for row in found])

    def _ledger_row(self, reasons):
        """What the ledger of all that the library sends on its own says of this invitation."""
        self.ensure_one()
        return {
            "patron_id": self.patron_id.id, "purpose": "evaluation", "kind": self.instrument, "key": self.key,
            "reason": reasons.get((self.patron_id.id, self.key)) or self._reason(),
            "res_model": self._name, "res_id": self.id,
        }

    def _reason(self):
        """Why this person is asked, in the patron's language."""
        lang = self.patron_id.lang or self.env.lang
        return self.with_context(lang=lang).env._("You have used the library, and we ask some of those who have.")

    def _send(self):
        """Mail new invitations, each kind in its own way."""
        for instrument, invitations in self.grouped("instrument").items():
            send = getattr(invitations, f"_send_{instrument}", None)
            if send:
                send()
            else:
                invitations._outreach()._mail(
                    TEMPLATE % instrument, {invitation.patron_id.id: invitation for invitation in invitations}
                )
        self.filtered(lambda one: one.state == "waiting").state = "sent"

    def _outreach(self, kind=None):
        """The rows of the ledger about these invitations."""
        kinds = [kind] if kind else list(set(self.mapped("instrument")))
        # sudo: the ledger's rows of these invitations only
        return self.env["library.outreach"].sudo().search([
            ("kind", "in", kinds), ("res_model", "=", self._name), ("res_id", "in", self.ids),
        ])

    def _url(self, value=None):
        """The page of this invitation; with a value, the page on which it is chosen. Opening it stores nothing."""
        self.ensure_one()
        tail = "" if value is None else f"/{value}"
        # sudo: the secret goes into the mail to this person
        return f"{self.get_base_url()}/library/answer/{self.sudo().token}{tail}"
