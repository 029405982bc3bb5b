from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.similarity import Kind, Served, rank

# steps that only the experience of others proposes
MOST_SIMILAR = 2


class LibraryPlan(models.Model):
    """What helped people alike: solved cases without their persons, by kind of patron and of question.

    The classes of a question count only where its patron allows the use of subjects, or where the case has lost its
    patron. Whatever fewer than five different people stand behind does not exist here.
    """

    _inherit = "library.plan"

    def _add_similar(self):
        """Say beside each step what it was to people alike, and add the best of what only they got."""
        self.ensure_one()
        if not self._may_compare():
            return
        helps = rank(self._get_kind(), self._find_served())
        lines = {self._get_key(line._get_document()): line for line in self.line_ids if line._get_document()}
        added = 0
        for (kind, document_id), help_ in helps.items():
            values = self._prepare_match(help_)
            if (kind, document_id) in lines:
                lines[kind, document_id].write(values)
            elif added < MOST_SIMILAR and (document := self._find_offered(kind, document_id)):
                step = self._prepare_step({"document": document, "reason": {"code": "similar"}})
                step.update(values, plan_id=self.id, origin="similar", sequence=800 + added)
                self.env["library.plan.line"].create(step)
                added += 1

    def _may_compare(self):
        """Whether this plan may be compared with others: the patron wants it here, and has not switched it off."""
        return self.uses_similar and self.patron_id._allows("counts")

    def _get_kind(self):
        """The kind of this plan's patron and question."""
        self.ensure_one()
        plan_sudo = self.sudo()  # sudo: facts of the patron whose plan it is
        roots = {int(subject.parent_path.split("/")[0]) for subject in plan_sudo.subject_ids}
        return Kind(
            type=plan_sudo.type_id.id or None,
            stage=self.degree_stage or None,
            classes=frozenset(roots),
            ability=self.ability or None,
            preferences={"depth": self.depth or None, "lang": self.lang or None},
        )

    def _get_key(self, document):
        return document._name.rpartition(".")[2], document.id

    def _find_offered(self, kind, document_id):
        """The document, when this patron may get it; else None."""
        model = f"library.{kind}"
        # sudo: the domain says what the patron may read
        Model_sudo = self.env[model].sudo()
        return Model_sudo.search(self._domain_documents(model) & Domain("id", "=", document_id), limit=1) or None

    def _prepare_match(self, help_):
        """What is kept of it: shares and counts about at least five people."""
        is_told = help_.outcome is not None
        return {
            "match": help_.match,
            "match_reasons": list(help_.reasons),
            "match_people": help_.people,
            "match_voices": help_.voices if is_told else 0,
            "match_outcome": help_.outcome if is_told else 0.0,
        }

    def _forget_similar(self):
        """Take out everything that was learned from other patrons."""
        # sudo: called when a patron switches it off
        lines_sudo = self.sudo().line_ids
        lines_sudo.filtered(lambda line: line.origin == "similar" and not line.is_ticked).unlink()
        self._forget_match(lines_sudo.exists())

    def _forget_match(self, lines):
        """What people alike made of these steps is not known any more."""
        lines.write({"match": 0, "match_reasons": False, "match_people": 0, "match_voices": 0, "match_outcome": 0})

    def _find_served(self):
        """Solved cases as kinds: one entry for each document that was delivered in each.

        A document counts as helpful by what the patron said: the rating, else the confirmation, else nothing.
        """
        self.ensure_one()
        for name, fnames in (
            ("library.service.log", ["case_id", "patron_type_id", "degree_stage", "patron_ability", "subject_ids"]),
            ("library.case", ["patron_id", "confirmation", "stage_code", "resolution", "solution_ids", "article_ids"]),
            ("library.patron", ["type_id", "degree_stage", "ability", "depth", "allows_counts", "allows_interests"]),
            ("rating.rating", ["rating", "consumed", "res_id", "res_model"]),
        ):
            self.env[name].flush_model(fnames)
        rows = self.env.execute_query(SQL(SERVED, company=self.company_id.id, patron=self.patron_id.id))
        return [
            Served(
                document=(kind, document_id),
                kind=Kind(
                    type=type_id, stage=stage, classes=frozenset(classes or ()), ability=ability,
                    preferences={"depth": depth, "lang": lang},
                ),
                person=person,
                outcome=outcome,
            )
            for kind, document_id, type_id, stage, ability, depth, lang, classes, person, outcome in rows
        ]


# The person is a number that tells different people apart and leaves this statement for nowhere but a count.
# All cases that lost their patron count as one person; whoever is not counted is left out altogether.
SERVED = """
    WITH solved AS (
        SELECT c.id, coalesce(c.patron_id, 0) AS person,
               coalesce(l.patron_type_id, p.type_id) AS type_id,
               coalesce(l.degree_stage, p.degree_stage) AS stage,
               coalesce(l.patron_ability, p.ability) AS ability,
               coalesce(l.patron_depth, p.depth) AS depth,
               coalesce(l.patron_lang, c.lang) AS lang,
               CASE WHEN p.id IS NULL OR p.allows_interests THEN l.id END AS class_log_id,
               c.confirmation
          FROM library_case c
          JOIN library_service_log l ON l.case_id = c.id
     LEFT JOIN library_patron p ON p.id = c.patron_id
         WHERE c.company_id = %(company)s AND c.stage_code = 'closed' AND c.resolution IN ('met', 'partly')
           AND c.patron_id IS DISTINCT FROM %(patron)s
           AND (p.id IS NULL OR p.allows_counts)
    ), delivered AS (
        SELECT 'solution' AS kind, r.solution_id AS document_id, r.case_id
          FROM library_case_solution_rel r JOIN library_solution s ON s.id = r.solution_id
         WHERE s.is_shareable AND s.state = 'final'
         UNION ALL
        SELECT 'article', r.article_id, r.case_id
          FROM library_case_article_rel r JOIN library_article a ON a.id = r.article_id
         WHERE a.state = 'published' AND a.visibility IN ('public', 'patron')
    )
    SELECT d.kind, d.document_id, s.type_id, s.stage, s.ability, s.depth, s.lang,
           (SELECT array_agg(DISTINCT split_part(subject.parent_path, '/', 1)::int)
              FROM library_service_log_library_subject_rel about
              JOIN library_subject subject ON subject.id = about.library_subject_id
             WHERE about.library_service_log_id = s.class_log_id) AS classes,
           s.person,
           coalesce(
               (SELECT (r.rating - 1) / 4 FROM rating_rating r
                 WHERE r.res_model = 'library.case' AND r.res_id = s.id AND r.consumed AND r.rating >= 1
                 ORDER BY r.id DESC LIMIT 1),
               CASE s.confirmation WHEN 'confirmed' THEN 1.0 WHEN 'reopened' THEN 0.0 END)::float AS outcome
      FROM delivered d JOIN solved s ON s.id = d.case_id
     ORDER BY s.id DESC
     LIMIT 20000
"""
