from odoo import api, fields, models
from odoo.tools import SQL, email_normalize

from ...lib.form_input import clean_line, clean_text
from ...lib.language import guess_language
from ...lib.mail_token import read_token
from ...lib.message_class import classify

MAILS_PER_HOUR = 5
WORDS_LENGTH = 20000
KIND_OF_CLASS = {
    "complaint": "complaint", "praise": "praise", "thanks": "praise", "correction": "error", "question": "question",
}


class LibraryMailFeedback(models.AbstractModel):
    """Mail to the address for feedback: strangers are welcome, machines are not answered.

    A mail that carries the sign of a feedback, from the person who gave it, goes on with it.
    """

    _inherit = "library.mail.intake"

    @api.model
    def _record_of_tokens(self, tokens):
        # feedback is found by its own address only: a case of which its mail speaks comes first
        return super()._record_of_tokens([token for token in tokens if token[0] != "f"])

    @api.model
    def _place_elsewhere(self, arrival, core):
        company_sudo = self._feedback_company(arrival)
        if company_sudo:
            return self._place_feedback(arrival, company_sudo)
        return super()._place_elsewhere(arrival, core)

    @api.model
    def _feedback_company(self, arrival):
        """The institution to whose address for feedback a mail was sent, in sudo mode."""
        Company_sudo = self.env["res.company"].sudo()  # sudo: the gateway acts for nobody
        addresses = arrival.bare_recipients
        if not addresses:
            return Company_sudo
        return Company_sudo.search([("library_feedback_alias_id.alias_full_name", "in", addresses)], limit=1)

    @api.model
    def _place_feedback(self, arrival, company_sudo):
        """Take a mail down as feedback, or hold it.

        :return: id of the library.feedback, or an empty case when the mail was held
        """
        signs = arrival.signs
        if signs.kind != "person":
            state = "waiting" if signs.kind == "list" else "filed"
            return self._hold(arrival, "list" if signs.kind == "list" else "automatic", signs.reason, state=state)
        if not email_normalize(arrival.sender):
            return self._hold(arrival, "no_sender", self.env._("We could not answer: there is no sender's address."))
        if self._is_our_own(arrival.sender):
            return self._hold(arrival, "automatic", self.env._("It comes from one of our own addresses."))
        if self._is_staff(arrival.sender) and not self._is_proved(arrival):
            return self._hold(arrival, "staff", self.env._("The sender's address is not proved."))
        known_sudo = self._feedback_of_mail(arrival)
        if known_sudo and known_sudo._address() == arrival.sender:
            return self._go_on_with_feedback(arrival, known_sudo)
        if self._is_feedback_flood(arrival):
            return self._hold(arrival, "flood", self.env._("Many mails from this address within the hour."))
        return self._new_feedback(arrival, company_sudo)

    @api.model
    def _feedback_of_mail(self, arrival):
        """The feedback that a mail continues, by its sign or its thread, in sudo mode."""
        Feedback_sudo = self.env["library.feedback"].sudo()  # sudo: sealed by our own secret, or our own thread
        words = " ".join([*arrival.recipients, arrival.subject, self._text(arrival)[:100000]])
        numbers = [number for kind, number in read_token(self._secret(), words) if kind == "f"]
        found_sudo = Feedback_sudo.browse(numbers[:1]).exists()
        if not found_sudo and arrival.references:
            message = self.env["mail.message"].sudo().search(  # sudo: finds a thread, shows nothing
                [("message_id", "in", arrival.references), ("model", "=", "library.feedback")],
                order="id desc", limit=1,
            )
            found_sudo = Feedback_sudo.browse(message.res_id or None).exists()
        return found_sudo

    @api.model
    def _is_feedback_flood(self, arrival):
        """Whether this address wrote more in an hour than people do."""
        self.env["library.feedback"].flush_model(["email"])
        count = self.env.execute_query(SQL(
            "SELECT count(*) FROM library_feedback WHERE email_normalized = %s AND date > %s",
            arrival.sender, fields.Datetime.subtract(self.env.cr.now(), hours=1)))[0][0]
        return count >= self.env["library.form.log"]._limit("feedback_per_hour", MAILS_PER_HOUR)

    @api.model
    def _new_feedback(self, arrival, company_sudo):
        words = clean_text(self._fresh(arrival), WORDS_LENGTH) or clean_line(arrival.subject, 200)
        if not words:
            return self._hold(arrival, "unplaced", self.env._("There are no words in it."))
        lang = self._active_lang(guess_language(f"{arrival.subject} {words}"))
        feedback = self.env["library.feedback"]._take({
            "name": arrival.subject, "body": words, "source": "mail", "email": arrival.sender,
            "company_id": company_sudo.id, "acknowledge": arrival.signs.may_acknowledge,
            "kind": self._feedback_kind(arrival.subject, words), **({"lang": lang} if lang else {}),
        })
        return self._placed_feedback(arrival, feedback)

    @api.model
    def _feedback_kind(self, subject, words):
        """What a mail seems to be; a colleague changes it where it is something else."""
        return KIND_OF_CLASS.get(classify(words, subject=subject).kind, "suggestion")

    @api.model
    def _go_on_with_feedback(self, arrival, feedback_sudo):
        """The person adds something: colleagues read it in the thread, and whoever looks after it hears of it."""
        feedback_sudo._remind_responsible(self.env._("The person wrote again"))
        return self._placed_feedback(arrival, feedback_sudo)

    @api.model
    def _placed_feedback(self, arrival, feedback):
        """Keep the mail in the thread of the feedback; a held mail that found its place waits no more."""
        self._post(arrival, feedback, False, note=True)
        held = self.env["library.mail.held"].browse(self.env.context.get("library_held_id"))
        if held:
            held.sudo().write({"state": "released", "date_retry": False})  # sudo: the gateway acts for nobody
        return feedback.id
