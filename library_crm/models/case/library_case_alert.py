from odoo import fields, models
from odoo.exceptions import UserError


class LibraryCase(models.Model):
    """Whoever asked to be kept up to date gets an alert, drafted from what the form asked."""

    _inherit = "library.case"

    service_kind = fields.Selection(related="service_id.kind", string="Kind of service", groups="base.group_user")

    def action_make_alert(self):
        """Open the alert of the need of this case; its draft takes over the answers of the form."""
        self.ensure_one()
        self.check_access("write")
        need = self.need_ids[:1]
        if not need or not self.patron_id:
            raise UserError(self.env._("An alert needs a patron and what the patron needs."))
        known = need.alert_ids
        action = need.action_make_alert()
        if not known:
            self.env["library.alert.profile"].browse(action["res_id"]).write(self._alert_answers())
        return action

    def _alert_answers(self):
        """What the patron wrote into the form of the service, as values of an alert."""
        answers = {one["name"]: one.get("value") for one in self.read(["request_properties"])[0]["request_properties"]}
        values = {}
        for name, reference in (("words_any", "question_sdi_words"), ("words_none", "question_sdi_without")):
            question = self.env.ref(f"library_crm.{reference}", raise_if_not_found=False)
            if question and answers.get(question._key()):
                values[name] = answers[question._key()]
        rhythm = self.env.ref("library_crm.question_sdi_rhythm", raise_if_not_found=False)
        weekly = self.env.ref("library_crm.choice_sdi_rhythm_1", raise_if_not_found=False)
        if rhythm and weekly and answers.get(rhythm._key()):
            values["cadence"] = "weekly" if answers[rhythm._key()] == weekly._key() else "monthly"
        return values
