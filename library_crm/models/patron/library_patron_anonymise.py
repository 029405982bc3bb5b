from odoo import models
from odoo.tools import SQL

CONTACT = (
    "email", "email_normalized", "phone", "phone_sanitized", "street", "street2", "zip", "city", "state_id", "vat",
    "ref", "website", "function", "comment", "barcode", "company_name", "properties",
    "partner_latitude", "partner_longitude",
)  # fmt: skip
PERSON = (
    "preferred_name", "honorific", "other_names", "pronouns", "date_of_birth", "gender", "guardian_name",
    "guardian_relation", "contact_person", "alternate_address", "note", "restriction_note", "ils_staff_note",
    "ils_patron_note", "statistics_1", "statistics_2", "ils_attributes", "properties", "provenance", "import_digest",
    "date_restricted_until", "affiliation_id", "date_last_seen", "date_last_visit", "date_first_visit",
)  # fmt: skip


class LibraryPatron(models.Model):
    """Cuts the person out of a record and leaves what counts."""

    _inherit = "library.patron"

    def _anonymise(self):
        """De-identify these patrons, for good: names, addresses, identities, notes, messages, followers, accounts.

        Type, branch, stage of life and dates of membership stay for the statistics, and so do the uses, without the
        person. Set-based: imports call it with as many patrons as the library system has made anonymous.
        """
        patrons = self.filtered(lambda patron: not patron.is_anonymised)
        if not patrons:
            return
        self.env.flush_all()
        partner_ids = patrons.sudo().partner_id.ids  # sudo: contacts go with the patrons whom the caller may change
        patrons._anonymise_uses()
        patrons._anonymise_traces(partner_ids)
        self._clear_columns(
            "res_partner",
            CONTACT,
            partner_ids,
            {
                "name": self.env._("De-identified patron"),
                "complete_name": self.env._("De-identified patron"),
            },
        )
        self._clear_columns(
            "library_patron",
            PERSON,
            patrons.ids,
            {
                "is_anonymised": True,
                "has_bounced": False,
                "allows_counts": False,
                "allows_interests": False,
            },
        )
        self.env.invalidate_all()
        patrons._forget_behaviour()

    def _clear_columns(self, table, names, ids, values):
        """Empty those of `names` that this database has, and set `values`."""
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name = ANY (%s)"
            " AND table_schema = current_schema()",
            [table, list(names)],
        )
        empty = [SQL("%s = NULL", SQL.identifier(name)) for (name,) in self.env.cr.fetchall()]
        filled = [SQL("%s = %s", SQL.identifier(name), value) for name, value in values.items()]
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s, write_date = %s WHERE id = ANY (%s)",
                SQL.identifier(table),
                SQL(", ").join([*empty, *filled]),
                self.env.cr.now(),
                ids,
            )
        )

    def _anonymise_uses(self):
        """Uses stay as counts of nobody; days of visits, which only say something about one person, go."""
        self.env.cr.execute("DELETE FROM library_usage WHERE patron_id = ANY (%s) AND kind = 'visit_day'", [self.ids])
        self.env["library.usage"]._lose_person(self.ids)

    def _anonymise_traces(self, partner_ids):
        """What hangs on the records: identities, consents' notes, messages, followers, activities, files, accounts."""
        cr = self.env.cr
        cr.execute("DELETE FROM library_patron_identity WHERE patron_id = ANY (%s)", [self.ids])
        cr.execute("UPDATE library_consent SET note = NULL WHERE patron_id = ANY (%s)", [self.ids])
        cr.execute("DELETE FROM library_import_row WHERE patron_id = ANY (%s)", [self.ids])
        for model, ids in (("library.patron", self.ids), ("res.partner", partner_ids)):
            cr.execute(
                "DELETE FROM mail_tracking_value WHERE mail_message_id IN"
                " (SELECT id FROM mail_message WHERE model = %s AND res_id = ANY (%s))",
                [model, ids],
            )
            cr.execute(
                "UPDATE mail_message SET body = '', subject = NULL, email_from = NULL, author_id = CASE"
                " WHEN author_id = ANY (%s) THEN NULL ELSE author_id END, reply_to = NULL"
                " WHERE model = %s AND res_id = ANY (%s)",
                [partner_ids, model, ids],
            )
            cr.execute("DELETE FROM mail_followers WHERE res_model = %s AND res_id = ANY (%s)", [model, ids])
            # sudo: files, activities and the account go with the person whom the caller may de-identify
            self.env["ir.attachment"].sudo().search(
                [
                    ("res_model", "=", model),
                    ("res_id", "in", ids),
                    "|",
                    ("res_field", "=", False),
                    ("res_field", "!=", False),
                ]
            ).unlink()
            self.env["mail.activity"].sudo().search([("res_model", "=", model), ("res_id", "in", ids)]).unlink()
        users_sudo = (
            self.env["res.users"]
            .sudo()
            .with_context(active_test=False)
            .search([("partner_id", "in", partner_ids), ("share", "=", True)])
        )
        for user_sudo in users_sudo:
            user_sudo.write({"active": False, "login": f"de-identified-{user_sudo.id}", "signature": False})
