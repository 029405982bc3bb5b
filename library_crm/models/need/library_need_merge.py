from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

FILLED = ("purpose", "date_deadline", "depth", "wanted_languages", "wanted_formats", "service_id", "restatement")
UNDO_DAYS = 30


class LibraryNeed(models.Model):
    """Two needs that are one become one; nothing of the other is lost, and it can be undone."""

    _inherit = "library.need"

    merged_into_id = fields.Many2one(
        "library.need", string="Merged into", readonly=True, index="btree_not_null", ondelete="set null", copy=False,
        groups="base.group_user",
    )
    merged_ids = fields.One2many(
        "library.need", "merged_into_id", string="Merged from", context={"active_test": False}, readonly=True,
        groups="base.group_user",
    )
    merge_record = fields.Json(readonly=True, copy=False, groups="base.group_system")
    date_merged = fields.Datetime(readonly=True, copy=False, groups="base.group_user")

    @api.model
    def _merge_links(self):
        """Names of many2many fields whose records go along with a merged need; higher rooms add theirs."""
        return ["subject_ids", "task_ids", "suggestion_ids"]

    def _check_mergeable(self, others):
        """Raise unless `others` can become part of this need."""
        self.ensure_one()
        (self | others).check_access("write")
        if not others or self in others:
            raise UserError(self.env._("Choose at least two needs, and one of them to keep."))
        whole = self | others
        if len(whole.company_id) > 1:
            raise UserError(self.env._("These needs belong to different institutions."))
        if len(whole.patron_id) > 1:
            raise UserError(self.env._(
                "These needs belong to different patrons. Each patron keeps the own need; what they share is shown "
                "by their class."
            ))
        if whole.merged_into_id:
            raise UserError(self.env._("One of these needs was merged before."))

    def _merge(self, others):
        """Make `others` part of this need: cases, signs, classes and words move along.

        :raise UserError: needs of different patrons or institutions
        """
        self._check_mergeable(others)
        for other in others.sorted("id"):
            self._merge_one(other)
        return self

    def _merge_one(self, other):
        record = {"links": {}, "values": {}, "signals": other.signal_ids.ids}
        for name in self._merge_links():
            moved = other[name] - self[name]
            record["links"][name] = moved.ids
            self[name] = [Command.link(one.id) for one in moved]
        for name, value in self._merged_values(other).items():
            record["values"][name] = [self._merge_plain(name), value]
            self[name] = value
        other.signal_ids.need_id = self
        # sudo: the record of what was done is the system's; both needs were checked to be writable
        other.sudo().write({
            "merged_into_id": self.id, "merge_record": record, "date_merged": self.env.cr.now(), "active": False,
        })

    def _merged_values(self, other):
        """What this need gets from the other: words are put together, gaps are filled."""
        values = {name: other._merge_plain(name) for name in FILLED if other[name] and not self[name]}
        if other.patron_id and not self.patron_id:
            values["patron_id"] = other.patron_id.id
            values["origin"] = other.origin
        elif other.origin == "stated" and self.origin != "stated":
            values["origin"] = "stated"
        if other.statement and other.statement not in (self.statement or ""):
            values["statement"] = "\n\n".join(filter(None, [self.statement, other.statement]))
        return values

    def _merge_plain(self, name):
        """A value as Json can keep it."""
        field, value = self._fields[name], self[name]
        if field.type == "many2one":
            return value.id
        return fields.Date.to_string(value) if field.type == "date" and value else value or False

    def action_unmerge(self):
        """Take this need out of the one that it was merged into; what was written since is kept."""
        self.ensure_one()
        whole = self.merged_into_id
        record = self.sudo().merge_record  # sudo: the record of what was done
        if not whole or not record:
            raise UserError(self.env._("This need was not merged."))
        (self | whole).check_access("write")
        if fields.Datetime.add(self.date_merged, days=UNDO_DAYS) < self.env.cr.now():
            raise UserError(self.env._("Merging can be undone for %(days)s days.", days=UNDO_DAYS))
        for name, ids in record["links"].items():
            whole[name] = [Command.unlink(one) for one in ids]
        for name, (before, merged) in record["values"].items():
            if whole._merge_plain(name) == merged:
                whole[name] = before
        self.env["library.need.signal"].browse(record["signals"]).exists().need_id = self
        # sudo: as above
        self.sudo().write({"merged_into_id": False, "merge_record": False, "date_merged": False, "active": True})
