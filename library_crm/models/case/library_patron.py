from odoo import fields, models
from odoo.fields import Domain


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
    owner_id = fields.Many2one(
        "res.users", string="Served by", compute="_compute_owner_id", groups="base.group_user",
        help="Who has the newest open case.",
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

    def _compute_owner_id(self):
        Case = self.env["library.case"]
        domain = Case._domain_open() & Domain("patron_id", "in", self.ids) & Domain("user_id", "!=", False)
        newest = {case.patron_id: case for case in Case.search(domain, order="id")}
        for patron in self:
            patron.owner_id = newest.get(patron, Case).user_id

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
