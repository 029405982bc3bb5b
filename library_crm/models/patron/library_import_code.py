from odoo import fields, models

CODE_KINDS = [("type", "Patron category"), ("branch", "Branch")]


class LibraryImportCode(models.Model):
    """A code of the library system and what it stands for here."""

    _name = "library.import.code"
    _description = "Import Code"
    _order = "profile_id, kind, code, id"
    _rec_name = "code"
    _check_company_auto = True

    profile_id = fields.Many2one("library.import.profile", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="profile_id.company_id", store=True, index=True)
    kind = fields.Selection(CODE_KINDS, required=True, default="type")
    code = fields.Char("Code in the file", required=True)
    type_id = fields.Many2one("library.patron.type", ondelete="cascade")
    branch_id = fields.Many2one("library.branch", ondelete="cascade", check_company=True)

    _code_uniq = models.UniqueIndex("(profile_id, kind, code)", "This code stands in the list already.")
