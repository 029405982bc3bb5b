import json

from odoo import api, fields, models, tools
from odoo.fields import Domain

STAFF = "base.group_user"


class LibraryService(models.Model):
    """A service as the catalogue shows it: its promise in words, its questions, and how it is thought of by us."""

    _name = "library.service"
    _inherit = ["library.service", "mail.thread", "mail.activity.mixin"]

    # what patrons read
    slogan = fields.Char(translate=True, help="The promise of this service in a few words, above all else on its page.")
    outcome = fields.Text(
        "What you get", translate=True, help="What is in the patron's hands at the end, in a sentence or two."
    )

    # what is asked
    question_ids = fields.One2many(
        "library.service.question", "service_id", string="Questions", copy=True, groups=STAFF
    )
    request_properties_definition = fields.PropertiesDefinition(
        "Questions as properties", compute="_compute_request_properties_definition", compute_sudo=True,
        search="_search_request_properties_definition", export_string_translation=False,
    )

    # what we think of it
    evaluation = fields.Html(
        groups=STAFF, help="What the last look at this service brought, and what is to change."
    )
    date_evaluated = fields.Date("Evaluated on", groups=STAFF, tracking=True)

    # how it came to be what it is
    name = fields.Char(tracking=True)
    kind = fields.Selection(tracking=True)
    summary = fields.Char(tracking=True)
    audience = fields.Char(tracking=True)
    is_published = fields.Boolean(tracking=True)
    answer_hours = fields.Float(tracking=True)
    solution_hours = fields.Float(tracking=True)

    @api.depends("question_ids")
    @api.depends_context("lang")
    def _compute_request_properties_definition(self):
        for service in self:
            service.request_properties_definition = json.loads(self._request_definition(service.id, self.env.lang))

    @api.model
    def _search_request_properties_definition(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        asks = Domain("question_ids", "!=", False)
        return ~asks if (operator == "in") == (False in value) else asks

    @api.model
    @tools.ormcache("service_id", "lang")
    def _request_definition(self, service_id, lang):
        """The questions of a service in a language, as JSON; asked for each new case."""
        # sudo: what everybody reads on the form
        questions_sudo = self.env["library.service.question"].sudo().with_context(lang=lang)
        found = questions_sudo.search([("service_id", "=", service_id)]) if isinstance(service_id, int) else ()
        return json.dumps([question._definition() for question in found])

    # What staff write about a service is theirs, although everybody may read the service itself

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        if self.env.user._is_internal():
            return super()._mail_get_operation_for_mail_message_operation(message_operation)
        return dict.fromkeys(self, "write")

    @api.model
    def _get_thread_with_access(self, thread_id, **kwargs):
        if not self.env.user._is_internal():
            return self.browse()
        return super()._get_thread_with_access(thread_id, **kwargs)

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Only staff follow a service: its history is theirs."""
        # sudo: reads one boolean of partners to keep outsiders from following
        people_sudo = self.env["res.partner"].sudo().browse(partner_ids or [])
        staff = people_sudo.filtered(lambda person: not person.partner_share)
        return super().message_subscribe(partner_ids=staff.ids, subtype_ids=subtype_ids)
