from odoo import models

from ...lib.redact import redact


class LibraryCase(models.Model):
    """The words that would give the people of a case away, and a text without them."""

    _inherit = "library.case"

    def _identity_words(self):
        """Names, addresses, phones and cards of the patron and the participants, by kind.

        :return: {'names': [...], 'emails': [...], 'phones': [...], 'cards': [...]}
        """
        words = {"names": set(), "emails": set(), "phones": set(), "cards": set()}
        for case in self.sudo():  # sudo: the words are taken out of a text, never shown
            patron = case.patron_id
            words["names"] |= {patron.name, patron.preferred_name, *case.participant_ids.mapped("name")}
            words["emails"] |= {case.email_normalized, *case.participant_ids.mapped("email_normalized")}
            words["phones"] |= {patron.phone}
            kinds = {"email": "emails", "phone": "phones", "card": "cards", "ils": "cards", "sso": "cards"}
            for identity in patron.identity_ids:
                words[kinds[identity.kind]].add(identity.value)
        return {kind: sorted(filter(None, found)) for kind, found in words.items()}

    def _remove_identity(self, text):
        """`text` without what identifies the people of these cases."""
        clean, _removed = redact(text, **self._identity_words())
        return clean
