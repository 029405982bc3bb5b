from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import hmac, plaintext2html

from ...const import QUIET
from ...lib.form_input import as_id, same_secret
from ...lib.mail_text import new_text
from ...lib.redact import LABELS, LABELS_ZH, find_identity, redact
from ...lib.text_diff import marked_html

TEMPLATE = "library_crm.mail_template_board_consent"
NAME_LIMIT, TEXT_LIMIT = 150, 10000
STATES = [
    ("draft", "In preparation"),
    ("asked", "The patron is asked"),
    ("published", "On the board"),
    ("declined", "The patron said no"),
    ("withdrawn", "The patron took it back"),
]
FROZEN = {"name", "question", "answer", "room_id", "case_id", "patron_id", "answer_user_id"}
"""What the patron agrees to stays as the patron read it."""
GUARDED = {"state", "date_asked", "date_answered", "insight_id", "patron_id"}


class LibraryBoardProposal(models.Model):
    """The answer of a closed case, without its people, on the way to the board: the patron reads it first and agrees.

    Who may read the case may read this. On the board nothing leads back to it.
    """

    _name = "library.board.proposal"
    _description = "Answer to Make Public"
    _order = "id desc"
    _check_company_auto = True

    case_id = fields.Many2one("library.case", required=True, ondelete="cascade", index=True, readonly=True)
    patron_id = fields.Many2one(
        "library.patron", index="btree_not_null", ondelete="cascade", readonly=True, check_company=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True, precompute=True)
    user_id = fields.Many2one(
        "res.users", "Made by", default=lambda self: self.env.user, readonly=True, ondelete="set null",
        index="btree_not_null",
    )
    answer_user_id = fields.Many2one(
        "res.users", "Answered by", ondelete="set null", index="btree_not_null", domain="[('share', '=', False)]"
    )
    room_id = fields.Many2one(
        "library.insight.room", "Topic of the board", ondelete="restrict", index="btree_not_null", check_company=True,
        domain="[('is_board', '=', True)]", default=lambda self: self._default_room(),
    )
    name = fields.Char("Question in one line", required=True)
    question = fields.Text("The question, without the person")
    answer = fields.Text("The answer, without the person", required=True)
    question_removed = fields.Html("What was taken out of the question", compute="_compute_removed", sanitize=False)
    answer_removed = fields.Html("What was taken out of the answer", compute="_compute_removed", sanitize=False)
    left_count = fields.Integer(
        "Looks personal still", compute="_compute_left_count", help="Names, addresses and numbers still there."
    )
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, copy=False, index=True)
    date_asked = fields.Datetime("Patron asked", readonly=True, copy=False)
    date_answered = fields.Datetime("Patron answered", readonly=True, copy=False)
    insight_id = fields.Many2one(
        "library.insight", "On the board as", ondelete="set null", index="btree_not_null", readonly=True, copy=False
    )

    _open_once = models.UniqueIndex(
        "(case_id) WHERE state IN ('draft', 'asked', 'published')", "This case is on its way to the board already."
    )

    @api.model
    def _default_room(self):
        return self.env["library.insight.room"].search(
            [("is_board", "=", True), ("company_id", "=", self.env.company.id)], limit=1)

    # What was said, and what of it gives somebody away

    def _labels(self):
        return LABELS_ZH if (self.env.lang or "").startswith("zh") else LABELS

    def _said(self):
        """(question, answer, who answered) as they stand in the conversation."""
        self.ensure_one()
        return self.case_id._board_said()

    @api.depends("case_id")
    def _compute_removed(self):
        for proposal in self:
            question, answer, _user = proposal._said() if proposal.case_id else ("", "", None)
            words = proposal.case_id._identity_words() if proposal.case_id else {}
            labels = proposal._labels()
            proposal.question_removed = marked_html(question, find_identity(question, **words), labels)
            proposal.answer_removed = marked_html(answer, find_identity(answer, **words), labels)

    @api.depends("name", "question", "answer", "case_id")
    def _compute_left_count(self):
        for proposal in self:
            proposal.left_count = len(proposal._finds_left())

    def _finds_left(self):
        """What certainly still names somebody in the texts that would be public."""
        self.ensure_one()
        words = self.case_id._identity_words() if self.case_id else {}
        text = "\n".join(filter(None, [self.name, self.question, self.answer]))
        return [find for find in find_identity(text, **words) if find.is_certain]

    # Who writes what

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_by_hand(vals)
            case = self.env["library.case"].browse(vals.get("case_id"))
            case.check_access("write")
            vals["patron_id"] = case.patron_id.id
        return super().create(vals_list)

    def write(self, vals):
        self._check_by_hand(vals)
        if not self.env.su and FROZEN & set(vals) and self.filtered(lambda one: one.state != "draft"):
            raise UserError(self.env._("The patron has read it: it stays as the patron read it."))
        return super().write(vals)

    @api.model
    def _check_by_hand(self, vals):
        if not self.env.su and any(vals[name] and vals[name] != "draft" for name in GUARDED & set(vals)):
            raise AccessError(self.env._("Whether the patron agreed is not set by hand."))

    def action_ask(self):
        """Ask the patron by mail, once."""
        self.check_access("write")
        for proposal in self:
            proposal._check_may_ask()
            # sudo: the ledger is written by what sends; the person was checked above
            Outreach = self.env["library.outreach"].sudo()
            patron = proposal.sudo().patron_id
            if (reason := Outreach._allowed(patron.ids, "community").get(patron.id, "unknown")):
                raise UserError(self.env._("The patron cannot be asked by mail now (%(reason)s).", reason=reason))
            rows = Outreach._claim([{
                "patron_id": patron.id, "purpose": "community", "kind": "board_consent",
                "key": f"case:{proposal.case_id.id}",
                "reason": self.with_context(lang=patron.lang).env._("We answered a question of yours."),
                "res_model": self._name, "res_id": proposal.id,
            }])
            if not rows:
                raise UserError(self.env._("The patron was asked about this case before."))
            # sudo: guarded fields; the person was checked above
            proposal.sudo().write({"state": "asked", "date_asked": self.env.cr.now()})
            rows._mail(TEMPLATE, record=proposal)

    def _check_may_ask(self):
        """:raise UserError: where the text is not ready, or there is nobody to ask"""
        self.ensure_one()
        if self.state != "draft":
            raise UserError(self.env._("The patron was asked already."))
        if not self.room_id.is_board:
            raise UserError(self.env._("Choose a topic of the board."))
        if self.case_id.stage_code != "closed":
            raise UserError(self.env._("The case is not closed yet."))
        if not self.patron_id:
            raise UserError(self.env._("Nobody can agree: the case has no patron."))
        if self._finds_left():
            raise UserError(self.env._("A name, an address or a number still stands in the text. Take it out first."))

    # The patron's page

    def _signature(self):
        # sudo: reads the secret of the database, which makes the signature
        return hmac(self.sudo().env, "library_board_proposal", f"{self.id}")[:40]

    def _consent_url(self):
        """Where the patron reads what would be public; only in the mail to the patron."""
        self.ensure_one()
        return f"{self.get_base_url()}/library/board/consent/{self.id}/{self._signature()}"

    @api.model
    def _portal_find(self, proposal_id, signature):
        """The proposal whose mail holds this link, in sudo mode; an empty one for anything else."""
        found_sudo = self.sudo().browse(as_id(proposal_id) or None).exists()  # sudo: for who holds its signature only
        opens = found_sudo and found_sudo.state != "draft" and same_secret(signature, found_sudo._signature())
        return found_sudo if opens else found_sudo.browse()

    def _portal_values(self, signature):
        """What the patron sees: the text word for word, and the choice."""
        self.ensure_one()
        return {
            "name": self.name, "question": self.question or "", "answer": self.answer, "state": self.state,
            "answered_by": self.answer_user_id.name or self.company_id.name, "topic": self.room_id.name,
            "action": f"/library/board/consent/{self.id}/{signature}",
            "post_url": f"/library/board/{self.insight_id.id}" if self.insight_id else "",
        }

    @api.model
    def _portal_answer(self, proposal_id, signature, form):
        """The patron agrees, refuses, or takes it back; anything else changes nothing."""
        proposal_sudo = self._portal_find(proposal_id, signature)
        answer = form.get("answer")
        if proposal_sudo:
            proposal_sudo.lock_for_update()
            if answer == "yes" and proposal_sudo.state in ("asked", "declined"):
                proposal_sudo._publish()
            elif answer == "no" and proposal_sudo.state == "asked":
                proposal_sudo._set_answered("declined")
            elif answer == "withdraw" and proposal_sudo.state == "published":
                proposal_sudo.insight_id._withdraw()
                proposal_sudo._set_answered("withdrawn")

    def _set_answered(self, state):
        self.sudo().write({"state": state, "date_answered": self.env.cr.now()})  # sudo: for who holds the signature

    def _publish(self):
        """Put question and accepted answer on the board; nothing there names the case or the patron."""
        self.ensure_one()
        # the machine writes it: Odoo's own columns would name who pressed the button
        root = self.with_user(SUPERUSER_ID).with_context(**QUIET)
        post = root.env["library.insight"].create({
            "name": root.name[:NAME_LIMIT], "body": plaintext2html(root.question) if root.question else False,
            "kind": "question", "author_id": False, "is_patron": True, "room_id": root.room_id.id,
            "company_id": root.room_id.company_id.id, "moderation": "shown",
            "subject_ids": [Command.set(root.case_id.need_ids.subject_ids.ids or root.room_id.subject_ids.ids)],
        })
        root.env["library.insight.reply"].create({
            "insight_id": post.id, "body": plaintext2html(root.answer), "is_answer": True,
            "user_id": (root.answer_user_id or root.user_id).id or SUPERUSER_ID,
        })
        root.write({"state": "published", "date_answered": root.env.cr.now(), "insight_id": post.id})


