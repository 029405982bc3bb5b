from odoo import models

from ...lib.form_input import FormRefused, as_id


class LibraryCase(models.Model):
    """A delivered solution on the portal: to read, to keep as a file, and to speak about part by part."""

    _inherit = "library.case"

    def _portal_solution_values(self, solution, access_token=None):
        """A delivered solution with its parts, and what was said about each."""
        values = super()._portal_solution_values(solution, access_token)
        case_sudo = self.sudo()  # sudo: the visitor may read this case, and the solution was delivered in it
        own = solution.comment_ids.filtered(lambda comment: comment.case_id == case_sudo)
        query = f"?access_token={access_token}" if case_sudo._portal_opens(access_token) else ""
        address = f"/my/cases/{case_sudo.id}/solutions/{solution.id}"
        sections = [solution.section_ids.browse(), *solution.section_ids]
        return {
            **values,
            "parts": [
                {
                    "id": section.id,
                    "section": section,
                    "comments": [case_sudo._portal_comment(one) for one in own if one.section_id == section],
                }
                for section in sections
            ],
            "comment_url": f"{address}/comment",
            "pdf_url": f"{address}/pdf{query}",
            "may_write": case_sudo.with_env(self.env(su=False))._portal_may_comment(access_token),
            "errors": {},
            "form": {},
        }

    def _portal_may_comment(self, access_token=None):
        """Whether the visitor may write on the pages of this case."""
        case_sudo = self.sudo()  # sudo: compares people of the case with the visitor
        return self.env.user.partner_id in case_sudo.reader_partner_ids or case_sudo._portal_opens(access_token)

    def _portal_comment(self, comment):
        """One comment as its page shows it."""
        message = comment.message_id
        return {
            "author": message.author_id.name or message.email_from or "",
            "moment": self._portal_moment(message.date),
            "words": comment._get_words(),
        }

    def _portal_comment_on(self, solution_id, form, access_token=None):
        """A reader says something about a part of a delivered solution; it is a message of the conversation.

        :param solution_id: untrusted number of the solution
        :param dict form: untrusted; message and section are read
        :raise FormRefused: when nothing was written or the solution is not of this case
        """
        solution = self._portal_solution(as_id(solution_id))
        if not solution:
            raise FormRefused({"form": self.env._("This solution is not part of the case.")})
        section = solution.section_ids.filtered(lambda one: one.id == as_id(form.get("section")))
        words, _files = self._portal_read_words(form)
        place = (
            self.env._("About “%(solution)s”, part “%(section)s”", solution=solution.name, section=section.name)
            if section
            else self.env._("About “%(solution)s”", solution=solution.name)
        )
        message = self._portal_post(f"{place}\n\n{words}", [], self._portal_speaker(access_token))
        # sudo: patrons may create nothing; every value is ours
        self.env["library.solution.comment"].sudo().create(
            {
                "case_id": self.id,
                "solution_id": solution.id,
                "section_id": section.id,
                "version": solution.version,
                "message_id": message.id,
            }
        )
        return message
