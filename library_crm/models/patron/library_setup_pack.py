from odoo import api, models


class LibrarySetupPack(models.Model):
    """Types of patrons with facts of their own, and on what basis subjects of uses may serve a person."""

    _inherit = "library.setup.pack"

    @api.model
    def _parts(self):
        return [("types", "library.patron.type", False), *super()._parts()]

    @api.model
    def _missing_facts(self, record, entry):
        if "facts" not in entry:
            return super()._missing_facts(record, entry)
        known = {fact["name"] for fact in record.patron_properties_definition or []}
        return [fact for fact in entry["facts"] if fact["name"] not in known]

    def _add_facts(self, record, entry):
        """Add the facts that a type lacks; those that somebody made or renamed stay as they are."""
        result = super()._add_facts(record, entry)
        missing = self._missing_facts(record, entry)
        if missing:
            # names of facts have one language: that of whoever sets the library up
            record.patron_properties_definition = [
                *(record.patron_properties_definition or []),
                *({"name": fact["name"], "type": fact["type"],
                   "string": fact["label"].get(self.env.lang) or fact["label"]["en_US"]} for fact in missing),
            ]
        return result
