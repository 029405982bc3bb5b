from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

MOST_SHOWN = 5


class LibraryCase(models.Model):
    """Which outages touch a case: of a source that was searched for it, or that something delivered in it cites."""

    _inherit = "library.case"

    is_in_outage = fields.Boolean(
        "Touched by an outage", compute="_compute_is_in_outage", search="_search_is_in_outage",
        groups="base.group_user",
    )  # fmt: skip

    def _compute_is_in_outage(self):
        """Asked for a list that shows it, never by the form."""
        # sudo: which sources are out of order is public; the cases are those of the list
        touched = self._cases_on(self.env["library.outage"].sudo()._domain_now(), self.ids)
        for case in self:
            case.is_in_outage = case.id in touched

    def _search_is_in_outage(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._domain_open() & Domain("id", "in", self._sources_query(self._resources_out()))

    @api.model
    def _resources_out(self):
        """Ids of the resources that are out of order now."""
        # sudo: ids only; whoever sees a case may know that a source it rests on is out of order
        Outage = self.env["library.outage"].sudo()
        return Outage.search(Outage._domain_now()).resource_id.ids

    @api.model
    def _cases_on(self, domain, case_ids):
        """Those of the open cases with these ids that outages of a domain touch."""
        # sudo: as above; only ids of sources leave this line
        resources = self.env["library.outage"].sudo().search(domain).resource_id.ids
        return {case_id for case_id, _resource, _delivered in self._case_sources(resources, case_ids)}

    @api.model
    def _sources_query(self, resource_ids):
        """SQL of the ids of cases that rest on these resources."""
        self._flush_case_sources()
        return SQL("(SELECT case_id FROM (%s) AS touched)", self._query_case_sources(resource_ids))

    def _flush_case_sources(self):
        for model in ("library.search.log", "library.source.citation", "library.case"):
            self.env[model].flush_model()

    @api.model
    def _query_case_sources(self, resource_ids, case_ids=None):
        """(case_id, resource_id, is_delivered) of what rests on these resources."""
        ids = list(resource_ids)
        log = SQL("AND l.case_id = ANY(%s)", list(case_ids)) if case_ids is not None else SQL("")
        rel = SQL("AND r.case_id = ANY(%s)", list(case_ids)) if case_ids is not None else SQL("")
        return SQL(
            """SELECT l.case_id, l.resource_id, false AS is_delivered FROM library_search_log l
                WHERE l.resource_id = ANY(%(ids)s) AND l.case_id IS NOT NULL %(log)s
                UNION
               SELECT r.case_id, q.resource_id, true FROM library_source_citation q
                 JOIN library_case_solution_rel r ON r.solution_id = q.solution_id
                WHERE q.resource_id = ANY(%(ids)s) %(rel)s
                UNION
               SELECT r.case_id, q.resource_id, true FROM library_source_citation q
                 JOIN library_case_article_rel r ON r.article_id = q.article_id
                WHERE q.resource_id = ANY(%(ids)s) %(rel)s""",
            ids=ids, log=log, rel=rel,
        )  # fmt: skip

    @api.model
    def _case_sources(self, resource_ids, case_ids):
        """(case id, resource id, whether something delivered cites it) for cases and resources."""
        if not resource_ids or not case_ids:
            return []
        self._flush_case_sources()
        return self.env.execute_query(self._query_case_sources(resource_ids, case_ids))

    def _outages(self):
        """(outage, whether something delivered cites its source) for this open case; now and announced to come."""
        self.ensure_one()
        if self.stage_code == "closed":
            return []
        # sudo: announced to everybody
        Outage = self.env["library.outage"].sudo()
        outages = Outage.search(
            (Outage._domain_now() | Outage._domain_coming())
            & Domain("company_id", "in", [self.company_id.id, False]), order="date_start", limit=200,
        )  # fmt: skip
        delivered = {}
        for _case, resource, is_delivered in self._case_sources(outages.resource_id.ids, self.ids):
            delivered[resource] = delivered.get(resource, False) or is_delivered
        return [(one, delivered[one.resource_id.id]) for one in outages if one.resource_id.id in delivered]

    def get_outages(self):
        """The outages that touch this case, for the bar above its form.

        :return: list of {"id", "name", "headline", "text", "is_now"}
        """
        self.ensure_one()
        self.check_access("read")
        return self._outage_rows()

    def _outage_rows(self):
        """See `get_outages`; nothing for people outside, whose page has its own words."""
        if not self.env.user._is_internal():
            return []
        return [
            {
                "id": outage.id, "name": outage.resource_id.name, "text": outage.text or "", "is_now": outage.is_now,
                "headline": self._outage_headline(outage),
            }
            for outage, _delivered in self._outages()[:MOST_SHOWN]
        ]  # fmt: skip

    def _outage_headline(self, outage):
        """What is out of order, and since or until when, in the reader's time zone."""
        facts = {
            "resource": outage.resource_id.name,
            "start": format_datetime(self.env, outage.date_start, dt_format="short"),
            "end": format_datetime(self.env, outage.date_end, dt_format="short") if outage.date_end else "",
        }
        if not outage.is_now:
            return self.env._("%(resource)s will be out of order from %(start)s", **facts)
        if outage.date_end:
            return self.env._("%(resource)s is out of order until %(end)s", **facts)
        return self.env._("%(resource)s is out of order since %(start)s", **facts)

    def _portal_values(self, access_token=None):
        """What a patron is told: the source by its name where something delivered cites it, and else only that one
        of those we work with is out of order; which one was searched stays among colleagues.
        """
        values = super()._portal_values(access_token)
        case_sudo = self.sudo()  # sudo: the visitor may read this case; what leaves was announced to everybody
        found = [(one, is_delivered) for one, is_delivered in case_sudo._outages() if one.is_now]
        return {
            **values,
            "outages": [one._portal_row() for one, is_delivered in found if is_delivered],
            "is_slowed": any(not is_delivered for _one, is_delivered in found),
        }


class LibraryWorkroom(models.Model):
    """The workroom shows what its case shows."""

    _inherit = "library.workroom"

    def get_outages(self):
        """See library.case.get_outages."""
        self.ensure_one()
        self.check_access("read")
        # sudo: who may read the room may know which of its sources are out of order
        return self.case_id.sudo()._outage_rows()


class LibraryOutage(models.Model):
    """Who of the staff has open cases that an outage touches, and the way to them."""

    _inherit = "library.outage"

    notify_owners = fields.Boolean(
        "Tell the owners of open cases", default=True, help="One message to each when the outage is announced."
    )
    case_count = fields.Integer("Open cases", compute="_compute_case_count")

    def _domain_touched_cases(self):
        Case = self.env["library.case"]
        return Case._domain_open() & Domain("id", "in", Case._sources_query(self.resource_id.ids))

    def _compute_case_count(self):
        for outage in self:
            outage.case_count = self.env["library.case"].search_count(outage._domain_touched_cases())

    def action_open_cases(self):
        """The open cases that rest on this source, those that the user may see."""
        self.ensure_one()
        self.check_access("read")
        cases = self.env["library.case"].search(self._domain_touched_cases(), limit=1000)
        return self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_case_action") | {
            "domain": [("id", "in", cases.ids)], "context": {},
        }  # fmt: skip

    def _on_announced(self):
        result = super()._on_announced()
        for outage in self.filtered(lambda one: one.state == "announced" and one.notify_owners):
            # sudo: owners of cases that the announcer may not see; only their names are taken
            cases_sudo = self.env["library.case"].sudo().search(outage._domain_touched_cases())
            partners = cases_sudo.user_id.filtered(lambda user: not user.share and user.active).partner_id
            if partners:
                outage.message_notify(
                    partner_ids=partners.ids,
                    subject=outage.env._("Out of order: %(resource)s", resource=outage.resource_id.name),
                    body=outage.env._(
                        "%(resource)s is out of order. Open cases of yours rest on it; the outage lists them.",
                        resource=outage.resource_id.name,
                    ),
                )
        return result
