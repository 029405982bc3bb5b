from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, html2plaintext, is_html_empty

from ..lib.mail_token import read_token

DOCUMENT = Markup(
    '<!DOCTYPE html>\n<html lang="%s">\n<head><meta charset="utf-8"><title>%s</title></head>\n'
    "<body><h1>%s</h1>\n%s\n%s</body>\n</html>\n"
)


class LibraryCaseAnswer(models.TransientModel):
    """Writes to the patron, and says before it leaves who will read it."""

    _name = "library.case.answer"
    _description = "Answer a Case"

    case_id = fields.Many2one("library.case", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id")
    body = fields.Html("Answer", sanitize_style=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Files", bypass_search_access=True)
    solution_ids = fields.Many2many(
        "library.solution",
        "library_case_answer_solution_rel",
        string="Solutions to attach",
        domain="[('company_id', 'in', [company_id, False])]",
    )
    article_ids = fields.Many2many(
        "library.article",
        "library_case_answer_article_rel",
        string="Articles to cite",
        domain="[('company_id', 'in', [company_id, False]), "
        "('state', '=', 'published'), ('visibility', '!=', 'staff')]",
    )

    proposed_ids = fields.Many2many(
        "library.case.participant", "library_case_answer_proposed_rel", compute="_compute_proposed_ids"
    )
    accept_ids = fields.Many2many(
        "library.case.participant",
        "library_case_answer_accept_rel",
        string="Let them take part",
        domain="[('id', 'in', proposed_ids)]",
        help="Were copied in by the patron. Whoever is ticked gets this answer and the later ones.",
    )
    readers = fields.Html("Will be read by", compute="_compute_readers", sanitize=False)
    warnings = fields.Html(compute="_compute_warnings", sanitize=False)
    date_seen = fields.Datetime("Last message when this was opened", readonly=True)
    has_newer = fields.Boolean("The patron wrote meanwhile", readonly=True)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        case = self.env["library.case"].browse(values.get("case_id"))
        if case:
            values["date_seen"] = case.date_last_message
            signature = case.team_id.with_context(lang=case._patron_lang()).signature
            values["body"] = Markup("<p><br></p>") + ("" if is_html_empty(signature) else signature)
        return values

    # Who reads it

    @api.depends("case_id")
    def _compute_proposed_ids(self):
        for answer in self:
            answer.proposed_ids = answer.case_id.participant_ids.filtered(lambda person: person.state == "proposed")

    @api.depends("case_id", "accept_ids")
    def _compute_readers(self):
        for answer in self:
            chips = Markup(" ").join(answer._render_reader(*reader) for reader in answer._get_readers())
            answer.readers = chips or Markup('<span class="text-danger">%s</span>') % self.env._("Nobody")

    def _get_readers(self):
        """Everybody who will read the answer.

        :return: list of (name, address, how), how one of 'patron', 'participant', 'portal'
        """
        case = self.case_id
        people = case.participant_ids.filtered(lambda person: person.state == "accepted" and person.may_be_mailed)
        readers = [(case.partner_id.name, case.partner_id.email, "patron")] if case.partner_id else []
        readers += [(person.name, person.email, "participant") for person in people | self.accept_ids._origin]
        on_portal = case.reader_partner_ids - case.partner_id - people.partner_id
        readers += [(partner.name, False, "portal") for partner in on_portal]
        return readers

    def _render_reader(self, name, address, how):
        bounced = email_normalize(address or "") in self._find_bounced()
        colour = "danger" if bounced or (how == "patron" and not address) else "primary"
        notes = {
            "patron": self.env._("patron"),
            "participant": self.env._("participant"),
            "portal": self.env._("on the portal only"),
        }
        who = f"{name} <{address}>" if address else name
        return Markup('<span class="badge rounded-pill text-bg-%s fs-6 me-1 mb-1">%s · %s</span>') % (
            colour, who, notes[how]
        )

    def _find_bounced(self):
        """The readers' addresses that refused our last mail."""
        addresses = {email_normalize(address or "") for _name, address, _how in self._get_readers()} - {False}
        identities = self.env["library.patron.identity"].search(
            [("kind", "=", "email"), ("state", "=", "bounced"), ("value_normalized", "in", list(addresses))]
        )
        return set(identities.mapped("value_normalized"))

    @api.depends("case_id", "accept_ids", "body", "has_newer")
    def _compute_warnings(self):
        for answer in self:
            lines = Markup().join(Markup("<li>%s</li>") % line for line in answer._get_warnings())
            answer.warnings = Markup('<ul class="mb-0">%s</ul>') % lines if lines else False

    def _get_warnings(self):
        """What the librarian should know before sending, as a list of sentences."""
        found = [
            self.env._("Mail to %(address)s came back last time.", address=address)
            for address in sorted(self._find_bounced())
        ]
        partner = self.case_id.partner_id
        if partner and not partner.email:
            found.append(self.env._("The patron has no mail address and will read this on the portal only."))
        if self._names_workroom():
            found.append(self.env._("The text holds the address of a workroom, which is for colleagues only."))
        if self.has_newer:
            found.append(self.env._("A message arrived while you were writing. Read it, then send."))
        return found

    def _names_workroom(self):
        """Whether the text would give the patron the address of a room of ours."""
        text = f"{self.body or ''} {html2plaintext(self.body or '')}"
        tokens = read_token(self.env["library.mail.intake"]._secret(), text)
        return any(kind == "w" for kind, _id in tokens)

    # Sending

    def action_send(self):
        """Send the answer to everybody who is named above it."""
        self.ensure_one()
        case = self.case_id
        if self._names_workroom():
            raise UserError(self.env._("Take the workroom's address out of the text: it is for colleagues only."))
        if case.date_last_message and self.date_seen and case.date_last_message > self.date_seen:
            return self._look_again()
        self.accept_ids.action_accept()
        if not case.user_id:
            case._assign(self.env.user)
        self._send(
            Markup(self.body or "") + self._render_citations(),
            attachment_ids=self._prepare_attachments().ids,
            solutions=self.solution_ids,
            articles=self.article_ids,
        )
        return {"type": "ir.actions.act_window_close"}

    def _send(self, body, **enclosed):
        """Let the answer go.

        :param body: Markup
        :param enclosed: what `library.case._answer` takes beside it
        """
        return self.case_id._answer(body, **enclosed)

    def _look_again(self):
        """Show the dialog once more: something arrived since it was opened."""
        self.write({"has_newer": True, "date_seen": self.case_id.date_last_message})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Answer"),
        }

    def _render_citations(self):
        """The cited articles as links, in the patron's language."""
        if not self.article_ids:
            return Markup()
        localized = self.with_context(lang=self.case_id._patron_lang())
        links = Markup().join(
            Markup('<li><a href="%s">%s</a></li>') % (article.get_base_url() + article.access_url, article.name)
            for article in self.article_ids
        )
        return Markup("<p>%s</p><ul>%s</ul>") % (localized.env._("To read further:"), links)

    def _prepare_attachments(self):
        """The files that go along: those of the librarian, and each solution with its own."""
        target = {"res_model": "library.case", "res_id": self.case_id.id}
        self.attachment_ids.filtered(lambda file: file.res_model == self._name).write(target)
        files = self.attachment_ids
        for solution in self.solution_ids:
            document = {"name": solution._get_file_name(), "raw": solution._render_document().encode()}
            files |= files.create({**document, **target})
            own = [("res_model", "=", solution._name), ("res_id", "=", solution.id), ("res_field", "=", False)]
            for file in files.search(own):
                files |= file.copy(target)
        return files


class LibrarySolution(models.Model):
    _inherit = "library.solution"

    def _get_file_name(self):
        """A name under which the solution can be saved anywhere."""
        self.ensure_one()
        return f"{self._get_file_stem()}.html"

    def _render_document(self):
        """The solution as a page of its own, with its sources: what the patron gets as a file."""
        self.ensure_one()
        sources = Markup().join(
            Markup("<li>%s</li>") % " · ".join(filter(None, [source.name, source.identifier, source.url]))
            for source in self.source_ids
        )
        rest = Markup("<h2>%s</h2><ol>%s</ol>") % (self.env._("Sources"), sources) if sources else Markup()
        if self.licence_note:
            rest += Markup("<p>%s</p>") % self.licence_note
        lang = (self.lang or "en_US").replace("_", "-")
        return DOCUMENT % (lang, self.name, self.name, self._document_body(), rest)
