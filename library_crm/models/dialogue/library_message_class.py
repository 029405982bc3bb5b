import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import FEEDBACK_OF_MESSAGE, MESSAGE_KINDS
from ...lib.form_input import headline
from ...lib.language import guess_language
from ...lib.mail_text import new_text
from ...lib.marked_text import marked_text
from ...lib.message_class import MOST_TEXT, classify

_logger = logging.getLogger(__name__)
MOST_CHIPS = 200


class LibraryMessageClass(models.Model):
    """What a message of a patron is taken for, by which words, and what a librarian says to it.

    The words decide, not a trained model: whoever wonders sees them marked. Nothing follows from a class by itself;
    feedback or a need is made when a librarian presses the button that says so.
    """

    _name = "library.message.class"
    _description = "Class of a Message"
    _order = "id desc"
    _rec_name = "kind"

    message_id = fields.Many2one("mail.message", required=True, readonly=True, ondelete="cascade")
    case_id = fields.Many2one("library.case", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", "Institution", required=True, readonly=True, index=True)
    kind = fields.Selection(MESSAGE_KINDS, "What it is", required=True, readonly=True)
    kind_before = fields.Selection(MESSAGE_KINDS, "Taken for", required=True, readonly=True)
    runner_up = fields.Selection(MESSAGE_KINDS, "Or else", readonly=True)
    score = fields.Float("How clear", readonly=True, digits=(4, 2))
    marks = fields.Json(readonly=True)
    state = fields.Selection(
        [("proposed", "To look at"), ("confirmed", "Confirmed"), ("corrected", "Corrected")],
        required=True, default="proposed", readonly=True,
    )
    is_machine = fields.Boolean("Told by its headers", readonly=True)
    lang = fields.Char("Language", readonly=True)
    date = fields.Datetime("Came", required=True, default=fields.Datetime.now, readonly=True)
    user_id = fields.Many2one("res.users", "Looked at by", readonly=True, ondelete="set null", index="btree_not_null")
    date_decided = fields.Datetime("Looked at on", readonly=True)
    feedback_id = fields.Many2one(
        "library.feedback", readonly=True, ondelete="set null", index="btree_not_null"
    )
    need_id = fields.Many2one("library.need", readonly=True, ondelete="set null", index="btree_not_null")
    patron_id = fields.Many2one(related="case_id.patron_id")
    preview = fields.Char("Begins with", compute="_compute_preview")
    words = fields.Char("Words that speak for it", compute="_compute_words")

    _message_uniq = models.Constraint("UNIQUE (message_id)", "A message has one class.")
    _open_idx = models.Index("(company_id, kind) WHERE state = 'proposed'")

    @api.depends("message_id")
    def _compute_preview(self):
        # sudo: whoever may read the class may read the case's conversation
        for record, record_sudo in zip(self, self.sudo(), strict=True):
            record.preview = headline(self._new_words(record_sudo.message_id)) or False

    @api.depends("marks", "kind")
    def _compute_words(self):
        for record in self:
            record.words = ", ".join(record._shown_words()) or False

    def _shown_words(self):
        """The words that speak for the kind it was taken for, each once."""
        return list(dict.fromkeys(mark[2] for mark in self.marks or [] if mark[3] == self.kind_before))

    # Arrival

    @api.model
    def _new_words(self, message):
        """What somebody wrote in a message, without what it quotes and without a signature."""
        return new_text(None, message.body or "").fresh[:MOST_TEXT]

    @api.model
    def _classify(self, message_sudo, case_sudo, is_machine=False):
        """Say what a message of a patron is; whatever goes wrong, the message stays where it is.

        :param message_sudo: the mail.message that came
        :param is_machine: whether its headers say that no person wrote it
        """
        try:
            words = self._new_words(message_sudo)
            found = classify(words, subject=message_sudo.subject or "", is_automatic=is_machine)
        except Exception:
            _logger.exception("Message %s could not be classed", message_sudo.id)
            return self.browse()
        # sudo: the gateway and the patron act for nobody here; all values are ours
        return self.sudo().create({
            "message_id": message_sudo.id, "case_id": case_sudo.id, "company_id": case_sudo.company_id.id,
            "kind": found.kind, "kind_before": found.kind, "runner_up": found.runner_up, "score": found.score,
            "marks": [list(mark) for mark in found.marks], "is_machine": is_machine, "lang": guess_language(words),
        })

    @api.model
    def _classify_earlier(self, limit=500):
        """Say what messages of patrons are that came before messages were told apart, the newest first.

        :return: number of messages that were classed
        """
        # sudo: reads the messages and writes what they are taken for
        Message_sudo = self.env["mail.message"].sudo()
        classed = self.sudo()._search([])
        found_sudo = Message_sudo.search(
            Domain("model", "=", "library.case") & Domain("message_type", "in", ("comment", "email"))
            & Domain("subtype_id.internal", "=", False) & Domain("author_id.partner_share", "=", True)
            & ~Domain("id", "in", classed.subselect("message_id")), order="id desc", limit=limit)
        # sudo: as above
        cases_sudo = self.env["library.case"].sudo().browse(set(found_sudo.mapped("res_id"))).exists().grouped("id")
        for message_sudo in found_sudo.filtered(lambda message: message.res_id in cases_sudo):
            self._classify(message_sudo, cases_sudo[message_sudo.res_id])
        return len(found_sudo)

    # What the thread shows

    @api.model
    def read_chips(self, message_ids):
        """The classes of some messages of a conversation, as far as one may read them.

        :return: list of dict; `text` is the message with the words marked, as HTML
        """
        self.browse().check_access("read")
        ids = [number for number in message_ids if isinstance(number, int)][:MOST_CHIPS]
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return [record._chip(kinds) for record in self.search(Domain("message_id", "in", ids))]

    def _chip(self, kinds):
        record_sudo = self.sudo()  # sudo: the text of the conversation that one may read
        return {
            "id": self.id,
            "message_id": self.message_id.id,
            "kind": self.kind,
            "label": kinds[self.kind],
            "before": kinds[self.kind_before],
            "kinds": [pair for pair in kinds.items() if pair[0] != "unclear"],
            "state": self.state,
            "words": self._shown_words(),
            "text": str(self._marked(self._new_words(record_sudo.message_id))),
            "next": self._next_words(),
            "feedback_id": self.feedback_id.id,
            "need_id": self.need_id.id,
        }

    def _marked(self, text):
        """`text` with the words that speak for the kind it was taken for in <mark>, as Markup."""
        return marked_text(text, self._finds(text)) if text else Markup("")

    def _finds(self, text):
        """The marks that still fit the text: somebody may have edited the message."""
        finds, end = [], 0
        for mark in self.marks or []:
            if mark[3] == self.kind_before and mark[0] >= end and text[mark[0]:mark[1]] == mark[2]:
                finds.append(_Find(mark[0], mark[1]))
                end = mark[1]
        return finds

    def _next_words(self):
        """What the button that confirms says, by what it makes."""
        if self.feedback_id or self.need_id:
            return False
        return {
            "complaint": self.env._("Take down as a complaint"), "praise": self.env._("Take down as praise"),
            "correction": self.env._("Take down as an error"), "need": self.env._("Make it a new need"),
            "thanks": self.env._("Close the case"),
        }.get(self.kind, False)

    # What a librarian says to it

    def action_choose(self, kind):
        """Say what the message is; the same as proposed confirms it.

        :raise UserError: of a kind that there is not
        """
        if kind not in dict(MESSAGE_KINDS) or kind == "unclear":
            raise UserError(self.env._("A message is one of the kinds of the list."))
        self.case_id.check_access("write")
        for record in self:
            # sudo: staff who may write the case; all values are ours
            record.sudo().write({
                "kind": kind, "state": "confirmed" if kind == record.kind_before else "corrected",
                "user_id": self.env.uid, "date_decided": fields.Datetime.now(),
            })
        return True

    def action_confirm(self):
        """It is what it was taken for."""
        for record in self:
            if record.kind == "unclear":
                raise UserError(self.env._("Say first what it is."))
            record.action_choose(record.kind)
        return True

    def action_make(self):
        """Make of the message what its kind asks for: feedback or a need; of thanks, offer to close the case.

        :return: what the web client opens
        """
        self.ensure_one()
        self.action_confirm()
        if self.kind == "need":
            return self._make_need()
        if self.kind in FEEDBACK_OF_MESSAGE:
            return self._make_feedback()
        if self.kind == "thanks":
            return self.case_id.action_close_dialog()
        return True

    def _make_feedback(self):
        record_sudo = self.sudo()  # sudo: the case is one's own to write, checked by the caller
        if not record_sudo.feedback_id:
            record_sudo.feedback_id = self.env["library.feedback"]._take({
                "body": self._new_words(record_sudo.message_id) or record_sudo.case_id.name,
                "kind": FEEDBACK_OF_MESSAGE[self.kind], "source": "case_mail",
                "case_id": self.case_id.id, "message_id": record_sudo.message_id.id,
                "patron_id": record_sudo._author_patron().id,
            }).id
        return self._open(self.feedback_id)

    def _author_patron(self):
        """The patron of the case, unless somebody else wrote."""
        patron = self.case_id.patron_id
        author = self.message_id.author_id
        if author and author != patron.partner_id:
            return self.env["library.patron"].search([("partner_id", "=", author.id)], limit=1) or patron
        return patron

    def _make_need(self):
        record_sudo = self.sudo()  # sudo: reads the words of a case that is one's own to write
        if not record_sudo.need_id:
            words = self._new_words(record_sudo.message_id)
            case = self.case_id
            record_sudo.need_id = self.env["library.need"].create({
                "name": headline(words) or case.name, "statement": words, "patron_id": case.patron_id.id,
                "company_id": case.company_id.id, "service_id": case.service_id.id,
                "parent_id": case.need_ids.sorted("id")[:1].id, "case_ids": [fields.Command.link(case.id)],
            })
        return self._open(self.need_id)

    def _open(self, record):
        return {
            "type": "ir.actions.act_window", "res_model": record._name, "res_id": record.id,
            "views": [[False, "form"]], "target": "current",
        }

    def action_open_case(self):
        """The conversation in which it stands."""
        self.ensure_one()
        return self._open(self.case_id)


class _Find:
    """A stretch of a text, as `marked_text` wants it."""

    __slots__ = ("end", "start")

    def __init__(self, start, end):
        self.start, self.end = start, end
