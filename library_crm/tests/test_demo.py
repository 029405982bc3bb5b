import ast
import re
from datetime import timedelta
from pathlib import Path

from lxml import etree

from odoo import fields
from odoo.tests import TransactionCase, tagged
from odoo.tools import email_normalize_all
from odoo.tools.convert import convert_file

ADDON = Path(__file__).parents[1]
LOGINS = {
    "mei": "group_library_librarian",
    "tomas": "group_library_lead",
    "odile": "group_library_steward",
    "ruth": "group_library_manager",
    "pia": "group_library_privacy",
    "hao": "group_library_lead",
    "salma": "group_library_librarian",
}
PATRONS = {"lin.wei@example.org": "zh_CN", "amara@example.org": "en_US"}
NOBODY = re.compile(r"[\w.]+\.example\.(org|net)|example\.(org|net)")


def demo_files():
    """The addon's demo files in the order in which they load."""
    manifest = ast.literal_eval((ADDON / "__manifest__.py").read_text(encoding="utf-8"))
    return manifest["demo"]


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The demo library is a year of one library that can be believed, and that writes to nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.env.ref("library_crm.demo_branch_main", raise_if_not_found=False):
            for name in demo_files():
                convert_file(cls.env, "library_crm", name, {}, mode="init", noupdate=True)
        cls.demo_ids = {
            model: cls.env["ir.model.data"]
            .search([("module", "=", "library_crm"), ("model", "=", model), ("name", "=like", "demo\\_%")])
            .mapped("res_id")
            for model in ("library.case", "library.patron", "library.article", "library.solution", "mail.message")
        }

    def _demo(self, model):
        return self.env[model].browse(self.demo_ids[model])

    def test_every_file_is_loaded(self):
        """A demo file that the manifest forgot would be silently absent."""
        on_disk = {str(path.relative_to(ADDON)) for path in (ADDON / "demo").rglob("*.xml")}
        self.assertEqual(on_disk, set(demo_files()))

    def test_people_log_in(self):
        """Who is named on the login page can log in, with the role that was promised."""
        for login, group in LOGINS.items():
            with self.subTest(login=login):
                user = self.env["res.users"].search([("login", "=", login)])
                self.assertTrue(user.has_group(f"library_crm.{group}"))
                self._assert_password(user, login)
        for login, lang in PATRONS.items():
            with self.subTest(login=login):
                user = self.env["res.users"].search([("login", "=", login)])
                self.assertTrue(user._is_portal())
                self.assertEqual(user.lang, lang)
                self._assert_password(user, login)

    def _assert_password(self, user, password):
        self.env.cr.execute("SELECT password FROM res_users WHERE id = %s", (user.id,))
        self.assertTrue(user._crypt_context().verify(password, self.env.cr.fetchone()[0]))

    def test_nobody_real_is_addressed(self):
        """Every address ends in a domain that is reserved for examples, and nothing of ours waits to be sent."""
        for path in (ADDON / "demo").rglob("*"):
            if path.suffix not in (".xml", ".eml"):
                continue
            for address in re.findall(r"[\w.+-]+@([\w.-]+\w)", path.read_text(encoding="utf-8")):
                with self.subTest(file=path.name, address=address):
                    self.assertTrue(NOBODY.fullmatch(address))
        for patron in self._demo("library.patron"):
            self.assertEqual(len(email_normalize_all(patron.email)), 1)
        self.assertFalse(
            self.env["mail.mail"].search([("mail_message_id", "in", self.demo_ids["mail.message"])]), "mail would leave"
        )

    def test_dates_are_relative(self):
        """A demo that names a calendar date is old after a year."""
        dated = ("library.case", "library.need", "mail.message")
        made = set()
        for name in demo_files():
            tree = etree.parse(ADDON / name)
            for field in tree.iter("field"):
                name_of_date = field.get("name", "").startswith("date") and field.get("name") != "date_tz"
                if name_of_date or field.get("name") == "create_date":
                    with self.subTest(file=name, line=field.sourceline):
                        self.assertRegex(field.get("eval") or "", r"DateTime\.(now|today)\(\)")
            for record in tree.iter("record"):
                # a file may say more about what an earlier one made
                if record.get("model") in dated and record.get("id") not in made:
                    made.add(record.get("id"))
                    with self.subTest(file=name, record=record.get("id")):
                        self.assertIsNotNone(record.find("field[@name='create_date']"))

    def test_cases_tell_a_story(self):
        """Each case has a patron, a need with subjects, and a conversation in order that nobody had in the future.

        Feature: T2
        """
        now = fields.Datetime.now()
        cases = self._demo("library.case")
        self.assertGreaterEqual(len(cases), 60)
        for case in cases:
            with self.subTest(case=case.name):
                self.assertTrue(case.patron_id)
                self.assertTrue(case.need_ids.subject_ids)
                said = case.message_ids.filtered(lambda message: message.message_type in ("comment", "email"))
                dates = said.sorted("id").mapped("date")
                self.assertTrue(dates)
                self.assertEqual(dates, sorted(dates))
                self.assertLess(max(dates), now + timedelta(minutes=1))
                self.assertEqual(case.stage_code == "closed", bool(case.resolution))
                self.assertEqual(case.stage_code == "closed", bool(case.log_ids.timeline))
                if case.stage_code == "closed":
                    self.assertEqual(case.need_ids.mapped("state"), [case.resolution])

    def test_everything_occurs(self):
        """A screen, a filter or a chart of the demo library is nowhere empty for want of an example."""
        cases = self._demo("library.case")
        for field in ("stage_code", "resolution", "waits_for"):
            options = {
                value for value, _label in self.env["library.case"]._fields[field]._description_selection(self.env)
            }
            with self.subTest(field=field):
                self.assertEqual(options - set(cases.mapped(field)), set())
        channels = {
            value for value, _label in self.env["library.case"]._fields["channel"]._description_selection(self.env)
        }
        self.assertEqual(channels - set(cases.mapped("channel")), set())
        self.assertTrue(cases.filtered("is_overdue"))
        self.assertTrue(cases.filtered(lambda case: case.stage_code == "new" and not case.user_id))
        self.assertTrue(cases.contributing_team_ids)
        self.assertTrue(cases.participant_ids)
        self.assertGreaterEqual(len(cases.rating_ids), 30)
        self.assertGreaterEqual(len(self._demo("library.patron")), 40)
        self.assertGreaterEqual(
            self.env["library.interaction"].search_count([("user_id.login", "in", list(LOGINS))]), 150
        )
        self.assertGreaterEqual(self.env["library.mail.held"].search_count([("state", "=", "waiting")]), 3)

    def test_knowledge_is_in_both_languages(self):
        """Guides come in pairs, were verified by somebody else, and cite what they rest on.

        Feature: 31.1, X10
        """
        articles = self._demo("library.article")
        self.assertGreaterEqual(len(articles), 20)
        for article in articles.filtered("translation_of_id"):
            self.assertNotEqual(article.lang, article.translation_of_id.lang)
        public = articles.filtered(lambda article: article.state == "published")
        self.assertLessEqual({"en_US", "zh_CN", "zh_TW"}, set(public.mapped("lang")))
        for article in articles.filtered(lambda article: article.state in ("verified", "published")):
            with self.subTest(article=article.name):
                self.assertTrue(article.verifier_id)
                self.assertNotEqual(article.verifier_id, article.author_id)
        self.assertGreaterEqual(len(self._demo("library.solution")), 10)
        self.assertTrue(self._demo("library.solution").source_ids)
