from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import SQL

from ..common import LibraryCase

NOT_COMPARED = (
    "mail_message", "mail_notification", "mail_tracking_value", "library_patron_merge", "library_patron_duplicate",
    "mail_mail", "bus_bus", "ir_cron_trigger", "ir_logging",
)


@tagged("post_install", "-at_install")
class TestMergePatrons(LibraryCase):
    """One patron of two, and back. Feature: X11"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.actor = cls.staff["relations"]
        cls.Merge = cls.env["library.patron.merge"].with_user(cls.actor)
        Patron = cls.env["library.patron"]
        cls.one = Patron.create({
            "name": "Lena Fischer", "email": "lena@patrons.test", "phone": "030 1111111", "depth": "summary",
            "identity_ids": [Command.create({"kind": "card", "value": "P1000001", "is_primary": True}),
                             Command.create({"kind": "email", "value": "lena@patrons.test", "is_primary": True})],
        })
        cls.two = Patron.create({
            "name": "Lena Maria Fischer", "email": "fischer@patrons.test", "preferred_name": "Leni",
            "identity_ids": [Command.create({"kind": "card", "value": "P7000307", "is_primary": True}),
                             Command.create({"kind": "email", "value": "fischer@patrons.test", "is_primary": True})],
        })
        cls.case = cls._case(patron=cls.two)
        cls.case.message_subscribe(cls.one.partner_id.ids)
        cls.two.message_post(body="Prefers to be called Leni", author_id=cls.two.partner_id.id)
        tags = cls.env["res.partner.category"].create([{"name": "A"}, {"name": "B"}])
        cls.one.partner_id.category_id = tags[0]
        cls.two.partner_id.category_id = tags
        cls._uses(cls.one, "2025-03-01", 4)
        cls._uses(cls.two, "2025-03-01", 3)
        cls._uses(cls.two, "2025-04-01", 2)
        (cls.one | cls.two)._sync_consents()
        cls.env.flush_all()

    @classmethod
    def _uses(cls, patron, month, uses, run=0):
        cls.env.cr.execute(SQL(
            "INSERT INTO library_usage (company_id, patron_id, month, kind, channel, uses, run_id)"
            " VALUES (%s, %s, %s, 'loan', 'onsite', %s, %s)", patron.company_id.id, patron.id, month, uses, run))

    def _used(self, patron):
        self.env.cr.execute(
            "SELECT month::text, sum(uses) FROM library_usage WHERE patron_id = %s GROUP BY month", (patron.id,))
        return dict(self.env.cr.fetchall())

    def _state(self):
        """Every row of every table of the registry that stands to one of the two; what both ways must leave alike."""
        self.env.flush_all()
        merge = self.env["library.patron.merge"].new({"survivor_id": self.one.id, "loser_id": self.two.id})
        found = {}
        pairs = [(table, column, target) for table, column, target, _model in merge._pointers()]
        pairs += [("library_patron", "id", "library.patron"), ("res_partner", "id", "res.partner"),
                  ("library_usage", "patron_id", "library.patron")]
        pairs += [(table, column, target) for table, column, _other, target in merge._relations()]
        for table, column, target in pairs:
            if table in NOT_COMPARED:
                continue
            self.env.cr.execute(SQL(
                "SELECT to_jsonb(t) - 'write_date' - 'write_uid' - 'id' FROM %s t WHERE %s IN %s"
                " ORDER BY (to_jsonb(t) - 'write_date' - 'write_uid' - 'id')::text",
                SQL.identifier(table), SQL.identifier(column), tuple(merge._numbers(target))))
            found[table, column] = self.env.cr.fetchall()
        return found

    def test_everything_follows(self):
        merge = self.Merge._merge(self.one, self.two, taken=["preferred_name"])
        self.assertEqual(self.case.patron_id, self.one)
        self.assertEqual(self.case.need_ids.patron_id, self.one)
        self.assertEqual(self.one.preferred_name, "Leni")
        self.assertEqual(self.one.name, "Lena Fischer")
        self.assertFalse(self.two.active)
        self.assertEqual(self.two.merged_into_id, self.one)
        self.assertEqual(self._used(self.one), {"2025-03-01": 7, "2025-04-01": 2})
        self.assertEqual(self._used(self.two), {})
        self.assertIn("Prefers to be called Leni", " ".join(self.one.message_ids.mapped("body")))
        self.assertIn("was merged into this patron", self.one.message_ids[0].body)
        self.assertIn("Merged into Lena Fischer", self.two.message_ids[0].body)
        self.assertEqual(self.one.partner_id.category_id.mapped("name"), ["A", "B"])
        self.assertTrue(merge.moved_count)

    def test_their_addresses_and_cards_find_the_one_that_stays(self):
        self.Merge._merge(self.one, self.two)
        Patron = self.env["library.patron"]
        for address in ("lena@patrons.test", "fischer@patrons.test"):
            self.assertEqual(Patron._find_by_email(address), self.one)
        self.assertEqual(Patron.search([("card_number", "=", "P7000307")]), self.one)
        for kind in ("card", "email"):
            mains = self.one.identity_ids.filtered(lambda one, kind=kind: one.kind == kind and one.is_primary)
            self.assertEqual(len(mains), 1)
        case = self._receive(self._mail(sender="Leni <fischer@patrons.test>"))
        self.assertEqual(case.patron_id, self.one)

    def test_the_other_address_becomes_the_main_one(self):
        self.Merge._merge(self.one, self.two, taken=["email", "name"])
        self.assertEqual((self.one.email, self.one.name), ("fischer@patrons.test", "Lena Maria Fischer"))
        main = self.one.identity_ids.filtered(lambda one: one.kind == "email" and one.is_primary)
        self.assertEqual(main.value, "fischer@patrons.test")

    def test_an_address_that_is_nobodys(self):
        card = self.two.identity_ids.filtered(lambda one: one.kind == "card")
        self.Merge._merge(self.one, self.two, dropped_identities=card)
        self.assertEqual((card.state, card.patron_id), ("wrong", self.one))

    def test_undo_restores_both_exactly(self):
        before = self._state()
        merge = self.Merge._merge(self.one, self.two, taken=["name", "email", "preferred_name"])
        self.assertNotEqual(self._state(), before)
        merge.action_undo()
        after = self._state()
        for key in before:
            with self.subTest(table=key):
                self.assertEqual(after[key], before[key])
        self.assertEqual(self._used(self.one), {"2025-03-01": 4})
        self.assertEqual(self._used(self.two), {"2025-03-01": 3, "2025-04-01": 2})
        self.assertEqual(merge.state, "undone")
        self.assertIn("was undone", self.two.message_ids[0].body)

    def test_what_came_since_stays_with_the_one_that_remained(self):
        merge = self.Merge._merge(self.one, self.two)
        later = self._case(patron=self.one)
        self.one.phone = "030 2222222"
        merge.action_undo()
        self.assertEqual(later.patron_id, self.one)
        self.assertEqual(self.case.patron_id, self.two)
        self.assertEqual(self.one.phone, "030 2222222")
        self.assertTrue(self.two.active)

    def test_uses_that_were_joined_are_parted_again(self):
        """Rows of old imports are joined after a month; the undo takes out what was the other's."""
        for patron, uses in ((self.one, 2), (self.two, 5)):
            self._uses(patron, "2025-03-01", uses, run=77)
        merge = self.Merge._merge(self.one, self.two)
        self.assertEqual(self._used(self.one)["2025-03-01"], 14)
        self._join_uses()
        self.assertEqual(self._used(self.one)["2025-03-01"], 14)
        merge.action_undo()
        self.assertEqual(self._used(self.one), {"2025-03-01": 6})
        self.assertEqual(self._used(self.two), {"2025-03-01": 8, "2025-04-01": 2})

    def _join_uses(self):
        """What the keeper of the uses does with old runs: one row of each kind and month."""
        self.env.cr.execute(
            "WITH gone AS (DELETE FROM library_usage WHERE patron_id = %s RETURNING company_id, patron_id, month, uses)"
            " INSERT INTO library_usage (company_id, patron_id, month, kind, channel, uses)"
            " SELECT company_id, patron_id, month, 'loan', 'onsite', sum(uses) FROM gone GROUP BY 1, 2, 3",
            (self.one.id,))

    def test_two_accounts(self):
        """The account of whoever stays is kept, the other can no longer sign in."""
        merge = self.Merge._merge(self.patron, self.other_patron)
        self.assertTrue(self.portal_user.active)
        self.assertFalse(self.other_portal_user.active)
        merge.action_undo()
        self.assertTrue(self.other_portal_user.active)
        self.assertEqual(self.other_portal_user.partner_id, self.other_patron.partner_id)

    def test_a_lone_account_goes_along(self):
        merge = self.Merge._merge(self.one, self.patron)
        self.assertEqual(self.portal_user.partner_id, self.one.partner_id)
        found = self.env["library.patron"].with_user(self.portal_user).search([])
        self.assertEqual(found, self.one)
        merge.action_undo()
        self.assertEqual(self.portal_user.partner_id, self.patron.partner_id)

    def test_a_staff_account_is_never_given_away(self):
        member = new_test_user(self.env, "test_reader_and_staff", groups="base.group_user", email="m@staff.test")
        staff_patron = self.env["library.patron"].create({"partner_id": member.partner_id.id})
        with self.assertRaises(UserError):
            self.Merge._merge(self.one, staff_patron)
        wizard = Form(self.env["library.patron.merge.wizard"].with_user(self.actor).with_context(
            default_left_id=self.one.id, default_right_id=staff_patron.id))
        self.assertEqual(wizard.stays, "right")

    def test_a_refusal_wins(self):
        self.one._give("outreach")
        self.two._withdraw("outreach")
        self.one._give("outreach")
        merge = self.Merge._merge(self.one, self.two)
        self.assertFalse(self.one._allows("outreach"))
        merge.action_undo()
        self.assertTrue(self.one._allows("outreach"))
        self.assertFalse(self.two._allows("outreach"))

    def test_who_keeps_nothing_keeps_nothing(self):
        """The strict choice of one record holds for both, at once and for good."""
        self.two.ils_privacy = "2"
        self._uses(self.two, "2025-05-01", 9)
        merge = self.Merge._merge(self.one, self.two)
        self.assertEqual(self.one.ils_privacy, "2")
        self.assertFalse(self.one.allows_counts)
        self.assertEqual(self._used(self.one), {})
        self.env.cr.execute("SELECT moved -> 'usage' FROM library_patron_merge WHERE id = %s", (merge.id,))
        self.assertEqual(self.env.cr.fetchone()[0], [])

    def test_who_may(self):
        with self.assertRaises(AccessError):
            self.env["library.patron.merge"].with_user(self.librarian)._merge(self.one, self.two)
        company = self.env["res.company"].create({"name": "Another library"})
        stranger = new_test_user(
            self.env, "test_elsewhere_merge", groups="library_crm.group_library_relations",
            company_id=company.id, company_ids=[(6, 0, company.ids)])
        with self.assertRaises(AccessError):
            self.env["library.patron.merge"].with_user(stranger)._merge(self.one, self.two)
        Wizard = self.env["library.patron.merge.wizard"]
        with self.assertRaises(AccessError):
            Wizard.with_user(stranger).create({"left_id": self.one.id, "right_id": self.two.id})
        wizard = Wizard.with_user(self.actor).create({"left_id": self.one.id, "right_id": self.two.id})
        with self.assertRaises(UserError):
            wizard.identity_line_ids.create(
                {"wizard_id": wizard.id, "identity_id": self.patron.identity_ids.id, "side": "left"})
        merge = self.Merge._merge(self.one, self.two)
        for person in (self.librarian, stranger):
            with self.assertRaises(AccessError):
                merge.with_user(person).action_undo()
        with self.assertRaises(UserError):
            self.Merge._merge(self.patron, self.two)
        for name in ("images", "moved"):
            self.assertNotIn(name, merge.fields_get())

    def test_undone_in_order_and_in_time(self):
        first = self.Merge._merge(self.one, self.two)
        second = self.Merge._merge(self.patron, self.one)
        with self.assertRaises(UserError):
            first.action_undo()
        second.action_undo()
        first.action_undo()
        third = self.Merge._merge(self.one, self.two)
        third.sudo().date_undo_until = self.env.cr.now() - timedelta(days=1)
        self.assertEqual(self.env["library.patron.merge"]._close_old(), 1)
        self.assertFalse(third.sudo().images or third.sudo().moved)
        with self.assertRaises(UserError):
            third.action_undo()

    def test_the_wizard(self):
        """Field by field, verified before newer before the record that stays; nothing without a tick."""
        self.two.with_context(provenance=False).provenance = {"depth": ["manual", 1, "2025-01-01", True]}
        self.one.with_context(provenance=False).provenance = {"depth": ["koha_csv", 1, "2026-01-01", False]}
        self.two.with_context(provenance=False).depth = "full"
        action = (self.one | self.two).with_user(self.actor).action_merge()
        Wizard = self.env["library.patron.merge.wizard"].with_user(self.actor).with_context(**action["context"])
        wizard = Wizard.create({})
        choices = {line.field_name: line.choice for line in wizard.line_ids}
        self.assertEqual(choices["depth"], "right")
        self.assertEqual(choices["preferred_name"], "right")
        self.assertEqual(choices["phone"], "left")
        self.assertNotIn("date_of_birth", choices)
        self.assertIn("Case", wizard.moves)
        self.assertEqual(len(wizard.identity_line_ids), 4)
        with self.assertRaises(UserError):
            wizard.action_apply()
        wizard.is_confirmed = True
        wizard.action_apply()
        self.assertEqual((self.one.depth, self.one.preferred_name, self.one.phone), ("full", "Leni", "030 1111111"))
        self.assertFalse(self.two.active)
