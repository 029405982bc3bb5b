from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

# What can be chosen field by field, in the order of the page
CHOSEN = (
    "name", "preferred_name", "honorific", "other_names", "pronouns", "email", "phone", "lang", "street", "street2",
    "zip", "city", "country_id", "type_id", "branch_id", "affiliation_id", "degree_stage", "date_stage_end",
    "date_of_birth", "gender", "guardian_name", "guardian_relation", "contact_person", "alternate_address",
    "date_enrolled", "date_expiry", "date_renewed", "depth", "help_style", "preferred_channel", "preferred_format",
    "note", "is_restricted", "date_restricted_until", "restriction_note", "ils_staff_note", "ils_patron_note",
    "statistics_1", "statistics_2", "image_1920",
)  # fmt: skip
SIDES = [("left", "Left"), ("right", "Right")]
OTHER = {"left": "right", "right": "left"}


class LibraryPatronMergeWizard(models.TransientModel):
    """Makes one patron of two: which record stays, and field by field whose value."""

    _name = "library.patron.merge.wizard"
    _description = "Merge Two Patrons"

    left_id = fields.Many2one("library.patron", required=True, readonly=True, ondelete="cascade")
    right_id = fields.Many2one("library.patron", required=True, readonly=True, ondelete="cascade")
    stays = fields.Selection(SIDES, string="Which record stays", required=True, default="left")
    left_name = fields.Char(related="left_id.name", string="Name on the left")
    right_name = fields.Char(related="right_id.name", string="Name on the right")
    line_ids = fields.One2many("library.patron.merge.wizard.line", "wizard_id")
    identity_line_ids = fields.One2many("library.patron.merge.wizard.identity", "wizard_id")
    moves = fields.Char("What moves", compute="_compute_consequences")
    login_note = fields.Char("Sign-in", compute="_compute_consequences")
    privacy_note = fields.Char("Privacy", compute="_compute_consequences")
    undo_days = fields.Integer(compute="_compute_undo_days")
    is_confirmed = fields.Boolean("I am sure that both are the same person")

    @api.constrains("left_id", "right_id")
    def _check_patrons(self):
        """What the dialog shows is for whoever may see both patrons."""
        for wizard in self.sudo(False):  # constraints are checked in sudo mode
            (wizard.left_id | wizard.right_id).check_access("read")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        left = self.env["library.patron"].browse(values.get("left_id"))
        right = self.env["library.patron"].browse(values.get("right_id"))
        if not left or not right:
            return values
        (left | right).check_access("read")
        if left.company_id != right.company_id:
            raise UserError(self.env._("Choose two patrons of one institution."))
        values["stays"] = self._proposed_side(left, right)
        values["line_ids"] = [Command.create(line) for line in self._prepare_lines(left, right, values["stays"])]
        values["identity_line_ids"] = [
            Command.create({"identity_id": identity.id, "side": side})
            for side, patron in (("left", left), ("right", right))
            for identity in patron.identity_ids if identity.state != "wrong"
        ]
        return values

    @api.model
    def _proposed_side(self, left, right):
        """The record that should stay: staff, then who can sign in, then the one with more proof, then the older."""
        def weight(patron):
            patron_sudo = patron.sudo()  # sudo: accounts of patrons, to propose; nothing of them is shown
            users = patron_sudo.partner_id.user_ids
            verified = len(patron_sudo.identity_ids.filtered("is_verified"))
            return bool(users.filtered(lambda user: not user.share)), bool(users), verified

        return "right" if weight(right) > weight(left) else "left"

    @api.model
    def _prepare_lines(self, left, right, stays):
        """Values of one line for each field that this user may see and in which the two differ."""
        lines = []
        labels = self.env["library.patron"].fields_get(CHOSEN, ["string"])
        for name in CHOSEN:
            if name not in labels or left[name] == right[name]:
                continue
            lines.append({
                "field_name": name,
                "label": labels[name]["string"],
                "left_value": self._shown(left, name),
                "right_value": self._shown(right, name),
                "choice": better_side(left, right, name, stays),
            })
        return lines

    @api.model
    def _shown(self, patron, name):
        """A value in the words of the screen."""
        field, value = patron._fields[name], patron[name]
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if not value:
            return False
        if field.type == "many2one":
            return value.display_name
        if field.type == "date":
            return format_date(self.env, value)
        if field.type == "binary" or field.type == "image":
            return self.env._("Picture")
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        return str(value)[:300]

    @api.depends("left_id", "right_id", "stays")
    def _compute_consequences(self):
        for wizard in self:
            survivor, loser = wizard._sides()
            # sudo: numbers of rows, and whether there are accounts; shown to whoever may merge
            merge_sudo = self.env["library.patron.merge"].sudo().new(
                {"survivor_id": survivor.id, "loser_id": loser.id})
            counts = merge_sudo._preview_counts()
            Models = self.env["ir.model"]
            wizard.moves = " · ".join(f"{Models._get(name).name} {count}" for name, count in counts.items())
            wizard.login_note = wizard._login_sentence(survivor.sudo(), loser.sudo())  # sudo: as above
            wizard.privacy_note = wizard._privacy_sentence(merge_sudo)

    def _sides(self):
        """(survivor, loser)"""
        self.ensure_one()
        return (self.left_id, self.right_id) if self.stays == "left" else (self.right_id, self.left_id)

    @api.model
    def _login_sentence(self, survivor_sudo, loser_sudo):
        kept, given = survivor_sudo.partner_id.user_ids, loser_sudo.partner_id.user_ids
        if kept and given:
            return self.env._(
                "Both can sign in. “%(kept)s” stays; the account “%(given)s” is archived.",
                kept=kept[0].login, given=given[0].login)
        if given:
            return self.env._(
                "The account “%(given)s” goes along and will open the merged record.", given=given[0].login)
        return False

    @api.model
    def _privacy_sentence(self, merge_sudo):
        both = merge_sudo.survivor_id | merge_sudo.loser_id
        if "2" in both.mapped("ils_privacy") and len(set(both.mapped("ils_privacy"))) > 1:
            return self.env._(
                "One of the two keeps nothing: uses of both records are deleted, also when the merge is undone.")
        if any(False in both._newest_answers(purpose).values() for purpose in ("counts", "interests", "outreach")):
            return self.env._("What was refused on one of the records stays refused.")
        return False

    @api.depends("left_id")
    def _compute_undo_days(self):
        for wizard in self:
            wizard.undo_days = self.env["library.retention.policy"]._keeps("merge_undo", wizard.left_id.company_id)

    def action_apply(self):
        """Merge, and open the patron that stays."""
        self.ensure_one()
        if not self.is_confirmed:
            raise UserError(self.env._("Tick that you are sure: whoever signs in sees everything of both records."))
        survivor, loser = self._sides()
        from_loser = OTHER[self.stays]
        taken = [line.field_name for line in self.line_ids if line.choice == from_loser]
        hidden = self._hidden_names()
        taken += [name for name in hidden if better_side(
            self.left_id.sudo(), self.right_id.sudo(), name, self.stays) == from_loser]  # sudo: see _hidden_names
        dropped = self.identity_line_ids.filtered(lambda line: not line.is_kept).identity_id
        self.env["library.patron.merge"]._merge(survivor, loser, taken, dropped)
        return {
            "type": "ir.actions.act_window", "res_model": "library.patron", "res_id": survivor.id, "view_mode": "form",
        }

    def _hidden_names(self):
        """Fields that this user may not see; they go by the rule that else only proposes."""
        Patron = self.env["library.patron"]
        seen = Patron.fields_get(CHOSEN, [])
        return [name for name in CHOSEN if name in Patron._fields and name not in seen]


