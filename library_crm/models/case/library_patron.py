from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class LibraryPatron(models.Model):
    """A patron's cases, needs and contacts, for the one page that shows them all."""

    _inherit = "library.patron"

    case_ids = fields.One2many("library.case", "patron_id", string="Cases", groups="base.group_user")
    need_ids = fields.One2many("library.need", "patron_id", string="Needs", groups="base.group_user")
    interaction_ids = fields.One2many(
        "library.interaction", "patron_id", string="Contacts", groups="base.group_user"
    )
    case_count = fields.Integer(compute="_compute_case_count", groups="base.group_user")
    open_case_count = fields.Integer(compute="_compute_case_count", groups="base.group_user")
    timeline_ids = fields.One2many(
        "library.patron.timeline", "patron_id", groups="base.group_user"
    )
    reach = fields.Selection(
        [("onsite", "On site"), ("remote", "Remote"), ("both", "On site and remote")],
        compute="_compute_reach",
        groups="base.group_user",
        help="From the channels of cases and contacts.",
    )

    def _compute_case_count(self):
        Case = self.env["library.case"]
        domain = [("patron_id", "in", self.ids)]
        total = dict(Case._read_group(domain, ["patron_id"], ["__count"]))
        still_open = dict(Case._read_group(Case._domain_open() & Domain(domain), ["patron_id"], ["__count"]))
        for patron in self:
            patron.case_count = total.get(patron, 0)
            patron.open_case_count = still_open.get(patron, 0)

    @api.model
    def _owner_parts(self):
        # the cases that the reader may see: who serves a patron elsewhere stays there
        cases = self.env["library.case"]._search(self._domain_served())
        return [*super()._owner_parts(), SQL(
            "(SELECT c.user_id FROM library_case c WHERE c.patron_id = p.id AND c.id IN %s ORDER BY c.id DESC LIMIT 1)",
            cases.subselect(),
        )]

    @api.model
    def _owner_candidates(self, user_ids):
        cases = self.env["library.case"]._search(self._domain_served() & Domain("user_id", "in", user_ids))
        return [*super()._owner_candidates(user_ids), cases.select("patron_id")]

    @api.model
    def _domain_served(self):
        """Open cases that somebody works on."""
        Case = self.env["library.case"]
        return Case._domain_open() & Domain("user_id", "!=", False) & Domain("patron_id", "!=", False)

    def _flush_owners(self):
        self.env["library.case"].flush_model(["patron_id", "user_id", "stage_code"])
        return super()._flush_owners()

    def _compute_reach(self):
        onsite_channels = ("desk", "roving")
        seen = {patron: set() for patron in self}
        for model in ("library.case", "library.interaction"):
            groups = self.env[model]._read_group([("patron_id", "in", self.ids)], ["patron_id", "channel"])
            for patron, channel in groups:
                seen[patron].add("onsite" if channel in onsite_channels else "remote")
        for patron in self:
            ways = seen.get(patron, set())
            patron.reach = "both" if len(ways) == 2 else next(iter(ways), False)

    def action_open_cases(self):
        """The patron's cases."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_case_action")
        action.update(domain=[("patron_id", "=", self.id)], context={"default_patron_id": self.id})
        return action

    def action_open_timeline(self):
        """Everything between this patron and the library, by month."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_patron_timeline_action")
        action.update(domain=[("patron_id", "=", self.id)])
        return action
