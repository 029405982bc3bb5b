from odoo import models
from odoo.exceptions import UserError

from ...connectors import koha_patrons, table_file
from ...connectors.messages import SourceRefused
from ...const import MANUAL_WINS
from ...lib.import_targets import guess


class LibraryImportRun(models.Model):
    """Tables of other systems: which of their columns fill what, as the profile's list of columns says."""

    _inherit = "library.import.run"

    def _table_mapping(self):
        """{column: Koha's name} of a table; None where the source is Koha itself."""
        if self.source != "table":
            return None
        return {line.column: line.target for line in self.profile_id.mapping_ids if line.target}

    def _manual_wins(self):
        """Fields in which a person's value stays."""
        if self.source != "table":
            return set(MANUAL_WINS)
        targets = koha_patrons.header_map([line.target for line in self.profile_id.mapping_ids if line.target])
        fields_of = {
            "emails": "email",
            "phones": "phone",
            "affiliation_code": "affiliation_id",
            "type_code": "type_id",
            "branch_code": "branch_id",
            "country_name": "country_id",
            "state_name": "state_id",
        }
        return {
            fields_of.get(targets[line.target].name, targets[line.target].name)
            for line in self.profile_id.mapping_ids
            if line.target and line.manual_wins
        }

    def action_read_columns(self):
        """List the columns of the chosen file in the profile, with examples, and guess what new ones fill."""
        self.ensure_one()
        try:
            facts = table_file.inspect(self._file(), self.file_name or "")
            first = next(iter(table_file.chunks(self._file(), facts, size=50)), None)
        except SourceRefused as refusal:
            raise UserError(self._sentence(refusal.code, refusal.params)) from refusal
        known = {line.column: line for line in self.profile_id.mapping_ids}
        guesses = guess([column for column in facts.header if column not in known])
        taken = set(self.profile_id.mapping_ids.mapped("target"))
        for sequence, column in enumerate(facts.columns):
            sample = next((cell for cell in first.frame[column] if cell), False) if first else False
            if column in known:
                known[column].sample = sample and sample[:60]
                continue
            target = guesses.get(column)
            self.env["library.import.mapping"].create(
                {
                    "profile_id": self.profile_id.id,
                    "sequence": sequence,
                    "column": column,
                    "sample": sample and sample[:60],
                    "target": target if target not in taken else False,
                }
            )
        self.facts = facts.to_json()
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.import.profile",
            "res_id": self.profile_id.id,
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Columns of the table"),
            "views": [[self.env.ref("library_crm.library_import_profile_view_form_columns").id, "form"]],
        }