class LibraryCase(models.Model):
    """An answer that would help others can be made public."""

    _inherit = "library.case"

    def action_make_public(self):
        """Prepare question and answer of a closed case for the board, without the people."""
        self.ensure_one()
        self.check_access("write")
        if self.stage_code != "closed":
            raise UserError(self.env._("The case is not closed yet."))
        Proposal = self.env["library.board.proposal"]
        under_way = [("case_id", "=", self.id), ("state", "in", ("draft", "asked", "published"))]
        proposal = Proposal.search(under_way, limit=1)
        if not proposal:
            proposal = Proposal.create(self._prepare_board_proposal())
        return {
            "type": "ir.actions.act_window", "name": self.env._("Make this answer public"),
            "res_model": Proposal._name, "res_id": proposal.id, "views": [(False, "form")],
        }

    def _prepare_board_proposal(self):
        """Question and answer of the conversation without what names somebody, as values."""
        question, answer, user = self._board_said()
        if not answer:
            raise UserError(self.env._("Nobody answered in this case: there is nothing to make public."))
        words = {**self._identity_words(), "labels": self.env["library.board.proposal"]._labels()}
        clean = [redact(text, **words)[0] for text in (self.name, question, answer)]
        return {
            "case_id": self.id, "name": clean[0][:NAME_LIMIT], "question": clean[1], "answer": clean[2],
            "answer_user_id": user.id,
        }

    def _board_said(self):
        """(first question, last answer, who gave it) as patron and library exchanged them; nothing of the workroom."""
        self.ensure_one()
        messages = self._conversation().filtered(lambda message: message.message_type != "auto_comment")
        answers = messages.filtered(self._is_from_staff)
        asked = messages - answers

        def plain(message):
            return new_text(None, str(message.body)).fresh.strip()[:TEXT_LIMIT] if message else ""

        user = answers[-1:].author_id.user_ids.filtered(lambda one: not one.share)[:1]
        return plain(asked[:1]), plain(answers[-1:]), user


class LibraryPatron(models.Model):
    """Nothing leads from a person who is gone to what stands on the board."""

    _inherit = "library.patron"

    def _anonymise_traces(self, partner_ids):
        # sudo: erasing goes through all that knows the person
        self.env["library.board.proposal"].sudo().search([("patron_id", "in", self.ids)]).unlink()
        return super()._anonymise_traces(partner_ids)
