from odoo import api, fields, models
from odoo.fields import Domain

RELATIONS = "library_crm.group_library_relations"


class LibraryPatron(models.Model):
    """A patron's segments, statements and axes, for the page, for rules, and for whoever forgets them."""

    _inherit = "library.patron"

    membership_ids = fields.One2many(
        "library.segment.member",
        "patron_id",
        string="Segments",
        domain=[("date_to", "=", False)],
        readonly=True,
        groups=RELATIONS,
    )
    membership_history_ids = fields.One2many(
        "library.segment.member",
        "patron_id",
        string="Earlier segments",
        domain=[("date_to", "!=", False)],
        readonly=True,
        groups=RELATIONS,
    )
    segment_ids = fields.Many2many(
        "library.segment",
        string="In segments",
        compute="_compute_segment_ids",
        search="_search_segment_ids",
        groups=RELATIONS,
    )
    suggestion_ids = fields.One2many(
        "library.segment.suggestion",
        "patron_id",
        string="Suggestions",
        domain=[("state", "=", "open")],
        groups=RELATIONS,
    )
    trait_ids = fields.One2many(
        "library.patron.trait",
        "patron_id",
        string="Traits",
        domain=[("state", "!=", "rejected")],
        groups=RELATIONS,
    )
    axis_ids = fields.One2many("library.patron.axis", "patron_id", string="Axes", readonly=True, groups=RELATIONS)
    axis_chart = fields.Json(compute="_compute_axis_chart", groups=RELATIONS)

    @api.depends("membership_ids")
    def _compute_segment_ids(self):
        for patron in self:
            patron.segment_ids = patron._segments_now()

    @api.model
    def _search_segment_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        return [("membership_ids.segment_id", operator, value)]

    @api.depends("axis_ids")
    @api.depends_context("lang")
    def _compute_axis_chart(self):
        for patron in self:
            patron.axis_chart = patron.axis_ids._get_chart() if patron.axis_ids else False

    def _segments_now(self):
        """The segments that these patrons belong to today."""
        # sudo: which rules a patron meets is asked by code that serves her; whoever shows it checks the group
        members_sudo = (
            self.env["library.segment.member"]
            .sudo()
            .search([("patron_id", "in", self.ids), ("date_to", "=", False), ("segment_id.active", "=", True)])
        )
        return members_sudo.segment_id.sudo(self.env.su)

    def _traits_now(self, kind=None):
        """The statements that may serve this patron; where she said something herself, nothing else of that kind.

        :param str kind: interest | channel | hours | habit; all when None
        """
        self.ensure_one()
        Trait_sudo = self.env["library.patron.trait"].sudo()  # sudo: for code that serves the patron; it shows nothing
        domain = Trait_sudo._domain_used(fields.Date.context_today(self)) & Trait_sudo._domain_of(self, kind)
        traits_sudo = Trait_sudo.search(domain)
        return traits_sudo.filtered(lambda trait: not trait.has_conflict)

    def _forget_behaviour(self):
        """Statements, axes and memberships that were drawn from use go with it; what the patron said herself stays."""
        result = super()._forget_behaviour()
        self._forget_statements([("origin", "=", "observed")])
        # sudo: the patron's own wish is carried out in tables that nobody writes by hand
        self.env["library.patron.axis"].sudo().search([("patron_id", "in", self.ids)]).unlink()
        segments_sudo = self.env["library.segment"].sudo().with_context(active_test=False).search(Domain.TRUE)
        self._forget_memberships(
            segments_sudo.filtered(lambda segment: segment.kind == "cluster" or segment._is_about_behaviour())
        )
        return result

    def _forget_interests(self):
        """The same for what was drawn from subjects."""
        result = super()._forget_interests()
        self._forget_statements([("origin", "=", "observed"), ("kind", "=", "interest")])
        # sudo: as above
        segments_sudo = self.env["library.segment"].sudo().with_context(active_test=False).search(Domain.TRUE)
        self._forget_memberships(segments_sudo.filtered(lambda segment: segment._is_about_subjects()))
        return result

    def _forget_statements(self, domain):
        """Delete observed statements; of those that were rejected the bare key stays, or they would come back."""
        traits_sudo = (
            self.env["library.patron.trait"]
            .sudo()
            .search(  # sudo: as above
                [("patron_id", "in", self.ids), ("state", "!=", "rejected"), *domain]
            )
        )
        traits_sudo.unlink()

    def _forget_memberships(self, segments_sudo):
        """Delete today's and earlier memberships in these segments, unless a person decided them."""
        members_sudo = segments_sudo.env["library.segment.member"].search(
            [("patron_id", "in", self.ids), ("segment_id", "in", segments_sudo.ids), ("how", "!=", "hand")]
        )
        members_sudo.env["library.segment.suggestion"].search(
            [("member_id", "in", members_sudo.ids)]
        ).activity_id.unlink()
        members_sudo.unlink()
