import re

from odoo.tests import HttpCase, tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestHelpPage(HttpCase, LibraryCase):
    """Patrons find how to use the library's pages on the pages themselves."""

    def test_everybody_reads_it_with_the_addresses_to_write_to(self):
        """Feature: X13"""
        self.other_team.alias_id.alias_contact = "partners"
        page = self.url_open("/library/help")
        self.assertEqual(page.status_code, 200)
        self.assertIn("mailto:ask-test@library.test", page.text)
        self.assertNotIn("ill-test@library.test", page.text)

    def test_every_link_of_it_leads_somewhere(self):
        text = self.url_open("/library/help").text
        body = text[text.index("o_library_help"):]
        anchors = set(re.findall(r'id="([\w-]+)"', body))
        links = set(re.findall(r'href="([^"]+)"', body[:body.index("<footer") if "<footer" in body else None]))
        self.assertGreater(len(links), 15)
        for link in sorted(links):
            if link.startswith("#"):
                self.assertIn(link[1:], anchors)
            elif link.startswith("/"):
                with self.subTest(link=link):
                    self.assertLess(self.url_open(link).status_code, 400)

    def test_other_pages_lead_to_it(self):
        self.assertIn('href="/library/help"', self.url_open("/library/status").text)
