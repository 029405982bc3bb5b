from collections import Counter

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...lib.association import find_rules

MONTHS = 24
MOST_RULES = 200
SEGMENT = "segment,"
MODELS = {
    "segment": "library.segment",
    "service": "library.service",
    "need": "library.subject",
    "use": "library.subject",
    "library.solution": "library.solution",
    "library.article": "library.article",
}
# What somebody has: services asked for, classes of needs and of uses, products handed out. Who does not let us count
# is not among them, and classes of uses only of who lets us look at interests.
BASKETS = """
    WITH who AS (
        SELECT p.id, p.allows_interests FROM library_patron p
         WHERE p.company_id = %(company)s AND %(visible)s
    )
    SELECT c.patron_id, 'service,' || c.service_id FROM library_case c JOIN who ON who.id = c.patron_id
     WHERE c.service_id IS NOT NULL AND c.create_date >= %(since)s AND c.merged_into_id IS NULL
     UNION
    SELECT n.patron_id, 'need,' || n.main_class_id FROM library_need n JOIN who ON who.id = n.patron_id
     WHERE n.main_class_id IS NOT NULL AND n.create_date >= %(since)s AND n.origin = 'stated'
     UNION
    SELECT u.patron_id, 'use,' || split_part(s.parent_path, '/', 1)
      FROM (SELECT DISTINCT u.patron_id, u.subject_id FROM library_usage u
             WHERE u.company_id = %(company)s AND u.subject_id IS NOT NULL AND u.month >= %(since)s) u
      JOIN who ON who.id = u.patron_id AND who.allows_interests
      JOIN library_subject s ON s.id = u.subject_id
     UNION
    SELECT c.patron_id, d.model || ',' || d.id
      FROM (SELECT 'library.solution' AS model, solution_id AS id, case_id FROM library_case_solution_rel
             UNION ALL
            SELECT 'library.article', article_id, case_id FROM library_case_article_rel) d
      JOIN library_case c ON c.id = d.case_id JOIN who ON who.id = c.patron_id
     WHERE c.create_date >= %(since)s AND c.merged_into_id IS NULL
     UNION
    SELECT m.patron_id, 'segment,' || m.segment_id FROM library_segment_member m JOIN who ON who.id = m.patron_id
     WHERE m.date_from <= %(as_of)s AND (m.date_to IS NULL OR m.date_to > %(as_of)s)
"""


