from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import NO_ACCESS

from ...lib.alias_name import LONGEST, alias_key, alias_problem
from ...lib.form_input import FormRefused, clean_line


class LibraryInsightAlias(models.Model):
    """The name under which a patron reads and writes in the rooms. That it is there is the patron's consent.

    Nobody reads through the ORM whose it is; `library.insight.reveal` tells it to two roles and keeps that it did.
    No line says when or by whom it was made: next to other logs that would give the person away. Leaving deletes the
    row, and what was written stays as the words of "a patron" with no way back.
    """

    _name = "library.insight.alias"
    _description = "Name in the Rooms"
    _order = "id"
    _log_access = False

    name = fields.Char("Name in the rooms", required=True, readonly=True)
    name_key = fields.Char(compute="_compute_name_key", store=True, precompute=True, groups=NO_ACCESS)
    patron_id = fields.Many2one(
        "library.patron", required=True, ondelete="cascade", index=True, readonly=True, groups=NO_ACCESS,
        export_string_translation=False,
    )
    company_id = fields.Many2one("res.company", "Institution", required=True, readonly=True, index=True)
    is_credited = fields.Boolean("May be named on articles", readonly=True)
    date_seen = fields.Datetime(groups=NO_ACCESS)

    _once = models.UniqueIndex("(patron_id)", "This patron has a name in the rooms.")
    _name_once = models.UniqueIndex("(company_id, name_key)", "Somebody has that name already.")

    @api.depends("name")
    def _compute_name_key(self):
        for alias in self:
            alias.name_key = alias_key(alias.name)

    # The visitor's own name

    @api.model
    def _portal_own(self):
        """The name in the rooms of whoever is signed in, in sudo mode; empty for everybody who has not joined."""
        # sudo: finds what belongs to the visitor's own contact
        return self.sudo().search([("patron_id.partner_id", "=", self.env.user.partner_id.id)], limit=1)

    @api.model
    def _portal_join(self, form):
        """The signed-in patron takes a name and joins the rooms.

        :raise FormRefused: with a sentence for what is missing
        """
        if form.get("agree") != "on":
            raise FormRefused({"agree": self.env._("Please say that you want to take part.")})
        own = self._portal_own()
        if own:
            return own._portal_change(form)
        patron_sudo = self.env["library.patron"]._portal_own()
        if not patron_sudo:
            raise AccessError(self.env._("Please sign in."))
        name = self._checked_name(form.get("alias"), patron_sudo)
        # sudo: patrons create nothing themselves; every value is checked or ours
        return self.sudo().create(
            {
                "name": name, "patron_id": patron_sudo.id, "company_id": patron_sudo.company_id.id,
                "is_credited": form.get("credit") == "on", "date_seen": self.env.cr.now(),
            }
        )

    def _portal_change(self, form):
        """Another name, and whether articles may carry it."""
        self.ensure_one()
        alias_sudo = self.sudo()  # sudo: the visitor's own name, two values, checked
        alias_sudo.write(
            {
                "name": alias_sudo._checked_name(form.get("alias"), alias_sudo.patron_id),
                "is_credited": form.get("credit") == "on",
            }
        )
        return alias_sudo

    @api.model
    def _checked_name(self, given, patron_sudo):
        """`given` as a name that nobody else has and that does not say who it is.

        :raise FormRefused:
        """
        problem = alias_problem(given, self._own_words(patron_sudo))
        name = clean_line(given, LONGEST)
        taken = not problem and self.sudo().search_count(  # sudo: counts, shows nothing
            [("company_id", "=", patron_sudo.company_id.id), ("name_key", "=", alias_key(name)),
             ("id", "not in", self.ids)], limit=1
        )
        sentences = {
            "length": self.env._("Choose a name of 2 to 30 characters."),
            "contact": self.env._("An address or a number is no good name here."),
            "reserved": self.env._("This name sounds like the library. Please choose another one."),
            "own": self.env._("This would tell who you are. Please choose a name that does not."),
            "taken": self.env._("Somebody has that name already."),
        }
        if problem or taken:
            raise FormRefused({"alias": sentences[problem or "taken"]})
        return name

    @api.model
    def _own_words(self, patron_sudo):
        """Names, addresses and numbers by which a patron is known, as a list of words."""
        words = [patron_sudo.name, patron_sudo.preferred_name, patron_sudo.email, patron_sudo.other_names]
        words += patron_sudo.identity_ids.mapped("value")
        local = (patron_sudo.email or "").partition("@")[0]
        return [word for word in [*words, local] if word]

    def _leave(self, take_away=False):
        """These patrons leave: their words stay as those of "a patron", or go with them.

        :param bool take_away: delete what they wrote
        """
        aliases_sudo = self.sudo()  # sudo: the caller checked that the names are the visitor's, or erases a person
        Insight, Reply = self.env["library.insight"].sudo(), self.env["library.insight.reply"].sudo()
        if take_away:
            Reply.search([("alias_id", "in", aliases_sudo.ids)])._withdraw()
            Insight.search([("alias_id", "in", aliases_sudo.ids)])._withdraw()
        aliases_sudo.unlink()


class LibraryPatron(models.Model):
    """Whoever is erased leaves the rooms, too."""

    _inherit = "library.patron"

    def _allows(self, purpose):
        """`rooms`: whether the patron takes part. The log of consents is read by staff, so it does not stand there."""
        if purpose == "rooms":
            self.ensure_one()
            # sudo: one answer, for code that obeys it
            return bool(self.env["library.insight.alias"].sudo().search_count([("patron_id", "=", self.id)], limit=1))
        return super()._allows(purpose)

    def _anonymise(self):
        # sudo: erasing goes through all that knows the person
        self.env["library.insight.alias"].sudo().search([("patron_id", "in", self.ids)])._leave()
        return super()._anonymise()
