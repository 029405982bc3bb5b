from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ...lib.gap_figures import weighted

FEWEST_MEMBERS = 5
"""Nothing is told about the votes of fewer people."""


class LibraryPanel(models.Model):
    """The patrons who say, each year, what the library is to be judged by: they pick the items and weigh them."""

    _name = "library.panel"
    _description = "Patron Panel"
    _order = "year desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    year = fields.Integer(required=True, default=lambda self: fields.Date.context_today(self).year, aggregator=None)
    company_id = fields.Many2one(
        "res.company", "Institution", required=True, index=True, default=lambda self: self.env.company
    )
    invitation = fields.Text(
        "What the panel does", translate=True, help="Patrons read this on the portal before they join."
    )
    item_ids = fields.Many2many(
        "library.gap.item", string="Items to choose from", check_company=True,
        default=lambda self: self.env["library.gap.survey"]._default_items(),
    )
    pick_count = fields.Integer("Items that each member picks", default=5, required=True, aggregator=None)
    state = fields.Selection(
        [("draft", "Being prepared"), ("open", "Joining and voting"), ("closed", "Votes counted"),
         ("published", "Published")],
        required=True, default="draft", readonly=True, copy=False, index=True,
    )
    member_ids = fields.One2many("library.panel.member", "panel_id", groups="base.group_system")
    member_count = fields.Integer("Members", compute="_compute_member_count")
    line_ids = fields.One2many("library.panel.line", "panel_id", string="Weights", readonly=True)
    case_ids = fields.One2many("library.panel.case", "panel_id", string="Cases for the jury")
    gap_id = fields.Many2one("library.gap.survey", "Survey of the picked items", readonly=True, copy=False,
                             index="btree_not_null", ondelete="set null", check_company=True)  # fmt: skip
    actions = fields.Text("What we do about it", translate=True, help="Published beside the results.")
    date_published = fields.Date("Published on", readonly=True, copy=False)

    _year_uniq = models.UniqueIndex("(company_id, year)", "This year has its panel already.")
    _pick_range = models.Constraint("CHECK (pick_count BETWEEN 1 AND 20)", "Let members pick 1 to 20 items.")

    def _compute_member_count(self):
        # sudo: how many, not who
        counts = dict(self.env["library.panel.member"].sudo()._read_group(
            [("panel_id", "in", self.ids)], ["panel_id"], ["__count"]
        ))
        for panel in self:
            panel.member_count = counts.get(panel, 0)

    @api.model
    def _domain_open(self):
        return Domain("state", "=", "open")

    def action_open(self):
        """Patrons may join and vote."""
        self.check_access("write")
        if any(len(panel.item_ids) < panel.pick_count for panel in self):
            raise UserError(self.env._("There are fewer items than a member is to pick."))
        self.filtered(lambda panel: panel.state == "draft").state = "open"

    def action_close(self):
        """Count the votes; the most wanted items become this year's weights."""
        self.check_access("write")
        for panel in self.filtered(lambda one: one.state == "open"):
            panel.state = "closed"
            panel._count()

    def _count(self):
        """The weights that the members gave, as shares; nothing below five voters."""
        # sudo: votes are counted here and seen nowhere
        votes_sudo = self.env["library.panel.vote"].sudo()
        found = votes_sudo._read_group(
            [("panel_id", "=", self.id)], ["item_id"], ["weight:sum", "member_id:count_distinct"]
        )
        voters = len(votes_sudo.search([("panel_id", "=", self.id)]).member_id)
        total = sum(points for _item, points, _count in found)
        rows = sorted(found, key=lambda row: (-row[1], row[0].id)) if voters >= FEWEST_MEMBERS else []
        # sudo: figures that nobody writes by hand
        self.sudo().line_ids = [Command.clear()] + [
            Command.create({"item_id": item.id, "points": points, "weight": points / total, "sequence": place})
            for place, (item, points, _count) in enumerate(rows[:self.pick_count], start=1)
        ]

    def action_survey(self):
        """A gap survey of the items that the panel picked, once."""
        self.ensure_one()
        self.check_access("write")
        if not self.line_ids:
            raise UserError(self.env._("The panel has picked no items yet; at least five members must have voted."))
        if not self.gap_id:
            self.gap_id = self.env["library.gap.survey"].create({
                "name": self.name, "company_id": self.company_id.id, "per_person": 0,
                "item_ids": [Command.set(self.line_ids.item_id.ids)],
            })
        return {
            "type": "ir.actions.act_window", "res_model": "library.gap.survey", "res_id": self.gap_id.id,
            "views": [(False, "form")],
        }

    def action_publish(self):
        """Results and what is done about them stand on the public page."""
        self.check_access("write")
        for panel in self.filtered(lambda one: one.state == "closed"):
            if not (panel.actions or "").strip():
                raise UserError(self.env._("Write first what the library does about it."))
            panel.write({"state": "published", "date_published": fields.Date.context_today(self)})

    def _weighted_found(self):
        """What patrons find in the items that the panel picked, weighed as it said; None without figures."""
        figures = {
            result.item_id: result.perceived
            for result in self.gap_id.result_ids if result.kind == "item" and result.group_kind == "all"
        }
        return weighted([(figures.get(line.item_id), line.weight) for line in self.line_ids])