class LibraryAssociation(models.Model):
    """A rule of what goes together: who asked for, used or was given one thing did so with another, too.

    Found every night among all patrons who let us count. No rule and no difference between two of its numbers is about
    one to four people.
    """

    _name = "library.association"
    _description = "What Goes Together"
    _order = "lift desc, persons desc, id"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", "Institution", required=True, readonly=True, index=True, ondelete="cascade"
    )
    antecedent = fields.Char(required=True, readonly=True, export_string_translation=False)
    consequent = fields.Char(required=True, readonly=True, export_string_translation=False)
    antecedent_name = fields.Char("Patrons with …", compute="_compute_sentence")
    consequent_name = fields.Char("… have as well", compute="_compute_sentence")
    sentence = fields.Char("In words", compute="_compute_sentence")
    segment_id = fields.Many2one(
        "library.segment", readonly=True, index="btree_not_null", ondelete="cascade",
        help="Set where the rule is about members of a segment.",
    )
    persons = fields.Integer("Patrons with both", readonly=True, aggregator=None)
    antecedent_persons = fields.Integer("Patrons with the first", readonly=True, aggregator=None)
    consequent_persons = fields.Integer("Patrons with the second", readonly=True, aggregator=None)
    total = fields.Integer("All patrons counted", readonly=True, aggregator=None)
    support = fields.Float(readonly=True, aggregator=None, digits=(6, 4), help="Share of all patrons who have both.")
    confidence = fields.Float(
        readonly=True, aggregator=None, digits=(6, 4), help="Share of those with the first who have the second, too."
    )
    lift = fields.Float(
        readonly=True, aggregator=None, digits=(8, 2),
        help="How many times as often as among all patrons looked at.",
    )
    p_value = fields.Float(
        "By chance", readonly=True, aggregator=None, digits=(8, 4),
        help="How likely so many would be if the two had nothing to do with each other, corrected for the number of "
             "rules looked at.",
    )

    _rule_uniq = models.UniqueIndex("(company_id, antecedent, consequent)", "This rule is known already.")

    @api.depends("antecedent", "consequent", "persons", "antecedent_persons", "lift")
    @api.depends_context("lang", "uid")
    def _compute_sentence(self):
        names = self._item_names(
            {item for rule in self for item in (*(rule.antecedent or "").split(";"), rule.consequent or "")} - {""}
        )
        for rule in self:
            first = [names.get(item, "") for item in (rule.antecedent or "").split(";")]
            rule.antecedent_name, rule.consequent_name = " + ".join(first), names.get(rule.consequent, "")
            rule.sentence = self._say(first, names.get(rule.consequent, ""), rule)

    @api.model
    def _say(self, first, second, rule):
        """A rule as a librarian would say it.

        :param rule: has antecedent_persons, persons, confidence and lift
        """
        return self.env._(
            "Of %(count)s patrons with %(first)s, %(both)s (%(share)s) have %(second)s as well: %(lift)s times as "
            "often as all patrons.",
            count=rule.antecedent_persons, first=" + ".join(first), both=rule.persons, second=second,
            share=f"{rule.confidence:.0%}", lift=f"{rule.lift:.1f}",
        )  # fmt: skip

    @api.model
    def _item_names(self, items):
        """{item: words}; of what the reader may not read, or what is gone, only what kind of thing it is."""
        wanted, names = {}, {}
        for item in items:
            kind, number = item.rsplit(",", 1)
            wanted.setdefault(kind, []).append(int(number))
        for kind, numbers in wanted.items():
            records = self.env[MODELS[kind]].browse(numbers).exists()
            readable = records._filtered_access("read") if records.has_access("read") else records.browse()
            known = {record.id: record.display_name for record in readable}
            for number in numbers:
                names[f"{kind},{number}"] = self._item_words(kind, known.get(number))
        return names

    @api.model
    def _item_words(self, kind, name):
        name = name or "…"
        return {
            "segment": self.env._("membership in “%(name)s”", name=name),
            "service": self.env._("the service “%(name)s”", name=name),
            "need": self.env._("a need in “%(name)s”", name=name),
            "use": self.env._("use of “%(name)s”", name=name),
            "library.solution": self.env._("the solution “%(name)s”", name=name),
            "library.article": self.env._("the article “%(name)s”", name=name),
        }[kind]

    # Finding them

    @api.model
    def _analyse_associations(self, as_of, cursor):
        """Find the rules of one institution anew.

        :param as_of: date; the two years before it are looked at
        :param cursor: {"place": number of the institution}, None at the start
        :return: (next cursor or None, institutions done, institutions in all)
        """
        companies = self.env["res.company"].search(Domain.TRUE, order="id")
        place = (cursor or {}).get("place", 0)
        company = companies[place]
        rules = self._find(company, as_of)
        self.env.cr.execute(SQL("DELETE FROM library_association WHERE company_id = %s", company.id))
        if rules:
            self.env.cr.execute_values(
                "INSERT INTO library_association (company_id, segment_id, antecedent, consequent, persons,"
                " antecedent_persons, consequent_persons, total, support, confidence, lift, p_value) VALUES %s",
                [
                    (company.id, self._segment_of(rule), ";".join(rule.antecedent), rule.consequent, rule.count,
                     rule.antecedent_count, rule.consequent_count, rule.total, rule.support, rule.confidence,
                     rule.lift, rule.p)
                    for rule in rules
                ],
            )  # fmt: skip
        self.invalidate_model()
        return ({"place": place + 1} if place + 1 < len(companies) else None), place + 1, len(companies)

    @api.model
    def _forget_associations(self):
        """Throw the rules away."""
        self.env.cr.execute("DELETE FROM library_association")
        self.invalidate_model()

    @api.model
    def _summary_associations(self, as_of):
        return {"rules": self.search_count(Domain.TRUE)}

    @api.model
    def _sentence_associations(self, numbers):
        return self.env._("%(count)s rules of what goes together.", count=numbers["rules"])

    @api.model
    def _segment_of(self, rule):
        """The segment whose members a rule is about, if any."""
        found = [item for item in rule.antecedent if item.startswith(SEGMENT)]
        return int(found[0].removeprefix(SEGMENT)) if found else None

    @api.model
    def _find(self, company, as_of):
        """The strongest rules of an institution: those about everybody, and those about each segment.

        Membership is an item like others, so that what is told of members and of everybody passes one guard.

        :return: list of `lib.association.Rule`
        """
        self.env.flush_all()
        rows = self.env.execute_query(SQL(
            BASKETS, company=company.id, since=as_of.replace(day=1) - relativedelta(months=MONTHS), as_of=as_of,
            visible=self.env["library.patron"]._sql_visible_use(),
        ))  # fmt: skip
        persons, items = zip(*rows, strict=True) if rows else ((), ())
        found, counts = [], Counter()
        for rule in find_rules(persons, items):
            segments = sum(item.startswith(SEGMENT) for item in rule.antecedent)
            segment = self._segment_of(rule)
            if not rule.consequent.startswith(SEGMENT) and segments < 2 and counts[segment] < MOST_RULES:
                counts[segment] += 1
                found.append(rule)
        return found