def better_side(left, right, name, stays):
    """Whose value to propose: the one there is, the verified one, the newer one, that of the record that stays."""
    def weight(patron):
        origin = (patron.sudo().provenance or {}).get(name) or [None, None, "", False]  # sudo: origin, not the value
        return bool(patron[name]), bool(origin[3]), origin[2] or ""

    if weight(left) == weight(right):
        return stays
    return "left" if weight(left) > weight(right) else "right"


class LibraryPatronMergeWizardLine(models.TransientModel):
    """One field in which the two patrons differ."""

    _name = "library.patron.merge.wizard.line"
    _description = "Value to Choose in a Merge"

    wizard_id = fields.Many2one("library.patron.merge.wizard", required=True, index=True, ondelete="cascade")
    field_name = fields.Char(required=True, readonly=True)
    label = fields.Char("Field", readonly=True)
    left_value = fields.Char("Left", readonly=True)
    right_value = fields.Char("Right", readonly=True)
    choice = fields.Selection(SIDES, string="Take", required=True, default="left")


class LibraryPatronMergeWizardIdentity(models.TransientModel):
    """An address or card of one of the two: kept, or noted as somebody else's."""

    _name = "library.patron.merge.wizard.identity"
    _description = "Identity in a Merge"

    wizard_id = fields.Many2one("library.patron.merge.wizard", required=True, index=True, ondelete="cascade")
    identity_id = fields.Many2one("library.patron.identity", required=True, readonly=True, ondelete="cascade")
    side = fields.Selection(SIDES, required=True, readonly=True)
    kind = fields.Selection(related="identity_id.kind")
    value = fields.Char(related="identity_id.value")
    is_verified = fields.Boolean(related="identity_id.is_verified")
    is_kept = fields.Boolean("Keep", default=True, help="Off: it belongs to somebody else.")

    @api.constrains("identity_id", "wizard_id")
    def _check_identity(self):
        for line in self.sudo(False):  # as above
            line.identity_id.check_access("read")
            if line.identity_id.patron_id not in (line.wizard_id.left_id | line.wizard_id.right_id):
                raise UserError(self.env._("This belongs to neither of the two."))
