from odoo import fields, models


class LibraryPatron(models.Model):
    """What an import remembers of a patron, so that the same row again costs nothing and a run can be undone."""

    _inherit = "library.patron"

    # hash of the row that was last taken; nobody but the import has a use for it
    import_digest = fields.Char(groups=fields.NO_ACCESS, copy=False, readonly=True)
    date_imported = fields.Datetime("Last changed by an import", copy=False, readonly=True, groups="base.group_user")
    # plain numbers: a reference to the run would cost a check for each of a hundred thousand rows
    import_number = fields.Integer(
        "Made by import number", copy=False, readonly=True, groups="library_crm.group_library_manager"
    )


class LibraryPatronIdentity(models.Model):
    """Which import brought an identity."""

    _inherit = "library.patron.identity"

    import_number = fields.Integer(
        "Brought by import number", copy=False, readonly=True, groups="library_crm.group_library_manager"
    )
