from odoo import api, fields, models
from odoo.tools import format_date

WATCHED = {
    "name": "name", "url": "url", "access": "access", "access_note": "access", "licence_note": "licence",
    "date_licence_end": "licence", "coverage_ids": "coverage", "langs": "coverage", "active": "state",
    "health": "health", "description": "holds",
}  # fmt: skip
"""Fields of a resource of which it matters later what they said, and what kind of change theirs is."""
AUTOMATIC = "health"
WORDS = 1000


class LibraryResourceChange(models.Model):
    """What changed in a resource, when, and by whom: so that what rests on it can be looked at again."""

    _name = "library.resource.change"
    _description = "Change of a Resource"
    _order = "date desc, id desc"
    _rec_name = "resource_id"

    resource_id = fields.Many2one("library.resource", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="resource_id.company_id", store=True, index=True)
    date = fields.Datetime(required=True, readonly=True, default=lambda self: self.env.cr.now(), index=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True, ondelete="set null")
    is_automatic = fields.Boolean("By the link check", readonly=True)
    kind = fields.Selection(
        [
            ("name", "Name"), ("url", "Link"), ("access", "How to get in"), ("licence", "Licence"),
            ("coverage", "What it covers"), ("holds", "What it holds"), ("health", "Whether the link opens"),
            ("state", "In the register"),
        ],
        "What changed", required=True, readonly=True,
    )  # fmt: skip
    old_value = fields.Text("Before", readonly=True)
    new_value = fields.Text("Now", readonly=True)


class LibraryResource(models.Model):
    """A resource keeps what it said before."""

    _inherit = "library.resource"

    change_ids = fields.One2many("library.resource.change", "resource_id", string="Changes")

    def write(self, vals):
        watched = [name for name in WATCHED if name in vals]
        if not watched:
            return super().write(vals)
        before = {resource.id: resource._watched_words(watched) for resource in self}
        result = super().write(vals)
        self._note_changes(watched, before)
        return result

    def _note_changes(self, watched, before):
        """Keep what is different now."""
        rows = []
        for resource in self:
            now = resource._watched_words(watched)
            for name in watched:
                old, new = before[resource.id][name], now[name]
                if old == new or (name == AUTOMATIC and not self._is_news(old, new)):
                    continue
                rows.append({
                    "resource_id": resource.id, "kind": WATCHED[name], "old_value": old[:WORDS],
                    "new_value": new[:WORDS], "is_automatic": name == AUTOMATIC,
                    "user_id": False if name == AUTOMATIC else self.env.uid,
                })  # fmt: skip
        if rows:
            # sudo: a log that nobody writes by hand; whoever may change the resource makes its lines
            self.env["library.resource.change"].sudo().create(rows)

    @api.model
    def _is_news(self, old, new):
        """A link that was not checked before tells nothing when it opens."""
        labels = dict(self._fields["health"]._description_selection(self.env))
        return labels["broken"] in (old, new)

    def _watched_words(self, names):
        """{field: what it says now, in words}."""
        self.ensure_one()
        found = {}
        for name in names:
            field, value = self._fields[name], self[name]
            if field.type == "selection":
                value = dict(field._description_selection(self.env)).get(value, "")
            elif field.type == "many2many":
                value = ", ".join(sorted(value.mapped("display_name")))
            elif field.type == "date":
                value = format_date(self.env, value) if value else ""
            elif field.type == "boolean":
                value = self.env._("Yes") if value else self.env._("No")
            found[name] = value or ""
        return found

    def action_open_changes(self):
        """What changed in this resource."""
        self.ensure_one()
        return self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_resource_change_action") | {
            "domain": [("resource_id", "=", self.id)], "context": {},
        }  # fmt: skip
