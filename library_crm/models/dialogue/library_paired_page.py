from odoo import fields, models

from ...lib.form_input import FormRefused, clean_text

FOUND, GRADES = ("2", "1", "0"), ("2", "1", "0")
CONTENT = ("1", "2", "3", "4", "5")
REASONS = ("little", "much", "wrong", "doubt", "late")
WORDS_LENGTH = 5000


class LibraryEvaluationInvitation(models.Model):
    """The patron's half of a paired review: the same questions that the librarian answers about the same case."""

    _inherit = "library.evaluation.invitation"

    instrument = fields.Selection(
        selection_add=[("worep", "Did you find what you wanted?")], ondelete={"worep": "cascade"}
    )

    def _answer_page_worep(self):
        values, words = self._given()
        env = self.env
        grades = [("2", env._("Yes")), ("1", env._("Partly")), ("0", env._("No"))]
        return "library_crm.portal_answer_worep", {
            "questions": [
                ("found", env._("Did you find what you wanted?"),
                 [("2", env._("Just what I wanted")), ("1", env._("Partly")), ("0", env._("No"))]),
                ("understood", env._("Did we understand your question?"), grades),
                ("learned", env._("Did you learn something that you can use again?"), grades),
                ("content", env._("How content are you, from 1 (not at all) to 5 (fully)?"),
                 [(value, value) for value in CONTENT]),
            ],
            "reasons": [
                ("little", env._("It was too little")), ("much", env._("It was too much")),
                ("wrong", env._("It was not what I had asked for")), ("doubt", env._("I am not sure that it is right")),
                ("late", env._("It came too late")),
            ],
            "picked": {name: str(value) for name, value in values.items()},
            "ticked": {name for name in REASONS if values.get(f"reason_{name}")},
            "words": words.get("found", ""),
        }

    def _take_answer_worep(self, form):
        if form.get("found") not in FOUND or form.get("content") not in CONTENT:
            raise FormRefused({"form": self.env._("Please say whether you found it, and how content you are.")})
        grades = {name: form.get(name) for name in ("understood", "learned") if form.get(name) in GRADES}
        ticked = {name for name in REASONS if form.get(f"reason_{name}")}
        words = clean_text(form.get("words"), WORDS_LENGTH)
        self._keep({
            "found": (int(form["found"]), words or self._given()[1].get("found")),
            "content": int(form["content"]),
            **{name: int(value) for name, value in grades.items()},
            **{f"reason_{name}": int(name in ticked) for name in REASONS},
        })
        # sudo: the patron's half goes beside the librarian's
        reviews_sudo = self.env["library.paired.review"].sudo().search([("invitation_id", "=", self.id)])
        reviews_sudo.write({
            "patron_found": form["found"], "patron_satisfied": int(form["content"]), "has_reasons": bool(ticked),
            "patron_understood": grades.get("understood", False), "patron_learned": grades.get("learned", False),
            "date_patron": self.env.cr.now(),
        })
        for company in reviews_sudo.company_id:
            self.env["library.paired.result"]._rebuild(company)
