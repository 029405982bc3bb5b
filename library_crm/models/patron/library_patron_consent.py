from odoo import api, fields, models
from odoo.tools import SQL

# Whoever has said nothing: uses are counted, everything else needs a yes. Interests follow the institution's setting.
GIVEN_WITHOUT_ASKING = ("counts",)


class LibraryPatron(models.Model):
    """What a patron agreed to. Two answers stand on the patron, as every analysis asks them of everybody at once."""

    _inherit = "library.patron"

    consent_ids = fields.One2many("library.consent", "patron_id", string="Consents", groups="base.group_user")
    allows_outreach = fields.Boolean(
        "News and invitations welcome", compute="_compute_allows_outreach", search="_search_allows_outreach",
        groups="base.group_user",
    )

    def _compute_allows_outreach(self):
        answers = self._newest_answers("outreach")
        for patron in self:
            patron.allows_outreach = answers.get(patron.id, False)

    @api.model
    def _search_allows_outreach(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["library.consent"].flush_model()
        return [("id", "in", SQL(
            "(SELECT patron_id FROM (SELECT DISTINCT ON (patron_id) patron_id, is_given FROM library_consent"
            " WHERE purpose = 'outreach' ORDER BY patron_id, date DESC, id DESC) newest WHERE is_given)"
        ))]

    @api.model_create_multi
    def create(self, vals_list):
        patrons = super().create(vals_list)
        privacy = [patron for patron in patrons.sudo() if patron.ils_privacy]  # sudo: the field is for staff
        if privacy or "opt_out" in patrons.company_id.mapped("library_interest_basis"):
            patrons._sync_consents()
        return patrons

    def write(self, vals):
        result = super().write(vals)
        if "ils_privacy" in vals or "company_id" in vals:
            self._sync_consents()
        return result

    def _newest_answers(self, purpose):
        """{patron id: yes or no} of those among self who ever answered for `purpose`."""
        if not self.ids:
            return {}
        self.env["library.consent"].flush_model()
        return dict(self.env.execute_query(SQL(
            "SELECT DISTINCT ON (patron_id) patron_id, coalesce(is_given, false) FROM library_consent"
            " WHERE purpose = %s AND patron_id IN %s ORDER BY patron_id, date DESC, id DESC",
            purpose, tuple(self.ids),
        )))

    def _allows(self, purpose):
        """Whether this patron agrees to one purpose (counts, interests, outreach, directory)."""
        self.ensure_one()
        patron_sudo = self.sudo()  # sudo: one answer, for code that obeys it
        if purpose == "counts":
            return patron_sudo.allows_counts
        if purpose == "interests":
            return patron_sudo.allows_interests
        return self._newest_answers(purpose).get(self.id, purpose in GIVEN_WITHOUT_ASKING)

    def _give(self, purpose, source="staff", note=False):
        """Log that these patrons agree to `purpose`."""
        return self._answer(purpose, True, source, note)

    def _withdraw(self, purpose, source="staff", note=False):
        """Log that these patrons no longer agree; withdrawing the counts deletes what was counted, at once."""
        return self._answer(purpose, False, source, note)

    def _answer(self, purpose, is_given, source, note):
        # sudo: patrons answer for themselves on the portal, where they may create nothing
        return self.env["library.consent"].sudo().create([
            {"patron_id": patron.id, "purpose": purpose, "is_given": is_given, "source": source, "note": note,
             "user_id": self.env.uid}
            for patron in self
        ])

    def _sync_consents(self):
        """Bring the two stored answers into step with the log, the library system and the institution's setting.

        Set-based, so that imports call it for each chunk. Behaviour of those who no longer allow counting is deleted.

        :return: the patrons for whom counting has ended now
        """
        if not self.ids:
            return self.browse()
        self.flush_model(["allows_counts", "allows_interests", "ils_privacy", "company_id"])
        self.env["res.company"].flush_model(["library_interest_basis"])
        self.env["library.consent"].flush_model()
        rows = self.env.execute_query(SQL(
            """
            WITH newest AS (
                SELECT DISTINCT ON (patron_id, purpose) patron_id, purpose, coalesce(is_given, false) AS is_given
                  FROM library_consent WHERE patron_id = ANY(%(ids)s) AND purpose IN ('counts', 'interests')
                 ORDER BY patron_id, purpose, date DESC, id DESC
            ), wanted AS (
                SELECT p.id, p.allows_counts AS before,
                       coalesce(p.ils_privacy, '') <> '2' AND coalesce(c.is_given, true) AS counts,
                       coalesce(i.is_given, m.library_interest_basis = 'opt_out', false) AS interests
                  FROM library_patron p
                  JOIN res_company m ON m.id = p.company_id
             LEFT JOIN newest c ON c.patron_id = p.id AND c.purpose = 'counts'
             LEFT JOIN newest i ON i.patron_id = p.id AND i.purpose = 'interests'
                 WHERE p.id = ANY(%(ids)s)
            )
            UPDATE library_patron p SET allows_counts = w.counts, allows_interests = w.counts AND w.interests
              FROM wanted w
             WHERE w.id = p.id
               AND (p.allows_counts, p.allows_interests) IS DISTINCT FROM (w.counts, w.counts AND w.interests)
         RETURNING p.id, NOT w.counts, NOT p.allows_interests
            """,
            ids=self.ids,
        ))
        changed = self.browse([patron_id for patron_id, _ended, _no_subjects in rows])
        changed.invalidate_recordset(["allows_counts", "allows_interests"])
        ended = self.browse([patron_id for patron_id, is_ended, _no_subjects in rows if is_ended])
        if ended:
            ended._forget_behaviour()
        no_subjects = self.browse([patron_id for patron_id, is_ended, gone in rows if gone and not is_ended])
        if no_subjects:
            no_subjects._forget_interests()
        return ended

    def _forget_behaviour(self):
        """Delete what was counted of these patrons and what was drawn from it. Each owner of such data adds to it."""
        return None

    def _forget_interests(self):
        """Delete what was drawn from subjects of these patrons' uses. Each owner of such data adds to it."""
        return None
