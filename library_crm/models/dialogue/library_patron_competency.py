from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date


class LibraryPatron(models.Model):
    """A patron's abilities: shown to those who work with the person, gone with the person."""

    _inherit = "library.patron"

    competency_ids = fields.One2many(
        "library.competency", "patron_id", string="Levels", groups="library_crm.group_library_librarian"
    )

    def ability_profile(self):
        """The levels of one patron for the page; empty where the reader may not know any.

        :raise AccessError: if the patron is not theirs to see
        :return: list of dicts, see `library.competency._profile`; dates are texts
        """
        self.ensure_one()
        self.check_access("read")
        Competency = self.env["library.competency"]
        if not Competency.has_access("read"):
            raise AccessError(self.env._("Levels are for those who work with this patron."))
        if not self._may_see_abilities():
            return []
        rows = Competency._profile(self)
        for row in rows:
            for said in row["said"]:
                said["date"] = format_date(self.env, said["date"])
        return rows

    def _may_see_abilities(self):
        """Whether the reader works with this patron: the same sentence as the rule of the rows."""
        user = self.env.user
        if user.has_groups("library_crm.group_library_relations,library_crm.group_library_privacy"):
            return True
        return bool(self.env["library.case"].search_count(
            [("patron_id", "=", self.id), ("user_id", "=", user.id)], limit=1
        ))

    def _anonymise_traces(self, partner_ids):
        result = super()._anonymise_traces(partner_ids)
        self.env.cr.execute("DELETE FROM library_competency WHERE patron_id = ANY (%s)", [self.ids])
        # a claim that may be told stays as a kind without words and without a person
        self.env.cr.execute(
            "UPDATE library_impact_claim SET patron_id = NULL, case_id = NULL, words = NULL, link = NULL,"
            " published_words = NULL, consents = FALSE WHERE patron_id = ANY (%s)", [self.ids],
        )
        self.env["library.competency"].invalidate_model()
        self.env["library.impact.claim"].invalidate_model()
        return result
