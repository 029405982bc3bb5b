from odoo import api, models
from odoo.tools import format_date

from ...lib.ability import HIGHEST, radar
from ...lib.form_input import FormRefused, as_id

RADIUS = 100


class LibraryCompetency(models.Model):
    """What patrons see of their own abilities, say about them, and delete."""

    _inherit = "library.competency"

    @api.model
    def _portal_patron(self):
        """The patron behind the signed-in account in sudo mode, or none; looking makes no patron."""
        # sudo: the visitor's own record, found by the visitor's own contact
        return self.env["library.patron"].sudo().with_context(active_test=False).search(
            [("partner_id", "=", self.env.user.partner_id.id)], limit=1
        ).with_context(self.env.context)

    @api.model
    def _portal_learning_values(self):
        """What the page of the own learning shows."""
        patron_sudo = self._portal_patron()
        # sudo: levels of the visitor alone
        rows = self.sudo()._profile(patron_sudo)
        for row in rows:
            for said in row["said"]:
                said["day"] = format_date(self.env, said["date"])
        known = [row for row in rows if row["level"] is not None]
        return {
            "patron": patron_sudo, "skills": rows, "known": known, "level_numbers": list(range(HIGHEST + 1)),
            "radar": radar([row["level"] for row in rows], RADIUS) if known and len(rows) > 2 else None,
        }

    @api.model
    def _portal_self_check(self, form):
        """Keep what patrons say of themselves; questions left open stay open.

        :param dict form: untrusted; `skill_<id>` with a level
        :raise FormRefused: when nothing was chosen
        """
        levels = {str(level): level for level in range(HIGHEST + 1)}
        # sudo: the list of questions, the same for every patron
        said = {
            skill: levels[form[f"skill_{skill.id}"]] for skill in self.env["library.ability.skill"].sudo().search([])
            if form.get(f"skill_{skill.id}") in levels
        }  # sudo: the questions of the page, the same for everybody
        if not said:
            raise FormRefused({"form": self.env._("Please choose a level for at least one line.")})
        patron_sudo = self.env["library.patron"]._portal_own()
        now = self.env.cr.now()
        # sudo: levels of the visitor's own record, values checked
        Competency_sudo = self.sudo()
        today = Competency_sudo.search([
            ("patron_id", "=", patron_sudo.id), ("source", "=", "self"),
            ("skill_id", "in", [skill.id for skill in said]),
            ("date", ">=", now.replace(hour=0, minute=0, second=0, microsecond=0)),
        ])
        today.unlink()  # a second check on the same day replaces the first
        Competency_sudo.create([
            {"patron_id": patron_sudo.id, "skill_id": skill.id, "level": level, "source": "self", "date": now}
            for skill, level in said.items()
        ])

    @api.model
    def _portal_delete(self, form):
        """Delete what is held about the visitor's abilities: one line, or all of it, whoever said it.

        :param dict form: untrusted; `skill_id`, or `all`
        """
        patron_sudo = self._portal_patron()
        if not patron_sudo:
            return
        # sudo: rows of the visitor alone
        rows_sudo = self.sudo().search([("patron_id", "=", patron_sudo.id)])
        if form.get("all") != "1":
            rows_sudo = rows_sudo.filtered(lambda row: row.skill_id.id == as_id(form.get("skill_id")))
        rows_sudo.unlink()
