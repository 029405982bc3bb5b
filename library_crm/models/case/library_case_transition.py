from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class LibraryCase(models.Model):
    """The verbs of a case: each transition is written once, here."""

    _inherit = "library.case"

    def action_claim(self):
        """Take the case: it is mine, I answer it."""
        self.ensure_one()
        # whoever locks first wins; the second claimer sees the first one's name
        self.lock_for_update(allow_referencing=True)
        if self.user_id and self.user_id != self.env.user:
            raise UserError(self.env._("%(name)s has this case already.", name=self.user_id.name))
        self._assign(self.env.user)

    def action_release(self):
        """Give the case back to the team's queue."""
        self.write({"user_id": False})

    def _assign(self, user):
        """Make `user` answer for these cases and hear of what the patron writes."""
        self.write({"user_id": user.id})
        self.message_subscribe(partner_ids=user.partner_id.ids)
        new = self.filtered(lambda case: case.stage_code == "new")
        new.stage_id = self._find_stage("understand")

    def action_read(self):
        """The news have been seen."""
        self.filtered("has_news").has_news = False

    def _transfer(self, team, reason=False):
        """Move the case to another lead team; it keeps its stage, since stages have a meaning of their own."""
        self.ensure_one()
        if team == self.team_id:
            return
        note = self.env._("Handed over by %(former)s to %(team)s.", former=self.team_id.name, team=team.name)
        # before the move: afterwards case and room may be out of reach for whoever moves them
        self._ensure_workroom()._note(f"{note} {reason or ''}".strip())
        self.write(
            {
                "team_id": team.id,
                "user_id": self.user_id.id if self.user_id in team.user_ids else False,
                "contributing_team_ids": [fields.Command.unlink(team.id)],
            }
        )

    def _contribute(self, teams):
        """Ask other teams in: they get the workroom, never the patron."""
        for case in self:
            new = teams - case.team_id - case.contributing_team_ids
            if new:
                case.contributing_team_ids |= new
                case._ensure_workroom()

    @api.constrains("stage_id", "resolution")
    def _check_closed_has_resolution(self):
        """A case moved by hand, on the board or in a form, must not slip past the dialogs that end or resume it."""
        for case in self:
            if case.stage_code == "closed" and not case.resolution:
                raise ValidationError(
                    self.env._("“%(name)s”: use Close, which asks how the service ended.", name=case.name)
                )
            if case.stage_code != "closed" and case.resolution:
                raise ValidationError(self.env._("“%(name)s” is closed: use Re-open to go on with it.", name=case.name))

    def _close(self, resolution, unmet_reason=False, lacks=False):
        """End the service. The only code that moves a case to the closing stage.

        :param resolution: met, partly or unmet
        :param unmet_reason: why, required when not met
        :param lacks: what the patron did not get
        """
        if resolution == "unmet" and not unmet_reason:
            raise ValidationError(self.env._("Say why the need was not met."))
        closed = self._find_stage("closed")
        for case in self:
            case.write(
                {
                    "stage_id": closed.id,
                    "resolution": resolution,
                    "unmet_reason": unmet_reason if resolution in ("unmet", "partly") else False,
                    "date_closed": self.env.cr.now(),
                    "waits_for": "nobody",
                    "has_news": False,
                }
            )
            case.need_ids._settle(resolution, unmet_reason, lacks)
            case.activity_unlink(["mail.mail_activity_data_todo"])
        return self._build_logs()

    def _reopen(self):
        """The patron came back to a closed case: it is open again, and we owe an answer."""
        for case in self.filtered(lambda case: case.stage_code == "closed"):
            case.write(
                {
                    "stage_id": self._find_stage("understand").id,
                    "resolution": False,
                    "unmet_reason": False,
                    "date_closed": False,
                    "confirmation": "reopened",
                    "reopened_count": case.reopened_count + 1,
                    "waits_for": "library",
                    "date_promised": self._promise(case.team_id, case.service_id, fields.Datetime.now()),
                }
            )
            case.need_ids._unsettle()

    def _confirm_resolution(self):
        """The patron says that it helped."""
        self.write({"confirmation": "confirmed"})

    def _ensure_workroom(self):
        """The staff's room of this case, made when somebody needs it first."""
        self.ensure_one()
        # sudo: a case has one workroom, also when the person asking does not sit in its teams yet
        case_sudo = self.sudo()
        if not case_sudo.workroom_ids:
            self.check_access("write")
            self.env["library.workroom"].sudo().create(case_sudo._prepare_workroom())
        return case_sudo.workroom_ids.with_env(self.env)

    def _prepare_workroom(self):
        self.ensure_one()
        return {"case_id": self.id, "name": self.name, "question": self._question_without_identity()}

    def action_open_workroom(self):
        """Go to the room where colleagues talk about this case."""
        self.check_access("write")
        workroom = self._ensure_workroom()
        return {
            "type": "ir.actions.act_window",
            "res_model": "library.workroom",
            "res_id": workroom.id,
            "view_mode": "form",
            "name": self.env._("Workroom"),
        }
