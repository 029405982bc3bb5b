from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .use_common import LibraryUseCase


@tagged("post_install", "-at_install")
class TestTraitLearn(LibraryUseCase):
    """Feature: 14.6, 15.1, 15.2, 15.3"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.crowd = cls._patrons(12)
        cls._use(cls.crowd, subject=cls.subjects[1], uses=5)
        cls.reader = cls._patrons(1)
        cls._use(cls.reader, subject=cls.subjects[0], uses=4, months=8)
        cls._use(cls.reader, kind="download", subject=cls.subjects[1], uses=1, months=2, channel="remote")

    def _traits(self, kind=None, patron=None):
        domain = [("patron_id", "=", (patron or self.reader).id)] + ([("kind", "=", kind)] if kind else [])
        return self.Trait.search(domain)

    def _learn(self, as_of=None):
        self._run("facts", "traits", as_of=as_of)

    def test_interest_only_after_a_yes_and_with_its_evidence(self):
        self._learn()
        self.assertFalse(self._traits("interest"), "no yes, no interest")
        self.reader._give("interests")
        self._learn()
        trait = self._traits("interest")
        self.assertEqual(trait.subject_id, self.subjects[0])
        self.assertEqual((trait.evidence["uses"], trait.evidence["months"]), (32, 8))
        self.assertIn("32", trait.basis)
        self.assertIn(self.subjects[0].name, trait.sentence)
        self.assertTrue(0 < trait.confidence < 1)
        self.assertEqual(trait.date_expiry, self.today + timedelta(days=365))

    def test_what_everybody_uses_is_no_interest(self):
        self.crowd._give("interests")
        self._learn()
        self.assertFalse(self._traits("interest", self.crowd[0]))

    def test_a_rejected_statement_never_comes_back(self):
        self.reader._give("interests")
        self._learn()
        trait = self._traits("interest")
        trait.with_user(self.staff["relations"]).action_reject()
        self.assertFalse(trait.evidence)
        self.assertFalse(trait.subject_id, "only the key stays")
        for _night in range(2):
            self._learn(self.today + timedelta(days=400))
        self.Trait._forget_traits()
        self._learn()
        self.assertEqual(self._traits("interest"), trait)
        self.assertEqual(trait.state, "rejected")
        self.reader._withdraw("counts")
        self.assertEqual(self._traits(), trait)

    def test_a_disputed_statement_is_not_used_and_does_not_expire(self):
        self.reader._give("interests")
        self._learn()
        trait = self._traits("interest")
        self.assertIn(trait, self.reader._traits_now("interest"))
        trait._dispute("I returned them for my brother.")
        self.assertNotIn(trait, self.reader._traits_now("interest"))
        self._learn(self.today + timedelta(days=700))
        self.assertEqual(self._traits("interest").filtered(lambda one: one == trait).state, "disputed")
        keeper = trait.with_user(self.staff["relations"])
        with self.assertRaises(UserError):
            keeper.action_keep()
        keeper.answer = "You asked for it yourself at the desk."
        keeper.action_keep()
        self.assertEqual(trait.state, "proposed")

    def test_statements_expire(self):
        self.reader._give("interests")
        self._learn()
        self.assertTrue(self._traits())
        self.env.cr.execute("DELETE FROM library_usage WHERE patron_id = %s", [self.reader.id])
        self._learn(self.today + timedelta(days=364))
        self.assertTrue(self._traits("interest"))
        self._learn(self.today + timedelta(days=366))
        self.assertFalse(self._traits("interest"))

    def test_thrown_away_and_rebuilt_is_the_same(self):
        (self.reader | self.crowd)._give("interests")
        self._learn()
        names = ["patron_id", "kind", "code", "evidence", "confidence", "state", "date_expiry"]
        read = lambda: sorted(str([row[name] for name in names]) for row in self.Trait.search_read([], names))  # noqa: E731
        before = read()
        self.assertTrue(before)
        self._learn()
        self.assertEqual(read(), before)
        self.Trait._forget_traits()
        self.assertFalse(self.Trait.search([]))
        self._learn()
        self.assertEqual(read(), before)

    def test_channel_and_hours_are_learned_from_contact_and_what_the_patron_says_wins(self):
        for number in range(4):
            case = self._case(patron=self.reader, channel="mail")
            for hour, author in ((1, self.librarian.partner_id), (20, self.reader.partner_id)):
                message = case.message_post(
                    body="x", message_type="comment", subtype_xmlid="mail.mt_comment", author_id=author.id
                )
                day = datetime.combine(self.today - timedelta(days=9 + number), datetime.min.time())
                message.date = day + timedelta(hours=hour)
            case.message_post(
                body="y", message_type="comment", subtype_xmlid="mail.mt_comment", author_id=self.reader.partner_id.id
            ).date = day + timedelta(hours=20, minutes=5)
        self.company.resource_calendar_id.tz = "UTC"
        self._learn()
        channel, hours = self._traits("channel"), self._traits("hours")
        self.assertEqual((channel.code, hours.code), ("mail", "evening"))
        self.assertEqual(channel.evidence["replies"], 4)
        self.assertEqual(channel.evidence["reply_hours"], 19)
        self.assertIn(channel, self.reader._traits_now())
        self.reader.preferred_channel = "phone"
        self.env.invalidate_all()
        self.assertTrue(channel.has_conflict)
        self.assertNotIn(channel, self.reader._traits_now())

    def test_habits_come_from_kinds_of_use(self):
        self._use(self.crowd[0], kind="ill", uses=3)
        self._learn()
        self.assertIn("mostly_onsite", self._traits("habit").mapped("code"))
        self.assertIn("other_libraries", self._traits("habit", self.crowd[0]).mapped("code"))

    def test_nothing_about_those_who_keep_nothing(self):
        private = self._patrons(1, ils_privacy="2")
        self._use(private, subject=self.subjects[0], months=9, uses=9)
        self._learn()
        self.assertFalse(self._traits(patron=private))

    def test_withdrawing_deletes_what_was_observed_at_once(self):
        self.reader._give("interests")
        self._learn()
        self.reader._declare("interest", {"word:maps": {"word": "maps"}})
        self.reader._withdraw("interests")
        self.assertEqual(set(self._traits().mapped("kind")), {"interest", "habit"})
        self.assertEqual(self._traits("interest").origin, "declared")
        self.reader._withdraw("counts")
        self.assertEqual(self._traits().word, "maps")

    def test_the_desk_sees_no_trait(self):
        self._learn()
        self.assertTrue(self._traits())
        for person in (self.librarian, self.portal_user):
            with self.subTest(person=person.login), self.assertRaises(AccessError):
                self.Trait.with_user(person).search([("patron_id", "=", self.reader.id)])
            with self.subTest(person=person.login), self.assertRaises(AccessError):
                self.env["library.patron"].with_user(person).search([("trait_ids.kind", "=", "habit")])
        self.assertNotIn("trait_ids", self.reader.with_user(self.librarian).fields_get())
