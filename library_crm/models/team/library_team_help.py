from odoo import api, fields, models
from odoo.tools import SQL, format_datetime

MOST_CANDIDATES = 200


class LibraryTeam(models.Model):
    """Which colleague could help: by subject, method, language and tool, without telling how well."""

    _inherit = "library.team"

    @api.model
    def _who_could_help(self, subjects=None, skills=None, lang=None, limit=5):
        """Colleagues of the user's institutions who know something that is asked for, the best first.

        :param subjects: `library.subject` records; who knows a broader or a narrower class counts as well
        :param skills: `library.skill` records
        :param lang: code of a language, `zh` or `zh_CN`
        :param limit: the most people to name
        :return: [(user, [(code, params), …])]; codes: class, method, language, tool, absent. Levels of skills are
            used for the order and never told, see `_reason_words`
        """
        rows = self._helping_rows(subjects, skills, lang)
        away = self.env["library.absence"]._away_now()
        found = {}
        for user_id, kind, name, level, evidence, closeness in rows:
            score, reasons = found.get(user_id, (0.0, []))
            weight = {"class": 3.0, "method": 2.0, "tool": 2.0, "language": 1.0}[kind]
            score += weight * closeness * (int(level) + min(evidence, 20) / 20)
            params = {"skill": name, "logs": evidence} if kind == "class" else {"skill": name}
            found[user_id] = (score, [*reasons, (kind, params)])
        # whoever is away stands last: they can be asked later
        order = sorted(found, key=lambda user_id: (user_id in away, -found[user_id][0], user_id))
        return [
            (
                self.env["res.users"].browse(user_id),
                found[user_id][1] + ([("absent", {"until": away[user_id][0]})] if user_id in away else []),
            )
            for user_id in order[:limit]
        ]

    @api.model
    def _helping_rows(self, subjects=None, skills=None, lang=None):
        """(user id, kind, name of the skill, level, evidence, closeness) of skills that match; one query.

        Closeness is 1 for the class itself and what lies below it, less for a broader class.
        """
        conditions = self._helping_conditions(subjects, skills, lang)
        if not conditions:
            return []
        for model in ("library.staff.skill", "library.skill", "library.subject"):
            self.env[model].flush_model()
        paths = [path for path in (subjects or self.env["library.subject"]).mapped("parent_path") if path]
        closeness = SQL("1.0")
        if paths:
            # a holder of R who is asked for R5 knows more of it than a holder of everything
            closeness = SQL(
                """CASE WHEN k.kind <> 'class' THEN 1.0 ELSE coalesce((
                   SELECT max(CASE WHEN starts_with(s.parent_path, p) THEN 1.0
                                   ELSE length(s.parent_path)::float / length(p) END) FROM unnest(%s) p
                   WHERE starts_with(s.parent_path, p) OR starts_with(p, s.parent_path)), 0.5) END""", paths,
            )
        query = SQL(
            """SELECT h.user_id, k.kind, coalesce(k.name->>%s, k.name->>'en_US'), h.level, h.evidence_count, %s
                 FROM library_staff_skill h JOIN library_skill k ON k.id = h.skill_id AND k.active IS TRUE
                 JOIN res_users u ON u.id = h.user_id AND u.active IS TRUE AND u.share IS NOT TRUE
                 LEFT JOIN library_subject s ON s.id = k.subject_id
                WHERE h.level IS NOT NULL AND h.company_id = ANY(%s) AND (%s)
                ORDER BY h.level DESC, h.evidence_count DESC NULLS LAST, h.id LIMIT %s""",
            self.env.lang or "en_US", closeness, self.env.companies.ids, SQL(" OR ").join(conditions), MOST_CANDIDATES,
        )
        return [(*row[:4], row[4] or 0, float(row[5])) for row in self.env.execute_query(query)]

    @api.model
    def _helping_conditions(self, subjects, skills, lang):
        conditions = []
        if subjects:
            # classes of other schemes that cover about the same field count too
            near = subjects | subjects.crosswalk_ids
            paths = [path for path in near.mapped("parent_path") if path]
            conditions.append(SQL(
                "EXISTS (SELECT 1 FROM unnest(%s) p WHERE starts_with(s.parent_path, p)"
                " OR starts_with(p, s.parent_path))", paths,
            ))
        if skills:
            conditions.append(SQL("k.id = ANY(%s)", skills.ids))
        if lang:
            conditions.append(SQL("k.lang = %s", lang.lower()[:2]))
        return conditions

    # The reasons in words

    @api.model
    def _reason_words(self, reasons):
        """The reasons of a proposal as short sentences in the reader's language.

        :param reasons: [(code, params), …] of `_who_could_help` or of `library.case._propose_owners`
        """
        return [words for code, params in reasons if (words := self._reason_word(code, params))]

    @api.model
    def _reason_word(self, code, params):
        _ = self.env._
        if code == "absent":
            # kept reasons hold the moment as text
            until = fields.Datetime.to_datetime(params["until"])
            return _("away until %(moment)s", moment=self._moment_words(until))
        if code == "class" and params.get("logs"):
            return _("knows %(skill)s (%(logs)s logs)", skill=params["skill"], logs=params["logs"])
        if code == "language":
            return _("speaks %(skill)s", skill=params["skill"])
        if code in ("class", "method", "tool"):
            return _("knows %(skill)s", skill=params["skill"])
        return False

    @api.model
    def _moment_words(self, moment):
        """A moment of these days as the reader's language writes it, without the year."""
        words = "M月d日 HH:mm" if (self.env.lang or "").startswith("zh") else "d MMM HH:mm"
        return format_datetime(self.env, moment, dt_format=words)
