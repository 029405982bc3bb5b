import io

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...lib.form_input import FormRefused
from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestImpact(LibraryCase):
    """What a service led to: asked after 3 and 12 months, verified by somebody else, told if allowed. Feature: 4.5"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Claim = cls.env["library.impact.claim"]
        cls.Invitation = cls.env["library.evaluation.invitation"]
        cls.Claim.search([]).unlink()
        cls.cases = cls.env["library.case"]

    def _closed(self, months, days=1, patron=None):
        case = self._case(patron=patron, user_id=self.librarian.id)
        self.cases |= case
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE library_case SET resolution = 'met', date_closed = %s WHERE id = %s",
            [self.env.cr.now() - relativedelta(months=months, days=days), case.id],
        )
        case.invalidate_recordset()
        return case

    def _asked(self):
        return self.Invitation.search([("instrument", "=", "impact"), ("case_id", "in", self.cases.ids)])

    def _mailed(self):
        return self._asked()._outreach("impact").mail_id

    def _ask(self):
        """What the daily run asks, without its commits."""
        for months in (3, 12):
            rows = self.Invitation._answered_before(months, 0)
            self.Invitation._invite("impact", [
                {"patron_id": patron, "case_id": case, "service_id": service, "key": f"case:{case}:{months}"}
                for case, patron, service, _lang in rows
            ])

    def _claim(self, **values):
        return self.Claim.create({
            "kind": "paper", "words": "It became a paper.", "patron_id": self.patron.id, "consents": True, **values,
        })

    def test_asked_after_three_and_twelve_months_and_once(self):
        young, three, twelve = self._closed(2), self._closed(3), self._closed(12, patron=self.other_patron)
        late = self._closed(3, days=40)
        self._ask()
        self.assertEqual(set(self._asked().mapped("key")), {f"case:{three.id}:3", f"case:{twelve.id}:12"})
        self.assertFalse((young | late) & self._asked().case_id)
        self.assertEqual(set(self._mailed().mapped("subject")), {"What did our answer lead to?"})
        self.assertEqual(len(self._mailed()), 2)
        self._ask()
        self.assertEqual(len(self._asked()), 2)
        self.assertEqual(len(self._mailed()), 2)

    def test_run_asks_through_the_door_of_all_invitations(self):
        self._closed(3)
        with self.enter_registry_test_mode():
            self.env.ref("library_crm.ir_cron_library_evaluation").method_direct_trigger()
        self.assertEqual(len(self._asked()), 1)

    def test_answer_by_link_is_one_claim_that_can_be_changed(self):
        case = self._closed(3)
        self._ask()
        invitation = self._asked().sudo()
        for form in ({}, {"kind": "nonsense", "words": "x"}, {"kind": "paper"}, {"kind": "hours", "hours": "99999999"}):
            with self.subTest(form=form), self.assertRaises(FormRefused):
                invitation._portal_take(form)
        self.assertFalse(self.Claim.search([]))
        invitation._portal_take({"kind": "hours", "hours": "12", "state": "verified", "verified_by_id": "1"})
        claim = self.Claim.search([("invitation_id", "=", invitation.id)])
        self.assertEqual(
            (claim.kind, claim.hours, claim.patron_id, claim.case_id, claim.months, claim.state, claim.consents),
            ("hours", 12, self.patron, case, 3, "claimed", False),
        )
        invitation._portal_take({"kind": "paper", "words": "A paper", "consents": "on"})
        self.assertEqual((claim.kind, claim.hours, claim.consents), ("paper", 0, True))
        self.assertEqual(self.Claim.search_count([("invitation_id", "=", invitation.id)]), 1)

    def test_four_eyes(self):
        case = self._closed(3)
        claim = self._claim(case_id=case.id, link="doi:10.1000/1")
        with self.assertRaises(UserError):
            claim.with_user(self.librarian).action_verify()
        ours = self.Claim.with_user(self.staff["lead"]).create({"kind": "decision", "words": "Decided", "link": "x"})
        with self.assertRaises(UserError):
            ours.action_verify()
        with self.assertRaises(UserError):
            self._claim().with_user(self.staff["manager"]).action_verify()
        claim.with_user(self.staff["manager"]).action_verify()
        self.assertEqual((claim.state, claim.verified_by_id), ("verified", self.staff["manager"]))
        claim.with_user(self.staff["lead"]).write({"words": "Something else"})
        self.assertEqual((claim.state, claim.verified_by_id.id), ("claimed", False))

    def test_staff_neither_consent_for_the_patron_nor_verify_by_writing(self):
        claim = self.Claim.with_user(self.staff["lead"]).create({
            "kind": "paper", "words": "x", "consents": True, "state": "verified",
            "verified_by_id": self.staff["manager"].id,
        })
        self.assertEqual((claim.consents, claim.state, claim.verified_by_id.id), (False, "claimed", False))
        for values in ({"consents": True}, {"state": "verified"}, {"verified_by_id": self.staff["manager"].id}):
            with self.assertRaises(UserError):
                claim.write(values)

    def test_only_verified_and_allowed_stories_leave_and_without_names(self):
        import openpyxl

        manager = self.Claim.with_user(self.staff["manager"])
        told = self._claim(link="x", published_words="A doctoral student found a source.", words="I, Wei Lin, did it")
        secret = self._claim(link="x", consents=False, published_words="SECRET")
        waiting = self._claim(published_words="WAITING")
        (told | secret).with_user(self.staff["manager"]).action_verify()
        book = openpyxl.load_workbook(io.BytesIO(manager.get_story_file()))
        text = str([[cell.value for cell in row] for row in book.active])
        self.assertIn("A doctoral student", text)
        for hidden in ("SECRET", "WAITING", "Wei", "林"):
            self.assertNotIn(hidden, text)
        self.assertTrue(waiting)
        told.consents = False
        self.assertFalse(manager._get_story_rows(), "taken back, it is told no more")
        with self.assertRaises(AccessError):
            self.Claim.with_user(self.portal_user).get_story_file()

    def test_patrons_add_hush_and_delete_their_own(self):
        Claim = self.Claim.with_user(self.portal_user)
        claim = Claim._portal_add({"kind": "grade", "words": "An A", "consents": "on", "patron_id": "1"})
        foreign = self._claim(patron_id=self.other_patron.id)
        self.assertEqual((claim.patron_id, claim.consents, claim.source), (self.patron, True, "portal"))
        Claim._portal_change({"claim_id": str(claim.id), "do": "hush"})
        Claim._portal_change({"claim_id": str(foreign.id), "do": "delete"})
        self.assertFalse(claim.consents)
        self.assertTrue(foreign.exists())
        Claim._portal_change({"claim_id": str(claim.id), "do": "delete"})
        self.assertFalse(claim.exists())

    def test_claims_of_who_is_forgotten_keep_no_words(self):
        claim = self._claim(link="http://example.org/lin-wei", published_words="story")
        self.patron._anonymise()
        self.assertEqual(
            (claim.kind, claim.words, claim.link, claim.published_words, claim.patron_id.id, claim.consents),
            ("paper", False, False, False, False, False),
        )

    def test_another_department_sees_no_claim(self):
        claim = self._claim(case_id=self._closed(3).id)
        self.assertTrue(claim.with_user(self.librarian).has_access("read"))
        self.assertFalse(claim.with_user(self.colleague).has_access("read"))
        self.assertFalse(claim.with_user(self.portal_user).has_access("read"))
