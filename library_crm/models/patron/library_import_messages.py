from odoo import api, models


class LibraryImportRun(models.Model):
    """The sentence behind each code that readers and loaders give."""

    _inherit = "library.import.run"

    @api.model
    def _sentence(self, code, params=None):
        """A code with its params in the user's language; the bare code where nobody wrote a sentence."""
        if not code:
            return False
        sentence = self._sentences().get(code)
        return sentence % (params or {}) if sentence else code

    @api.model
    def _sentences(self):
        """Sentences by code, with %(name)s for each param; extend it for codes of an own loader."""
        _ = self.env._
        return {
            "missing_column": _("The file has no column “%(column)s”, which it must have."),
        }
