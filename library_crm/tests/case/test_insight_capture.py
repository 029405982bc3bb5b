from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestInsightCapture(LibraryCase):
    """Feature: 31.4"""

    def setUp(self):
        super().setUp()
        self.Insight = self.env["library.insight"].with_user(self.librarian)

    def test_an_insight_from_a_record_keeps_what_it_is_about_and_its_classes(self):
        subject = self.env["library.subject"].search([], limit=1)
        resource = self.env["library.resource"].create({"name": "Map room", "coverage_ids": [(6, 0, subject.ids)]})
        options = self.Insight.capture_options("library.resource", resource.id)
        self.assertEqual(options["about"], "Map room")
        insight = self.Insight.browse(self.Insight.capture(
            {"name": "Ask for drawer 7", "kind": "trick", "res_model": "library.resource", "res_id": resource.id}))
        self.assertEqual((insight.author_id, insight.kind), (self.librarian, "trick"))
        self.assertEqual((insight.about_name, insight.subject_ids), ("Map room", subject))

    def test_from_a_case_it_keeps_the_workroom_and_never_the_patron(self):
        case = self._case(user_id=self.librarian.id)
        insight = self.Insight.browse(self.Insight.capture(
            {"name": "What 林伟 asked stands in the harbour atlas", "res_model": "library.case", "res_id": case.id}))
        self.assertEqual(insight.workroom_id.case_id, case)
        self.assertFalse(insight.res_model or insight.res_id)
        self.assertNotIn("林伟", insight.name)

    def test_a_record_that_one_may_not_read_or_that_is_a_person_is_left_out(self):
        case = self._case()
        for user, model, res_id in ((self.colleague, "library.case", case.id),
                                    (self.librarian, "library.patron", self.patron.id),
                                    (self.librarian, "res.users", 2), (self.librarian, "nonsense", "x")):
            Insight = self.env["library.insight"].with_user(user)
            with self.subTest(model=model):
                self.assertFalse(Insight.capture_options(model, res_id)["about"])
                made = Insight.browse(Insight.capture({"name": "Something", "res_model": model, "res_id": res_id}))
                self.assertFalse(made.res_model or made.res_id or made.workroom_id)

    def test_nothing_is_no_insight_and_strangers_capture_nothing(self):
        with self.assertRaises(UserError):
            self.Insight.capture({"name": "  "})
        for user in (self.portal_user, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.env["library.insight"].with_user(user).capture({"name": "Hello"})
            with self.assertRaises(AccessError):
                self.env["library.insight"].with_user(user).capture_options()


@tagged("post_install", "-at_install")
class TestInsightMail(LibraryCase):
    """Feature: 31.4; hazards: Mail"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Insight = cls.env["library.insight"]
        cls.room, cls.mixed = cls.env["library.insight.room"].create([
            {"name": "What we know", "alias_name": "insight-test"},
            {"name": "Reading", "kind": "mixed", "sequence": -1},
        ])
        cls.env["ir.config_parameter"].set_param("library_crm.trusted_mail_servers", "mx.library.test")
        cls.proof = {"Authentication_Results": "mx.library.test; dkim=pass header.d=staff.test; dmarc=pass"}

    def _write(self, sender, text="Try the card index first.", proved=True, **headers):
        last = self.Insight.search([], order="id desc", limit=1).id or 0
        domain = sender.rpartition("@")[2].strip(">")
        proof = {"Authentication_Results": f"mx.library.test; dmarc=pass header.from={domain}"} if proved else {}
        raw = self._mail(text, sender=sender, to="insight-test@library.test", subject="Card index", **proof, **headers)
        self.env["mail.thread"].message_process(False, raw)
        return self.Insight.search([("id", ">", last)])

    def test_a_colleagues_mail_becomes_an_insight(self):
        insight = self._write("librarian@staff.test")
        self.assertEqual((insight.author_id, insight.room_id, insight.name), (self.librarian, self.room, "Card index"))
        self.assertIn("card index first", insight.body)

    def test_whoever_only_claims_to_be_a_colleague_is_held(self):
        self.assertFalse(self._write("librarian@staff.test", proved=False))
        self.assertHeld("staff")

    def test_strangers_and_patrons_who_did_not_join_are_held(self):
        for sender in ("nobody@else.test", "amara@patrons.test"):
            self.assertFalse(self._write(sender))
            self.assertHeld("stranger")

    def test_a_patrons_mail_waits_for_a_look_and_nothing_of_the_sender_is_kept(self):
        alias = self.env["library.insight.alias"].with_user(self.portal_user)._portal_join(
            {"alias": "Owl at two", "agree": "on"})
        held_before = self.env["library.mail.held"].search_count([])
        text = "Try the card index first.\n\nBest wishes\n林伟\nwei@patrons.test"
        insight = self._write("林伟 <wei@patrons.test>", text)
        self.assertEqual((insight.room_id, insight.moderation, insight.alias_id), (self.mixed, "held", alias))
        self.assertEqual(self.env["library.mail.held"].search_count([]), held_before)
        self.env.flush_all()
        self.env.cr.execute("SELECT row_to_json(i)::text FROM library_insight i WHERE id = %s", [insight.id])
        stored = self.env.cr.fetchone()[0] + str(insight.message_ids.read(["body", "email_from", "author_id"]))
        for secret in ("林伟", "wei@patrons.test"):
            self.assertNotIn(secret, stored)
        self.assertFalse(insight.message_ids.filtered(lambda one: one.author_id == self.portal_user.partner_id))

    def test_a_patrons_address_without_proof_speaks_under_no_name(self):
        self.env["library.insight.alias"].with_user(self.portal_user)._portal_join(
            {"alias": "Owl at two", "agree": "on"})
        insight = self._write("wei@patrons.test", proved=False)
        self.assertEqual((insight.moderation, insight.display_author), ("held", "A patron"))

    def test_machines_are_filed(self):
        self.assertFalse(self._write("robot@else.test", Auto_Submitted="auto-replied"))
        self.assertHeld("automatic", "filed")
