from collections import Counter

from odoo import api, models

from ...lib.form_input import headline
from ...lib.survey_sample import is_drawn

TEXT_LENGTH = 20000


class LibraryPairedReview(models.Model):
    """Some closed cases are drawn by chance; the patron is asked, and a colleague gets the answer to check blindly."""

    _inherit = "library.paired.review"

    @api.model
    def _cron_pair(self):
        """Keep the figures to those of a year; may be killed at any point."""
        commit = self.env["ir.cron"]._commit_progress
        for company, in self._read_group([], ["company_id"]):
            self.env["library.paired.result"]._rebuild(company)
            if not commit(1):
                return

    @api.model
    def _draw(self, cases):
        """Review these closed cases and ask their patrons; a case that is reviewed already is left alone.

        :return: the new reviews
        """
        # sudo: the library's own sample, over the teams
        Review_sudo = self.sudo()
        known = Review_sudo.search([("case_id", "in", cases.ids)]).case_id
        reviews_sudo = Review_sudo.create([
            {
                "case_id": case.id, "name": headline(case._file_cleaner()(case.name), 120),
                "month": (case.date_closed or self.env.cr.now()).date().replace(day=1),
                "company_id": case.company_id.id, "team_id": case.team_id.id, "service_id": case.service_id.id,
                "librarian_id": case.user_id.id,
            }
            for case in cases.sudo() - known
        ])
        reviews_sudo._hand_to_colleagues()
        reviews_sudo._ask_patrons()
        return reviews_sudo

    def _hand_to_colleagues(self):
        """A check for each review, for the member of the team who has fewest; never for who took part in the case."""
        Check = self.env["library.paired.check"]
        waiting = Counter({
            user.id: count for user, count in Check._read_group([("state", "=", "open")], ["reviewer_id"], ["__count"])
        })
        for review in self:
            case = review.case_id
            authors = case._conversation().author_id.user_ids
            members = review.team_id.user_ids.filtered(lambda user: user.active and not user.share)
            free = (members - review.librarian_id - authors).sorted(lambda user: (waiting[user.id], user.id))  # noqa: B023
            if not free:
                continue
            waiting[free[0].id] += 1
            review.reviewer_id = free[0]
            question, answer = review._blind_texts()
            Check.create({
                "review_id": review.id, "company_id": review.company_id.id, "reviewer_id": free[0].id,
                "question": question, "answer": answer,
            })

    def _blind_texts(self):
        """(question, conversation) without patron, participants and staff."""
        clean = self.case_id._file_cleaner()
        talk = self.case_id._file_talk(False, clean)
        question = "\n".join(filter(None, [clean(self.case_id.name), clean(self.case_id.need_id.restatement or "")]))
        lines = [f"{side}: {words}" for _moment, side, words in talk]
        return question[:TEXT_LENGTH], "\n\n".join(lines)[:TEXT_LENGTH]

    def _ask_patrons(self):
        """The patrons get their form, as long as they want to be asked and were not asked within 60 days."""
        by_case = {review.case_id.id: review for review in self}
        invitations = self.env["library.evaluation.invitation"]._invite("worep", [
            {"patron_id": review.case_id.patron_id.id, "key": f"worep:{review.case_id.id}",
             "case_id": review.case_id.id, "service_id": review.service_id.id or None}
            for review in self
        ], 100)
        for invitation in invitations:
            by_case[invitation.case_id.id].invitation_id = invitation


class LibraryCase(models.Model):
    """Who is drawn for a paired review is asked with its form, and not how the service was."""

    _inherit = "library.case"

    def _ask_rating(self):
        drawn = self.filtered(lambda case: case._is_drawn_for_review())
        if drawn:
            self.env["library.paired.review"]._draw(drawn)
        return super(LibraryCase, self - drawn)._ask_rating()

    def _is_drawn_for_review(self):
        """Whether chance, which stays the same for a case, has drawn this one."""
        share = self.company_id.sudo().library_paired_share  # sudo: a setting of the institution
        return bool(
            share and self.user_id and self.patron_id and is_drawn(f"paired:case:{self.id}", share)
            and not self.date_rating_asked and self._may_be_asked()
        )


class LibraryPatron(models.Model):
    """When a person is forgotten, so are the words of the case that a colleague was to check."""

    _inherit = "library.patron"

    def _anonymise_traces(self, partner_ids):
        # sudo: texts about the people whom the caller may de-identify; found before the cases lose them
        reviews_sudo = self.env["library.paired.review"].sudo().search([("case_id.patron_id", "in", self.ids)])
        reviews_sudo.check_ids.write({"question": False, "answer": False})
        reviews_sudo.write({"name": False, "case_id": False})
        return super()._anonymise_traces(partner_ids)
