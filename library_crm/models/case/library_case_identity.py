from odoo import models
from odoo.tools import SQL

from ...lib.redact import redact

IDENTITY = """
    WITH asked AS (
        SELECT c.id, c.email_normalized, p.id AS patron_id, p.preferred_name, p.other_names, r.name, r.phone
          FROM library_case c LEFT JOIN library_patron p ON p.id = c.patron_id
          LEFT JOIN res_partner r ON r.id = p.partner_id WHERE c.id = ANY(%(cases)s)
    ), words (kind, value) AS (
        SELECT 'names', name FROM asked UNION SELECT 'names', preferred_name FROM asked
        UNION SELECT 'names', regexp_split_to_table(other_names, '[,;，；、]') FROM asked
        UNION SELECT 'emails', email_normalized FROM asked UNION SELECT 'phones', phone FROM asked
        UNION SELECT 'names', name FROM library_case_participant WHERE case_id = ANY(%(cases)s)
        UNION SELECT 'emails', email_normalized FROM library_case_participant WHERE case_id = ANY(%(cases)s)
        UNION SELECT CASE i.kind WHEN 'email' THEN 'emails' WHEN 'phone' THEN 'phones' ELSE 'cards' END, i.value
                FROM library_patron_identity i JOIN asked ON asked.patron_id = i.patron_id
    )
    SELECT kind, value FROM words WHERE value IS NOT NULL
"""


class LibraryCase(models.Model):
    """The words that would give the people of a case away, and a text without them."""

    _inherit = "library.case"

    def _identity_words(self):
        """Names, addresses, phones and cards of the patron and the participants, by kind.

        :return: {'names': [...], 'emails': [...], 'phones': [...], 'cards': [...]}
        """
        for model, names in (
            ("library.case", ["patron_id", "email_normalized"]),
            ("library.patron", ["partner_id", "preferred_name", "other_names"]),
            ("res.partner", ["name", "phone"]),
            ("library.case.participant", ["case_id", "name", "email_normalized"]),
            ("library.patron.identity", ["patron_id", "kind", "value"]),
        ):
            self.env[model].flush_model(names)
        words = {"names": set(), "emails": set(), "phones": set(), "cards": set()}
        # past the rules: the words are taken out of a text, never shown
        for kind, value in self.env.execute_query(SQL(IDENTITY, cases=self.ids)) if self.ids else ():
            words[kind].add(value.strip())
        return {kind: sorted(filter(None, found)) for kind, found in words.items()}

    def _remove_identity(self, text):
        """`text` without what identifies the people of these cases."""
        clean, _removed = redact(text, **self._identity_words())
        return clean
