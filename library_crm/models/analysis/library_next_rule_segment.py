from odoo import fields, models
from odoo.tools import SQL

MEMBER = """EXISTS (SELECT 1 FROM library_segment_member m
                     WHERE m.patron_id = p.id AND m.segment_id = %s AND m.date_to IS NULL)"""


class LibraryNextRule(models.Model):
    """Next steps for one segment only, and services that somebody may use and never did."""

    _inherit = "library.next.rule"

    segment_id = fields.Many2one(
        "library.segment", index="btree_not_null", ondelete="set null", help="Empty: for everybody.",
        groups="library_crm.group_library_relations",
    )
    event = fields.Selection(
        selection_add=[("service_unused", "A service for this person was never used")],
        ondelete={"service_unused": "cascade"},
    )
    service_id = fields.Many2one("library.service", index="btree_not_null", ondelete="cascade",
                                 help="For the event of a service that was never used.")

    def _sql_patrons(self):
        condition = super()._sql_patrons()
        segment_sudo = self.sudo().segment_id  # sudo: the scheduled action obeys what leads chose
        return SQL("%s AND %s", condition, SQL(MEMBER, segment_sudo.id)) if segment_sudo else condition

    def _sql_service_unused(self, company, now):
        service_sudo = self.service_id.sudo()  # sudo: for whom a service is
        types, segments = service_sudo.type_ids.ids, service_sudo.segment_ids.ids
        eligible = SQL("true") if not types and not segments else SQL(
            "(x.type_id = ANY(%s) OR EXISTS (SELECT 1 FROM library_segment_member m WHERE m.patron_id = x.id"
            " AND m.segment_id = ANY(%s) AND m.date_to IS NULL))", types, segments)
        return SQL(
            """SELECT x.id AS patron_id, 'service:' || %(service)s AS key, %(name)s::text AS thing, NULL::text AS about,
                      NULL::date AS day, 'library.service' AS res_model, %(service)s AS res_id, 1.0 AS strength
                 FROM library_patron x
                WHERE x.company_id = %(company)s AND x.lifecycle IN ('active', 'regular', 'loyal') AND %(eligible)s
                  AND %(service)s > 0
                  AND NOT EXISTS (SELECT 1 FROM library_case c WHERE c.patron_id = x.id
                                     AND c.service_id = %(service)s)""",
            service=self.service_id.id or 0, name=self.service_id.name or "", company=company.id, eligible=eligible,
        )


class LibraryNextStep(models.Model):
    _inherit = "library.next.step"

    def _sentences(self):
        _ = self.env._
        return {
            **super()._sentences(),
            "service_unused": lambda facts: _(
                "Because “%(thing)s” is open to you and you have not used it yet.", **facts),
        }


class LibraryJourney(models.Model):
    """Journeys for one segment only."""

    _inherit = "library.journey"

    segment_id = fields.Many2one(
        "library.segment", index="btree_not_null", ondelete="set null", help="Empty: for everybody.",
        groups="library_crm.group_library_relations",
    )

    def _sql_event(self, company, now):
        query = super()._sql_event(company, now)
        segment_sudo = self.sudo().segment_id  # sudo: as above
        return SQL("SELECT s.* FROM (%s) s JOIN library_patron p ON p.id = s.patron_id WHERE %s", query, SQL(
            MEMBER, segment_sudo.id)) if segment_sudo else query


class LibraryContactPlan(models.Model):
    """Contact plans for one segment only."""

    _inherit = "library.contact.plan"

    segment_id = fields.Many2one("library.segment", index="btree_not_null", ondelete="cascade",
                                 help="Empty: for everybody.", groups="library_crm.group_library_relations")

    def _sql_holds(self):
        return SQL("%s AND (k.segment_id IS NULL OR %s)", super()._sql_holds(), SQL(
            "EXISTS (SELECT 1 FROM library_segment_member m WHERE m.patron_id = p.id"
            " AND m.segment_id = k.segment_id AND m.date_to IS NULL)"))
