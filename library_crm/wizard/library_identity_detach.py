from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize


class LibraryIdentityDetach(models.TransientModel):
    """Gives an address, number or card to whom it belongs, with the cases that came in through it."""

    _name = "library.identity.detach"
    _description = "Detach an Identity"

    identity_id = fields.Many2one("library.patron.identity", required=True, readonly=True, ondelete="cascade")
    patron_id = fields.Many2one(related="identity_id.patron_id")
    value = fields.Char(related="identity_id.value")
    company_id = fields.Many2one(related="identity_id.company_id")
    owner = fields.Selection(
        [("nobody", "Nobody we know"), ("known", "Another patron"), ("new", "A new patron")],
        string="Belongs to", required=True, default="nobody",
    )
    target_id = fields.Many2one(
        "library.patron", string="Rightful patron", domain="[('company_id', '=', company_id), ('id', '!=', patron_id)]"
    )
    new_name = fields.Char("Name")
    incoming_case_ids = fields.Many2many(
        "library.case", relation="library_identity_detach_incoming_rel", compute="_compute_incoming_case_ids")
    case_ids = fields.Many2many(
        "library.case", string="Cases to move along", domain="[('id', 'in', incoming_case_ids)]",
        help="Cases that came in through it.",
    )

    @api.constrains("identity_id", "target_id")
    def _check_reach(self):
        """What the dialog shows is for whoever may see it elsewhere."""
        for detach in self.sudo(False):  # constraints are checked in sudo mode
            detach.identity_id.check_access("read")
            detach.target_id.check_access("read")

    @api.depends("identity_id")
    def _compute_incoming_case_ids(self):
        for detach in self:
            detach.incoming_case_ids = detach._find_cases()

    def _find_cases(self):
        """Cases of the patron that came in through this identity, those only that this user may see."""
        identity = self.identity_id
        Case = self.env["library.case"]
        if identity.kind != "email":
            return Case
        return Case.search([
            ("patron_id", "=", identity.patron_id.id), ("email_normalized", "=", email_normalize(identity.value))])

    @api.onchange("owner")
    def _onchange_owner(self):
        self.case_ids = self._find_cases() if self.owner != "nobody" else False

    def action_apply(self):
        """Detach, and open the patron to whom the identity belongs now."""
        self.ensure_one()
        self.identity_id.check_access("write")
        old = self.patron_id
        target = self._owner_patron()
        self.identity_id._detach(target)
        if target:
            moved = self.case_ids & self._find_cases_of(old)
            moved.write({"patron_id": target.id})
            # sudo: the needs go with their cases, which this user may write
            moved.sudo().need_ids.filtered(lambda need: need.patron_id == old).write({"patron_id": target.id})
        return {
            "type": "ir.actions.act_window", "res_model": "library.patron", "view_mode": "form",
            "res_id": (target or old).id,
        }

    def _find_cases_of(self, patron):
        return self.env["library.case"].search([("patron_id", "=", patron.id), ("id", "in", self.case_ids.ids)])

    def _owner_patron(self):
        """The patron to whom the identity belongs; an empty one for nobody."""
        Patron = self.env["library.patron"]
        if self.owner == "known":
            if not self.target_id or self.target_id == self.patron_id:
                raise UserError(self.env._("Choose the patron to whom it belongs."))
            self.target_id.check_access("write")
            return self.target_id
        if self.owner == "new":
            if not (self.new_name or "").strip():
                raise UserError(self.env._("Give the new patron a name."))
            Patron.check_access("create")
            # sudo: the contact record that comes with a patron; the values are a name and what stands on the other
            return Patron.sudo().create({
                "name": self.new_name.strip(), "company_id": self.company_id.id, "lang": self.patron_id.lang,
            }).with_env(self.env)
        return Patron
