from odoo import fields, models


class LibrarySubjectDossierTold(models.Model):
    """Who was told of the decision of a dossier: nobody is told twice."""

    _name = "library.subject.dossier.told"
    _description = "Told of a Subject Dossier"

    dossier_id = fields.Many2one("library.subject.dossier", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="dossier_id.company_id", store=True, index=True)
    patron_id = fields.Many2one("library.patron", index="btree_not_null", ondelete="set null")
    date = fields.Datetime(required=True, default=fields.Datetime.now)

    _once = models.UniqueIndex("(dossier_id, patron_id) WHERE patron_id IS NOT NULL", "This patron was told already.")


class LibraryPatron(models.Model):
    """Who is forgotten leaves a number in the count of those told."""

    _inherit = "library.patron"

    def _anonymise_traces(self, partner_ids):
        # sudo: the rows of the people whom the caller may de-identify
        self.env["library.subject.dossier.told"].sudo().search([("patron_id", "in", self.ids)]).patron_id = False
        return super()._anonymise_traces(partner_ids)
