from odoo import api, models


class LibraryPatronTrait(models.Model):
    """Statements in words: made when they are read, in the reader's language, never stored."""

    _inherit = "library.patron.trait"

    def _get_sentence(self):
        """The statement as a librarian would say it."""
        self.ensure_one()
        if self.state == "rejected" and self.kind == "interest":
            return self.env._("A rejected statement")
        if self.kind == "interest":
            return self.env._("Interested in %(subject)s", subject=self.word or self.subject_id.name or "")
        if self.kind == "channel":
            names = dict(self.env["library.interaction"]._fields["channel"]._description_selection(self.env))
            return self.env._("Prefers this way: %(channel)s", channel=names.get(self.code, self.code))
        if self.kind == "hours":
            return self._get_hours().get(self.code, self.code)
        return self._get_habits().get(self.code, self.code)

    @api.model
    def _get_hours(self):
        return {
            "morning": self.env._("Writes in the morning, 5 to 12"),
            "afternoon": self.env._("Writes in the afternoon, 12 to 18"),
            "evening": self.env._("Writes in the evening, 18 to 23"),
            "night": self.env._("Writes at night, 23 to 5"),
        }

    @api.model
    def _get_habits(self):
        return {
            "mostly_remote": self.env._("Uses the library mostly from elsewhere"),
            "mostly_onsite": self.env._("Uses the library mostly on site"),
            "electronic": self.env._("Reads mostly electronically"),
            "other_libraries": self.env._("Often gets items from other libraries"),
            "reserves": self.env._("Reserves before coming"),
            "training": self.env._("Comes to training and events"),
            "deep_questions": self.env._("Asks questions that take research"),
        }

    def _get_basis(self):
        """What the statement rests on, in numbers that a patron understands."""
        self.ensure_one()
        facts = self.evidence or {}
        if self.origin == "declared" and not facts:
            return self.env._("The patron said so")
        try:
            return self._get_basis_of(facts)
        except KeyError:  # kept by an older version that noted other numbers
            return ""

    def _get_basis_of(self, facts):
        if self.kind == "interest" and facts:
            return self.env._(
                "%(uses)s uses in %(months)s months: %(own)s %% of all with a class, in the whole library %(all)s %%",
                uses=facts["uses"],
                months=facts["months"],
                own=round(100 * facts["share"]),
                all=max(1, round(100 * facts["library_share"])),
            )
        if self.kind == "channel" and facts:
            if facts["replies"]:
                return self.env._(
                    "%(count)s of %(total)s questions and contacts; %(replies)s replies, half within %(hours)s hours",
                    count=facts["contacts"],
                    total=facts["total"],
                    replies=facts["replies"],
                    hours=max(1, round(facts["reply_hours"])),
                )
            return self.env._(
                "%(count)s of %(total)s questions and contacts", count=facts["contacts"], total=facts["total"]
            )
        if self.kind == "hours" and facts:
            return self.env._("%(count)s of %(total)s messages", count=facts["messages"], total=facts["total"])
        if self.kind == "habit" and facts:
            return self._get_basis_of_habit(facts)
        return ""

    def _get_basis_of_habit(self, facts):
        if self.code == "training":
            return self.env._("%(count)s events in a year", count=facts["count"])
        if self.code == "deep_questions":
            return self.env._(
                "%(count)s questions in a year, the deepest at READ level %(level)s",
                count=facts["total"],
                level=facts["count"],
            )
        return self.env._("%(count)s of %(total)s uses in a year", count=facts["count"], total=facts["total"])
