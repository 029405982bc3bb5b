import hashlib
import hmac
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

from ...const import PROSPECT_BASES, PROSPECT_SOURCES
from ...lib.form_input import same_secret

STATES = [
    ("suggested", "Suggested"),
    ("asked", "Asked"),
    ("agreed", "Agreed"),
    ("declined", "Declined"),
    ("expired", "Expired"),
]
DAYS = 90


class LibraryProspect(models.Model):
    """Somebody who might become a patron: met at an event, copied in a question, on the list of a course.

    Whoever does not agree within the time set is forgotten: name and address go, and a keyed mark of the address stays,
    so that the same list does not bring the person back.
    """

    _name = "library.prospect"
    _description = "Prospect"
    _order = "id desc"

    name = fields.Char()
    email = fields.Char()
    phone = fields.Char()
    what = fields.Char("Met through", help="The course, the event, the question.")
    date_met = fields.Date("Met on")
    source = fields.Selection(PROSPECT_SOURCES, required=True, default="list")
    basis = fields.Selection(
        PROSPECT_BASES, string="Lawful basis", required=True, default="consent",
        help="Why this person may be in this list until asked.",
    )
    affiliation_id = fields.Many2one("library.affiliation", check_company=True, ondelete="set null")
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, index=True, default=lambda self: self.env.company
    )
    _check_company_auto = True

    state = fields.Selection(STATES, required=True, default="suggested", readonly=True, index=True)
    date_asked = fields.Datetime("Asked on", readonly=True)
    date_answered = fields.Datetime("Answered on", readonly=True)
    date_until = fields.Date(
        "Deleted on", required=True, readonly=True, default=lambda self: self._default_date_until(),
        help="Without a yes, name and address are deleted on this day.",
    )
    patron_id = fields.Many2one("library.patron", readonly=True, index="btree_not_null", ondelete="set null")
    lifecycle = fields.Selection(related="patron_id.lifecycle", string="Stage now")
    run_id = fields.Integer("Import run", readonly=True)
    digest = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    token = fields.Char(
        readonly=True, copy=False, groups=fields.NO_ACCESS, default=lambda self: secrets.token_urlsafe(24)
    )

    _digest_uniq = models.UniqueIndex(
        "(company_id, digest)", "This address stands in the list already, or said no before."
    )

    @api.model
    def _default_date_until(self):
        # sudo: one number of the settings
        days = self.env["ir.config_parameter"].sudo().get_param("library_crm.prospect_days")
        return fields.Date.add(fields.Date.context_today(self), days=int(days or DAYS))

    @api.depends("name", "email")
    def _compute_display_name(self):
        for prospect in self:
            prospect.display_name = prospect.name or prospect.email or self.env._("Forgotten")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            address = email_normalize(vals.get("email") or "")
            if not address:
                raise ValidationError(self.env._("A prospect is asked by mail: an address is needed."))
            vals["email"] = address
            vals["digest"] = self._digest_of(address)
        return super().create(vals_list)

    @api.model
    def _digest_of(self, address):
        """A keyed mark of an address, by which a no is remembered without it."""
        secret = self.env["library.usage.receipt"].sudo()._secret()  # sudo: only the mark leaves this method
        return hmac.new(secret, email_normalize(address).encode(), hashlib.sha256).hexdigest()

    @api.model
    def _unknown(self, addresses, company):
        """Those among normalised addresses that belong to no patron and to no prospect, answered or not."""
        addresses = {address for address in addresses if address}
        if not addresses:
            return set()
        self.flush_model(["digest"])
        self.env["library.patron.identity"].flush_model()
        known = {address for (address,) in self.env.execute_query(SQL(
            "SELECT value_normalized FROM library_patron_identity"
            " WHERE kind = 'email' AND company_id = %s AND value_normalized = ANY(%s)"
            # an index for either
            " AND (state <> 'wrong' OR state = 'wrong')", company.id, list(addresses),
        ))}
        marks = {self._digest_of(address): address for address in addresses - known}
        met = {marks[digest] for (digest,) in self.env.execute_query(SQL(
            "SELECT digest FROM library_prospect WHERE company_id = %s AND digest = ANY(%s)", company.id, list(marks),
        ))}
        return addresses - known - met

    # asking

    def action_ask(self):
        """Ask by mail whether the library may keep in touch: one click says yes or no."""
        template = self.env.ref("library_crm.mail_template_prospect_ask")
        for prospect in self.filtered(lambda one: one.state in ("suggested", "asked")):
            template.send_mail(prospect.id)
            prospect.write({"state": "asked", "date_asked": self.env.cr.now()})

    def action_make_patron(self):
        """Take somebody on without asking, where the basis is another than consent."""
        if any(one.basis == "consent" and one.state != "agreed" for one in self):
            raise UserError(self.env._("Nobody is taken on by consent without a yes: ask first."))
        self._make_patron("none")

    def _answer_url(self):
        # sudo: the token goes into the mail to its owner only
        return f"{self.get_base_url()}/library/welcome/{self.id}/{self.sudo().token}"

    @api.model
    def _find_by_token(self, prospect_id, token):
        """The prospect that a link belongs to, as superuser; empty for any other link."""
        # sudo: whoever holds the token may answer for this one record
        prospect_sudo = self.sudo().browse(prospect_id).exists()
        return prospect_sudo if prospect_sudo and same_secret(token, prospect_sudo.token) else self.browse()

    def _answer(self, agrees):
        """Take the answer of the person itself; it may be changed while the link works."""
        self.ensure_one()
        if self.state not in ("suggested", "asked"):
            return
        self.date_answered = self.env.cr.now()
        if agrees:
            self._make_patron("yes")
        else:
            self._forget("declined")

    def _make_patron(self, consent):
        """Prospects become patrons without a card."""
        Patron = self.env["library.patron"]
        for prospect in self.filtered("email"):
            patron = Patron._find_or_create_by_email(prospect.email, prospect.company_id, name=prospect.name)
            patron.write({
                "prospect_source": prospect.source, "prospect_basis": prospect.basis, "prospect_consent": consent,
                "date_prospect_until": False if consent == "yes" else prospect.date_until,
                **({"affiliation_id": prospect.affiliation_id.id}
                   if prospect.affiliation_id and not patron.affiliation_id else {}),
            })
            if consent == "yes":
                patron._give("outreach", source="mail")
            prospect.write({"state": "agreed", "patron_id": patron.id})

    def _forget(self, state):
        """Name and address go; the mark stays."""
        self.write({
            "state": state, "name": False, "email": False, "phone": False, "what": False, "affiliation_id": False,
        })

    @api.model
    def _cron_forget(self):
        """Forget whoever did not say yes in time."""
        today = fields.Date.context_today(self)
        self.search([("state", "in", ("suggested", "asked")), ("date_until", "<", today)])._forget("expired")
        patrons = self.env["library.patron"].search([
            ("lifecycle", "=", "prospect"), ("prospect_consent", "in", ("none", "asked")),
            ("date_prospect_until", "<", today), ("is_anonymised", "=", False),
        ])
        if patrons:
            patrons._anonymise()

    @api.model
    def _cron_suggest(self):
        """Look for people who might become patrons."""
        for company in self.env["res.company"].search(Domain.TRUE):
            self._suggest(company)

    @api.model
    def _suggest(self, company):
        """New suggestions of one institution; each source adds its own."""
        for model in ("event.registration", "event.event"):
            self.env[model].flush_model()
        return self._suggest_people(company, "event", self.env.execute_query(SQL(
            """
            SELECT DISTINCT ON (lower(r.email)) r.name, r.email, e.name->>'en_US', e.date_begin::date
              FROM event_registration r JOIN event_event e ON e.id = r.event_id
             WHERE r.company_id = %s AND r.state IN ('open', 'done') AND r.email IS NOT NULL AND r.create_date > %s
             ORDER BY lower(r.email), r.id DESC
            """,
            company.id, fields.Datetime.subtract(self.env.cr.now(), days=180),
        )))

    @api.model
    def _suggest_people(self, company, source, people):
        """Suggest those of some people who are not known yet.

        :param people: (name, address, what they were met through, day) rows
        """
        by_address = {email_normalize(address or ""): (name, what, day) for name, address, what, day in people}
        unknown = self._unknown(by_address, company)
        return self.create([
            {"name": name or address, "email": address, "what": what, "date_met": day, "source": source,
             "basis": "legitimate_interest", "company_id": company.id}
            for address, (name, what, day) in by_address.items() if address in unknown
        ])
