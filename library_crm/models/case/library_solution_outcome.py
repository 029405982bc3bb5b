from odoo import api, models
from odoo.tools import SQL

PRIOR = 2.0


class LibrarySolution(models.Model):
    """What came of each use of a solution: told by the patrons of the cases in which it was delivered."""

    _inherit = "library.solution"

    @api.model
    def _update_reuse(self):
        """Count uses and outcomes of all solutions at once.

        A use helped when its patron confirmed it, or it was closed as met and nobody re-opened it; it did not when it
        was re-opened by the patron or closed as unmet. What was adapted speaks for what it was adapted from as well,
        one step up.
        """
        result = super()._update_reuse()
        for model in ("library.case", "library.solution"):
            self.env[model].flush_model()
        self.env.cr.execute(SQL(
            """WITH uses AS (
                    SELECT r.solution_id, count(*) AS used,
                           count(*) FILTER (WHERE c.stage_code = 'closed' AND c.confirmation <> 'reopened'
                                              AND (c.confirmation = 'confirmed' OR c.resolution = 'met')) AS helped,
                           count(*) FILTER (WHERE c.confirmation = 'reopened'
                                               OR (c.stage_code = 'closed' AND c.resolution = 'unmet')) AS failed
                      FROM library_case_solution_rel r JOIN library_case c ON c.id = r.case_id
                     GROUP BY r.solution_id),
                  made AS (
                    SELECT s.adapted_from_id AS id, count(*) AS adapted, coalesce(sum(u.helped), 0) AS helped,
                           coalesce(sum(u.failed), 0) AS failed
                      FROM library_solution s LEFT JOIN uses u ON u.solution_id = s.id
                     WHERE s.adapted_from_id IS NOT NULL GROUP BY s.adapted_from_id),
                  figures AS (
                    SELECT s.id, greatest(coalesce(u.used, 0) - 1, 0) + coalesce(m.adapted, 0) AS reused,
                           coalesce(u.helped, 0) + coalesce(m.helped, 0) AS helped,
                           coalesce(u.failed, 0) + coalesce(m.failed, 0) AS failed
                      FROM library_solution s LEFT JOIN uses u ON u.solution_id = s.id LEFT JOIN made m ON m.id = s.id)
               UPDATE library_solution s
                  SET reuse_count = f.reused, helped_count = f.helped, not_helped_count = f.failed,
                      reuse_score = round(((f.helped + %(prior)s / 2) / (f.helped + f.failed + %(prior)s))::numeric, 3)
                 FROM figures f
                WHERE f.id = s.id
                  AND (s.reuse_count, s.helped_count, s.not_helped_count)
                      IS DISTINCT FROM (f.reused::int, f.helped::int, f.failed::int)""",
            prior=PRIOR,
        ))
        self.invalidate_model(["reuse_count", "helped_count", "not_helped_count", "reuse_score"])
        return result
