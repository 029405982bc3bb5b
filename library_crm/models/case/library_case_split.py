from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import email_normalize

from ...const import QUIET
from ...lib.mail_html import html_to_plain
from ...lib.mail_text import new_text

UNDO_DAYS = 30
STATEMENT_LENGTH = 20000


class LibraryCase(models.Model):
    """A message that asks something else becomes a need and a case of its own, with its author as the patron.

    Nothing is mailed by a split, and nothing leaves the new case before a colleague has looked at it.
    """

    _inherit = "library.case"

    split_from_id = fields.Many2one(
        "library.case", string="Split off from", readonly=True, copy=False, index="btree_not_null",
        ondelete="set null", groups="base.group_user",
    )
    split_ids = fields.One2many(
        "library.case", "split_from_id", string="Split off", readonly=True, groups="base.group_user"
    )
    split_count = fields.Integer("Split off questions", readonly=True, copy=False, groups="base.group_user")
    split_record = fields.Json(readonly=True, copy=False, prefetch=False, groups=fields.NO_ACCESS)
    is_unreviewed = fields.Boolean("To be reviewed", readonly=True, copy=False, groups="base.group_user")

    def _split(self, messages, name=False, team=None, takes_out=False):
        """Open a case, with its need, from what somebody wrote in this one.

        :param messages: mail.message of this conversation, all by one author who is not staff
        :param name: the question in one line; the message's first line when empty
        :param team: the lead team, else this case's
        :param takes_out: whether the messages leave this conversation; else they stand in both
        :return: the new library.case, to be reviewed
        :raise AccessError, UserError: when this user may not, or the messages do not fit
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: the conversation of a case that this user may write to; messages and patron are of this case
        case_sudo = self.sudo()
        messages_sudo = self._check_splittable(messages.sudo())
        first = messages_sudo[0]
        patron_sudo = case_sudo._patron_of_message(first)
        words = "\n\n".join(new_text(None, str(one.body or "")).fresh.strip() for one in messages_sudo).strip()
        title = name or first.subject or (words.splitlines() or [self.env._("Question")])[0]
        new_sudo = self.env["library.case"].sudo().with_context(
            **QUIET, library_statement=words[:STATEMENT_LENGTH]
        ).create({
            "name": title.strip()[:200], "patron_id": patron_sudo.id, "team_id": (team or self.team_id).id,
            "email_from": email_normalize(first.email_from or "") or patron_sudo.email, "channel": self.channel,
            "lang": patron_sudo.lang or self.lang, "has_news": True, "is_unreviewed": True,
            "split_from_id": self.id, "date_last_message": messages_sudo[-1].date,
        })
        record = new_sudo._take_messages(messages_sudo, takes_out)
        new_sudo.split_record = record | {"date": fields.Datetime.to_string(self.env.cr.now())}
        case_sudo.split_count = len(case_sudo.split_ids)
        new = new_sudo.with_env(self.env)
        case_sudo._ensure_workroom()._note(self.env._(
            "%(name)s split off “%(case)s”.", name=self.env.user.name, case=new_sudo.display_name))
        new_sudo._ensure_workroom()._note(self.env._(
            "%(name)s split this off “%(case)s”.", name=self.env.user.name, case=self.display_name))
        return new

    def _splittable(self):
        """The messages of this conversation that can become a case: what people outside the staff wrote."""
        self.ensure_one()
        return self._conversation().filtered(
            lambda message: message.message_type != "auto_comment" and not self._is_from_staff(message)
        ).sorted(lambda message: (message.date, message.id))

    def _check_splittable(self, messages):
        own = self.sudo()._splittable()  # sudo: messages of a case that the caller may write to
        messages = messages.sorted(lambda message: (message.date, message.id))
        if not messages or messages - own:
            raise UserError(self.env._("Choose what a patron wrote in this conversation."))
        authors = {message.author_id or email_normalize(message.email_from or "") for message in messages}
        if len(authors) > 1:
            raise UserError(self.env._("Choose messages of one author: the author becomes the patron."))
        return messages

    def _patron_of_message(self, message):
        """The patron who wrote `message`, who need not be the patron of this case."""
        self.ensure_one()
        Patron = self.env["library.patron"].with_context(**QUIET)
        partner = message.author_id
        if partner and partner == self.partner_id:
            return self.patron_id
        known = Patron.search([("partner_id", "=", partner.id), ("company_id", "=", self.company_id.id)], limit=1)
        if partner and known:
            return known
        address = message.email_from or partner.email_formatted
        if not email_normalize(address or ""):
            raise UserError(self.env._("The author of this message has no mail address and is no patron yet."))
        return Patron._find_or_create_by_email(address, self.company_id, name=partner.name or None)

    def _take_messages(self, messages, takes_out):
        """Move or copy messages and their files into this case; nobody is told.

        :return: {"moved": ids, "copied": ids} for the undo
        """
        if takes_out:
            messages.attachment_ids.filtered(lambda file: file.res_model == self._name).write({"res_id": self.id})
            messages.write({"res_id": self.id})
            return {"moved": messages.ids, "copied": []}
        target = {"res_model": self._name, "res_id": self.id}
        copies = self.env["mail.message"].create([
            {
                "model": self._name, "res_id": self.id, "subject": message.subject, "body": message.body,
                "message_type": message.message_type, "subtype_id": message.subtype_id.id,
                "author_id": message.author_id.id, "email_from": message.email_from, "date": message.date,
                "attachment_ids": [Command.set(message.attachment_ids.copy(target).ids)],
            }
            for message in messages
        ])
        return {"moved": [], "copied": copies.ids}

    # Nothing leaves before somebody looked

    def action_review(self):
        """Patron, question and team are right: from now on this is a case like any other."""
        self.check_access("write")
        # sudo: one word of ours on cases that the caller may write to
        self.sudo().is_unreviewed = False

    def _answer(self, body, attachment_ids=(), solutions=None, articles=None, author=None):
        if self.is_unreviewed:
            raise UserError(self.env._(
                "This case was split off: look whether patron, question and team are right and press “Reviewed”, "
                "then answer."))
        return super()._answer(
            body, attachment_ids=attachment_ids, solutions=solutions, articles=articles, author=author)

    def _acknowledge(self):
        return False if self.is_unreviewed else super()._acknowledge()

    def _may_apologise(self, moment, now):
        return not self.is_unreviewed and super()._may_apologise(moment, now)

    def _may_be_asked(self):
        return not self.is_unreviewed and super()._may_be_asked()

    # Undo

    def action_unsplit(self):
        """Undo the split: the messages stand where they stood, and this case is gone."""
        self.ensure_one()
        origin = self.split_from_id
        record = self.sudo().split_record  # sudo: the record of what was done
        if not origin or not record:
            raise UserError(self.env._("This case was not split off."))
        (self | origin).check_access("write")
        if fields.Datetime.add(fields.Datetime.to_datetime(record["date"]), days=UNDO_DAYS) < self.env.cr.now():
            raise UserError(self.env._("A split can be undone for %(days)s days.", days=UNDO_DAYS))
        # sudo: the conversation of a case that this user may write to
        later = self.sudo()._conversation().filtered(
            lambda message: message.id not in record["moved"] + record["copied"])
        if later or self.stage_code == "closed" or self.sudo().merged_ids:
            raise UserError(self.env._("This case has gone on since. Merge it with “%(name)s” instead.",
                                       name=origin.display_name))
        self.sudo()._unsplit(origin.sudo(), record)  # sudo: librarians delete no cases but what they just split off
        return self._open_record(origin)

    def _unsplit(self, origin, record):
        name = self.display_name
        Message = self.env["mail.message"]
        moved = Message.browse(record["moved"]).exists().filtered(lambda message: message.res_id == self.id)
        moved.attachment_ids.filtered(lambda file: file.res_model == self._name).write({"res_id": origin.id})
        moved.write({"res_id": origin.id})
        copies = Message.browse(record["copied"]).exists()
        copies.attachment_ids.unlink()
        copies.unlink()
        needs = self.need_ids.filtered(lambda need: need.case_ids == self)
        self.unlink()
        needs.unlink()
        origin.split_count = len(origin.split_ids)
        origin._ensure_workroom()._note(self.env._(
            "%(user)s undid the split of “%(case)s”.", user=self.env.user.name, case=name))

    # Buttons

    def action_split(self):
        """Choose what becomes a case of its own."""
        self.check_access("write")
        return self._open_dialog("library.case.split", self.env._("Split off"))

    def action_open_split(self):
        """The questions that were split off this case."""
        self.ensure_one()
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_case_action_all")
        return action | {"domain": [("split_from_id", "=", self.id)], "context": {}}

    def action_open_origin(self):
        """Go to the case from which this one was split off."""
        self.check_access("write")
        return self._open_record(self.split_from_id)

    @api.model
    def _message_excerpt(self, message):
        """The beginning of what somebody wrote, without quotes."""
        words = new_text(None, str(message.body or "")).fresh or html_to_plain(str(message.body or ""))
        return " ".join(words.split())[:200]
