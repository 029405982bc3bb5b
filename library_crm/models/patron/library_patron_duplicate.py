import json

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ...lib.duplicates import SAME_PERSON, SHARED_MAILBOX, Person, find_pairs, normal_address

PROPOSED = "proposed"
KINDS = [(SAME_PERSON, "Probably one person"), (SHARED_MAILBOX, "Shared mailbox")]


class LibraryPatronDuplicate(models.Model):
    """Two patrons who may be one person, why, and what was decided. “Not the same person” is never asked again."""

    _name = "library.patron.duplicate"
    _description = "Possible Duplicate"
    _order = "state, kind, score desc, id"
    _rec_name = "left_id"

    left_id = fields.Many2one("library.patron", string="One", required=True, readonly=True, ondelete="cascade")
    right_id = fields.Many2one(
        "library.patron", string="The other", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", string="Institution", required=True, readonly=True, index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True, default=SAME_PERSON)
    score = fields.Float("How sure", readonly=True, aggregator="avg", help="From 0 to 1, by the evidence.")
    reasons = fields.Json(readonly=True)
    evidence = fields.Char("Why", compute="_compute_evidence")
    state = fields.Selection(
        [("open", "To look at"), ("merged", "Merged"), ("not_the_same", "Not the same person")],
        default="open", required=True, readonly=True,
    )
    date_found = fields.Datetime("Found", readonly=True, default=lambda self: self.env.cr.now())
    proposed_by_id = fields.Many2one("res.users", string="Proposed by", readonly=True, ondelete="set null")
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True, ondelete="set null")
    date_decided = fields.Datetime("Decided", readonly=True)

    left_facts = fields.Char("One: known by", compute="_compute_facts")
    right_facts = fields.Char("The other: known by", compute="_compute_facts")
    left_card = fields.Char("One: card", related="left_id.card_number")
    left_email = fields.Char("One: e-mail", related="left_id.email")
    left_phone = fields.Char("One: telephone", related="left_id.phone")
    left_born = fields.Date(
        "One: birth date", related="left_id.date_of_birth", groups="library_crm.group_library_sensitive")
    left_type_id = fields.Many2one(related="left_id.type_id", string="One: type")
    left_branch_id = fields.Many2one(related="left_id.branch_id", string="One: home branch")
    left_enrolled = fields.Date("One: enrolment", related="left_id.date_enrolled")
    left_created = fields.Datetime("One: known since", related="left_id.create_date")
    right_card = fields.Char("The other: card", related="right_id.card_number")
    right_email = fields.Char("The other: e-mail", related="right_id.email")
    right_phone = fields.Char("The other: telephone", related="right_id.phone")
    right_born = fields.Date(
        "The other: birth date", related="right_id.date_of_birth", groups="library_crm.group_library_sensitive")
    right_type_id = fields.Many2one(related="right_id.type_id", string="The other: type")
    right_branch_id = fields.Many2one(related="right_id.branch_id", string="The other: home branch")
    right_enrolled = fields.Date("The other: enrolment", related="right_id.date_enrolled")
    right_created = fields.Datetime("The other: known since", related="right_id.create_date")

    _pair_uniq = models.UniqueIndex("(left_id, right_id)", "This pair is on the list already.")
    _pair_ordered = models.Constraint("CHECK (left_id < right_id)", "A pair is kept once, the older record first.")

    @api.depends("left_id", "right_id")
    def _compute_display_name(self):
        for pair in self:
            pair.display_name = f"{pair.left_id.display_name} / {pair.right_id.display_name}"

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_evidence(self):
        sentences = self._reason_sentences()
        separator = "，" if (self.env.lang or "").startswith("zh") else ", "
        for pair in self:
            pair.evidence = separator.join(sentences.get(code, code) for code in pair.reasons or [])

    @api.model
    def _reason_sentences(self):
        """{code of evidence: its words}"""
        _ = self.env._
        return {
            "same_name": _("same name"),
            "name_order": _("same name in another order"),
            "name_typo": _("names that differ by a slip"),
            "name_part": _("one name is a part of the other"),
            "name_other_script": _("names in different scripts"),
            "same_birth": _("same birth date"),
            "birth_swapped": _("birth date with day and month swapped"),
            "birth_digit": _("birth dates that differ by one digit"),
            "same_email": _("same e-mail"),
            "near_email": _("nearly the same e-mail"),
            "same_phone": _("same telephone"),
            "near_phone": _("nearly the same telephone"),
            "same_card": _("same card"),
            "near_card": _("nearly the same card"),
            "same_address": _("same postal address"),
            SHARED_MAILBOX: _("different people with one mailbox"),
            PROPOSED: _("proposed by a colleague"),
        }

    @api.depends("left_id", "right_id")
    def _compute_facts(self):
        for pair in self:
            pair.left_facts, pair.right_facts = pair.left_id._duplicate_facts(), pair.right_id._duplicate_facts()

    # Found by the radar

    @api.model
    def _analyse_duplicates(self, as_of, cursor):
        """Look at the patrons of one institution; see `library.analysis.job`.

        :return: (next cursor, institutions done, institutions in all)
        """
        companies = [row[0] for row in self.env.execute_query(SQL(
            "SELECT DISTINCT company_id FROM library_patron ORDER BY company_id"))]
        left = [company_id for company_id in companies if company_id > (cursor or 0)]
        if left:
            self._search_institution(left[0])
        done = len(companies) - len(left[1:])
        return (left[0] if left[1:] else None), done, len(companies)

    @api.model
    def _forget_duplicates(self):
        """Throw away what nobody has decided; decisions and proposals are people's."""
        self.flush_model()
        self.env.cr.execute("DELETE FROM library_patron_duplicate WHERE state = 'open' AND proposed_by_id IS NULL")
        self.invalidate_model()

    @api.model
    def _summary_duplicates(self, as_of):
        """Numbers of the finished run."""
        return {"open": self.search_count([("state", "=", "open"), ("kind", "=", SAME_PERSON)])}

    @api.model
    def _sentence_duplicates(self, numbers):
        """Words for `_summary_duplicates`."""
        return self.env._("%(count)s pairs of patrons may be one person.", count=numbers.get("open", 0))

    @api.model
    def _search_institution(self, company_id):
        """Bring the open pairs of one institution into step with its patrons."""
        self.env.flush_all()
        pairs = find_pairs(self._people_of(company_id))
        self.env.cr.execute(SQL(
            """
            WITH found AS (
                SELECT * FROM unnest(%(left)s::int[], %(right)s::int[], %(kind)s::varchar[], %(score)s::float8[],
                                     %(reasons)s::jsonb[]) AS f (left_id, right_id, kind, score, reasons)
            ), gone AS (
                DELETE FROM library_patron_duplicate d
                 WHERE d.company_id = %(company)s AND d.state = 'open' AND d.proposed_by_id IS NULL
                   AND NOT EXISTS (SELECT FROM found f WHERE f.left_id = d.left_id AND f.right_id = d.right_id)
            )
            INSERT INTO library_patron_duplicate AS d (left_id, right_id, company_id, kind, score, reasons, state,
                                                       date_found, create_uid, create_date, write_uid, write_date)
            SELECT left_id, right_id, %(company)s, kind, score, reasons, 'open', %(now)s, %(uid)s, %(now)s, %(uid)s,
                   %(now)s FROM found
                ON CONFLICT (left_id, right_id) DO UPDATE
               SET kind = EXCLUDED.kind, score = EXCLUDED.score, reasons = EXCLUDED.reasons
             WHERE d.state = 'open' AND d.proposed_by_id IS NULL
               AND (d.kind, d.score, d.reasons) IS DISTINCT FROM (EXCLUDED.kind, EXCLUDED.score, EXCLUDED.reasons)
            """,
            left=[pair.left for pair in pairs],
            right=[pair.right for pair in pairs],
            kind=[pair.kind for pair in pairs],
            score=[pair.score for pair in pairs],
            reasons=[json.dumps(pair.reasons) for pair in pairs],
            company=company_id, now=self.env.cr.now(), uid=self.env.uid,
        ))
        self.invalidate_model()

    @api.model
    def _people_of(self, company_id):
        """What the radar looks at, one row a patron, read in pieces."""
        self.env.cr.execute(SQL(
            """
            SELECT p.id, r.name, p.date_of_birth, r.email_normalized, r.phone, r.street, r.zip,
                   i.emails, i.phones, i.cards, i.verified
              FROM library_patron p
              JOIN res_partner r ON r.id = p.partner_id
         LEFT JOIN (SELECT patron_id,
                           array_agg(value_normalized) FILTER (WHERE kind = 'email') AS emails,
                           array_agg(value_normalized) FILTER (WHERE kind = 'phone') AS phones,
                           array_agg(value_normalized) FILTER (WHERE kind = 'card') AS cards,
                           array_agg(value_normalized) FILTER (WHERE kind = 'card' AND is_verified) AS verified
                      FROM library_patron_identity
                     WHERE state <> 'wrong' AND company_id = %(company)s GROUP BY patron_id) i ON i.patron_id = p.id
             WHERE p.company_id = %(company)s AND p.active AND p.is_anonymised IS NOT TRUE
             ORDER BY p.id
            """,
            company=company_id,
        ))
        while rows := self.env.cr.fetchmany(5000):
            for number, name, born, email, phone, street, zip_code, emails, phones, cards, verified in rows:
                yield Person(
                    id=number, name=name or "", born=born,
                    emails=tuple({*(emails or ()), *([email] if email else ())}),
                    phones=tuple({*(phones or ()), *([phone] if phone else ())}),
                    cards=tuple(cards or ()), verified_cards=tuple(verified or ()),
                    address=normal_address(street, zip_code) if street else "",
                )

    # Decided by people

    def _check_may_decide(self):
        if not self.env.su and not self.env.user.has_group("library_crm.group_library_relations"):
            raise AccessError(self.env._("Relationship librarians decide whether two patrons are one."))

    def action_not_the_same(self):
        """They are two people; the radar never asks again."""
        self._check_may_decide()
        self._decide("not_the_same")

    def action_ask_again(self):
        """Take a decision back."""
        self._check_may_decide()
        self.filtered(lambda pair: pair.state == "not_the_same")._decide("open")

    def _decide(self, state):
        # sudo: whoever may decide was checked, or has merged the two; nobody writes pairs by hand
        self.sudo().write({
            "state": state,
            "decided_by_id": self.env.uid if state != "open" else False,
            "date_decided": self.env.cr.now() if state != "open" else False,
        })

    def action_merge(self):
        """Open the wizard that makes one patron of the two."""
        self.ensure_one()
        return (self.left_id | self.right_id).action_merge()
