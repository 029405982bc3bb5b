from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

SIGN_DAYS = 90
LEAST_DOCUMENTS = 3


class LibraryNeed(models.Model):
    """One need, many cases: further ones are opened from it, and cases tell what nobody has said."""

    _inherit = "library.need"

    case_count = fields.Integer(compute="_compute_case_count", groups="base.group_user")

    @api.depends("case_ids")
    def _compute_case_count(self):
        for need in self:
            need.case_count = len(need.case_ids)

    @api.model
    def _merge_links(self):
        return [*super()._merge_links(), "case_ids"]

    def action_open_case(self):
        """Open a further case for this need."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.case",
            "views": [(False, "form")],
            "context": {
                "default_name": self.name,
                "default_patron_id": self.patron_id.id,
                "default_service_id": self.service_id.id,
                "default_need_ids": [fields.Command.link(self.id)],
            },
        }

    # Signs

    @api.model
    def _draft_latent(self, company):
        result = super()._draft_latent(company)
        since = fields.Date.context_today(self) - timedelta(days=SIGN_DAYS)
        self._draft_from_reopened(company, since)
        self._draft_from_documents(company, since)
        return result

    @api.model
    def _draft_from_reopened(self, company, since):
        """Who comes back to an answered question may need something else than what was asked."""
        cases = self.env["library.case"].search([
            ("company_id", "=", company.id), ("reopened_count", ">", 0), ("date_last_message", ">=", since),
            ("patron_id", "!=", False),
        ])
        for case in cases:
            self._signal(
                "reopened", f"case:{case.id}", name=self.env._("Behind the question: %(case)s", case=case.name),
                company=company, words=case.name, count=case.reopened_count,
                values={
                    "patron_id": case.patron_id.id,
                    "subject_ids": [fields.Command.set(case.need_ids.subject_ids.ids)],
                    # bound to the case, so that only its team reads it
                    "case_ids": [fields.Command.link(case.id)],
                },
            )

    @api.model
    def _draft_from_documents(self, company, since):
        """Copies and loans from elsewhere, again and again in one class: something that the library should have."""
        for subject_id, count in self._documents_by_class(company, since):
            subject = self.env["library.subject"].browse(subject_id)
            self._signal(
                "ill_repeat", f"subject:{subject_id}", company=company, count=count, subject=subject, since=since,
                name=self.env._("Documents on %(subject)s", subject=subject.display_name),
            )

    @api.model
    def _documents_by_class(self, company, since):
        """[(subject id, cases)] of classes from which documents were asked of others at least three times."""
        self.env["library.case"].flush_model(["service_id", "company_id", "need_ids"])
        self.flush_model(["subject_ids"])
        field = self._fields["subject_ids"]
        return self.env.execute_query(SQL(
            """
            SELECT s.%(subject)s, count(DISTINCT c.id)
              FROM library_case c
              JOIN library_service v ON v.id = c.service_id AND v.kind = 'document'
              JOIN library_case_need_rel r ON r.case_id = c.id
              JOIN %(relation)s s ON s.%(need)s = r.need_id
             WHERE c.company_id = %(company)s AND c.create_date >= %(since)s
             GROUP BY 1 HAVING count(DISTINCT c.id) >= %(least)s ORDER BY 1
            """,
            subject=SQL.identifier(field.column2), need=SQL.identifier(field.column1),
            relation=SQL.identifier(field.relation), company=company.id, since=since, least=LEAST_DOCUMENTS,
        ))
