from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, email_normalize

from ...lib.duplicates import normal_phone
from ...lib.person_names import OTHER, UNKNOWN, compare_names, name_form
from ...lib.text_tokens import fold

MOST_SHOWN = 3


class LibraryPatron(models.Model):
    """A word at the right moment: who is being entered looks like somebody whom we know already."""

    _inherit = "library.patron"

    lookalike_ids = fields.Many2many(
        "library.patron", string="Looks like", compute="_compute_lookalike_ids", groups="base.group_user"
    )
    merged_into_id = fields.Many2one(
        "library.patron", string="Merged into", readonly=True, index="btree_not_null", ondelete="set null",
        copy=False, groups="base.group_user",
    )

    _born_idx = models.Index("(date_of_birth) WHERE date_of_birth IS NOT NULL")

    @api.depends("name", "email", "phone", "card_number", "date_of_birth")
    def _compute_lookalike_ids(self):
        for patron in self:
            patron_sudo = patron.sudo()  # sudo: the birth date is compared, not shown; finds are filtered below
            found = patron_sudo._find_lookalikes()
            patron.lookalike_ids = self.browse(found)._filtered_access("read")

    def _find_lookalikes(self):
        """Ids of patrons who share an address, a number, or a name and birth date with this one. Look-ups by index."""
        self.ensure_one()
        company = self.company_id or self.env.company
        form = name_form(self.name or "")
        identities = self._lookalikes_by_identity(company)
        by_name = self._lookalikes_by_name(company)
        decided = self._told_apart()
        found = []
        for patron in self.browse([*identities, *by_name]).exists():
            match = compare_names(form, name_form(patron.name or "")).kind
            # relatives share mailbox and telephone: another name is another person
            if match == OTHER or patron.id in decided or (match == UNKNOWN and patron.id not in identities):
                continue
            if self._births_differ(patron):
                continue
            found.append(patron.id)
        return found[:MOST_SHOWN]

    def _births_differ(self, other):
        one, two = self.date_of_birth, other.date_of_birth
        return bool(one and two) and sum(a != b for a, b in zip(str(one), str(two), strict=True)) > 2

    def _told_apart(self):
        """Patrons of whom somebody said that they are not this one, and this one itself."""
        own = self._origin.id
        pairs = self.env["library.patron.duplicate"].search(
            [("state", "=", "not_the_same"), "|", ("left_id", "=", own), ("right_id", "=", own)]
        ) if own else self.env["library.patron.duplicate"]
        return {own, *pairs.left_id.ids, *pairs.right_id.ids}

    def _lookalikes_by_identity(self, company):
        """Ids by mail, telephone and card."""
        email = email_normalize(self.email) if self.email else None
        Identity = self.env["library.patron.identity"]
        values = {email, Identity._normalize("phone", self.phone), Identity._normalize("card", self.card_number)}
        values = [value for value in values if value] or [""]
        rows = self.env.execute_query(SQL(
            """
            SELECT i.patron_id FROM library_patron_identity i JOIN library_patron p ON p.id = i.patron_id AND p.active
             WHERE i.value_normalized = ANY(%(values)s) AND i.state <> 'wrong' AND i.company_id = %(company)s
             UNION
            SELECT p.id FROM res_partner r JOIN library_patron p ON p.partner_id = r.id AND p.active
             WHERE r.email_normalized = %(email)s AND p.company_id = %(company)s
             ORDER BY 1 LIMIT 50
            """,
            values=values, email=email or "", company=company.id,
        ))
        return [row[0] for row in rows]

    def _lookalikes_by_name(self, company):
        """Ids by the name in its usual spellings, and by the birth date, whoever was born on that day."""
        spellings = _spellings(self.name)
        if not spellings:
            return []
        rows = self.env.execute_query(SQL(
            """
            (SELECT p.id, r.phone FROM res_partner r JOIN library_patron p ON p.partner_id = r.id AND p.active
              WHERE r.name = ANY(%(names)s) AND p.company_id = %(company)s ORDER BY p.id DESC LIMIT 20)
             UNION
            (SELECT p.id, NULL FROM library_patron p
              WHERE p.date_of_birth = %(born)s AND p.active AND p.company_id = %(company)s ORDER BY p.id DESC LIMIT 300)
             ORDER BY 1
            """,
            names=spellings, born=self.date_of_birth or None, company=company.id,
        ))
        own_phone = normal_phone(self.phone)
        # a name alone is not much, unless nothing speaks against it
        return list(dict.fromkeys(
            number for number, phone in rows if not (own_phone and phone) or normal_phone(phone) == own_phone
        ))

    def action_merge(self):
        """Open the wizard that makes one patron of two."""
        self.check_access("write")
        if len(self) != 2:
            raise UserError(self.env._("Choose two patrons."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Make one patron of two"),
            "res_model": "library.patron.merge.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_left_id": min(self.ids), "default_right_id": max(self.ids), "dialog_size": "extra-large",
            },
        }

    def action_compare(self):
        """Put this patron and the one it looks like side by side."""
        self.ensure_one()
        return (self | self.lookalike_ids[:1]).action_propose_duplicate()

    def action_propose_duplicate(self):
        """Put two patrons on the list of possible duplicates, for a relationship librarian to decide."""
        self.check_access("read")
        if len(self) != 2 or len(self.company_id) != 1:
            raise UserError(self.env._("Choose two patrons."))
        left, right = self.sorted("id")
        # sudo: every librarian may propose, and sees both patrons; nobody writes pairs by hand
        Pair_sudo = self.env["library.patron.duplicate"].sudo()
        pair = Pair_sudo.search([("left_id", "=", left.id), ("right_id", "=", right.id)])
        if not pair:
            pair = Pair_sudo.create({
                "left_id": left.id, "right_id": right.id, "company_id": left.company_id.id, "score": 0.5,
                "reasons": ["proposed"], "proposed_by_id": self.env.uid,
            })
        return {
            "type": "ir.actions.act_window", "res_model": pair._name, "res_id": pair.id, "view_mode": "form",
            "name": self.env._("Possible duplicate"),
        }

    def _duplicate_facts(self):
        """One line by which people tell two patrons apart."""
        self.ensure_one()
        facts = [self.type_id.name, self.card_number, self.email, self.phone]
        return " · ".join(filter(None, facts))


def _spellings(name):
    """How a name may stand on another record: with a blank, without, and in the other order."""
    name = " ".join((name or "").replace(",", " ").split())
    if len(name) < 2:
        return []
    form = name_form(name)
    found = {name, fold(name)}
    if form.chinese:
        found |= {form.chinese, form.chinese[1:] + form.chinese[0]}
    words = name.split()
    if len(words) > 1:
        found |= {" ".join([words[-1], *words[:-1]]), " ".join([*words[1:], words[0]])}
    return sorted(found | {spelling.title() for spelling in found})
