from odoo import api, models
from odoo.tools import SQL


class LibraryStaffSkill(models.Model):
    """How often the logs show a skill, and when last."""

    _inherit = "library.staff.skill"

    @api.model_create_multi
    def create(self, vals_list):
        skills = super().create(vals_list)
        skills._update_evidence()
        return skills

    def write(self, vals):
        result = super().write(vals)
        if {"user_id", "skill_id"} & vals.keys():
            self._update_evidence()
        return result

    @api.model
    def _cron_learn(self):
        """Once a day: count again what the logs show, and how long cases take."""
        self._update_evidence(everybody=True)
        self.env["library.service"]._update_expected_minutes()

    def _update_evidence(self, everybody=False):
        """Count the services that somebody helped with and that needed the skill; one statement.

        A class is needed where a need of the case stands in it or below it; a language where the answer is in it; a
        method or tool where the case is of a service that asks for it.

        :param bool everybody: all skills, not only these
        """
        if not everybody and not self.ids:
            return
        for model in (self._name, "library.skill", "library.service.log", "library.case", "library.need"):
            self.env[model].flush_model()
        people = self.env["library.service.log"]._fields["user_ids"]
        needs = self.env["library.case"]._fields["need_ids"]
        subjects = self.env["library.need"]._fields["subject_ids"]
        services = self.env["library.skill"]._fields["service_ids"]
        self.env.cr.execute(SQL(
            """UPDATE library_staff_skill h SET evidence_count = found.count, date_last_used = found.last FROM (
                   SELECT h.id, count(l.id) AS count, max(l.date)::date AS last
                     FROM library_staff_skill h JOIN library_skill k ON k.id = h.skill_id
                     LEFT JOIN library_subject ks ON ks.id = k.subject_id
                     LEFT JOIN (library_service_log l
                                JOIN %(people)s p ON p.library_service_log_id = l.id
                                JOIN library_case c ON c.id = l.case_id)
                       ON p.res_users_id = h.user_id AND CASE k.kind
                          WHEN 'class' THEN EXISTS (
                              SELECT 1 FROM %(needs)s cn JOIN %(subjects)s ns ON ns.library_need_id = cn.need_id
                                JOIN library_subject s ON s.id = ns.library_subject_id
                               WHERE cn.case_id = c.id AND starts_with(s.parent_path, ks.parent_path))
                          WHEN 'language' THEN starts_with(lower(c.lang), k.lang)
                          ELSE EXISTS (SELECT 1 FROM %(services)s r
                                        WHERE r.skill_id = k.id AND r.service_id = c.service_id) END
                    WHERE %(which)s GROUP BY h.id) found
                WHERE h.id = found.id
                  AND (h.evidence_count, h.date_last_used) IS DISTINCT FROM (found.count::int, found.last)""",
            people=SQL.identifier(people.relation), needs=SQL.identifier(needs.relation),
            subjects=SQL.identifier(subjects.relation), services=SQL.identifier(services.relation),
            which=SQL("TRUE") if everybody else SQL("h.id = ANY(%s)", self.ids),
        ))
        self.invalidate_model(["evidence_count", "date_last_used"])
