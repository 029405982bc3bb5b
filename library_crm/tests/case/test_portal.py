from odoo.fields import Datetime
from odoo.tests import new_test_user, tagged

from .portal_common import LibraryPortalCase


@tagged("post_install", "-at_install", "library_portal")
class TestAsk(LibraryPortalCase):
    """Asking the library, with and without an account. Feature: 1.1, 1.2, P1, X13"""

    def test_promise_comes_before_the_form(self):
        self.login()
        page = self.get("/library/ask").text
        self.assertIn("Early maps", page)
        self.assertIn("I look for an old map.", page)
        self.assertIn("First answer within 8 opening hours", page)
        promised = self.env["library.case"]._portal_moment(
            self.env["library.case"]._promise(self.team, self.service, Datetime.now()), self.team
        )
        self.assertIn(promised.split(",")[0], page)
        self.assertNotIn('name="question"', page)
        form = self.get(f"/library/ask/{self.service.id}").text
        for name in ("question", "purpose", "date_deadline", "depth", "attachments", "email", "csrf_token"):
            self.assertIn(f'name="{name}"', form)

    def test_without_account(self):
        self.login()
        before = self.mails.search([])
        answer = self.ask(name="Nadia New", purpose="a talk", depth="summary", date_deadline="2099-01-31")
        self.assertEqual(answer.status_code, 303)
        case = self.newest_case()
        self.assertEqual(case.name, "Where do I find early maps of the harbour?")
        self.assertEqual((case.email_from, case.channel, case.team_id), ("new@patrons.test", "portal", self.team))
        self.assertEqual(case.patron_id.name, "Nadia New")
        self.assertEqual(case.patron_id.lifecycle, "prospect")
        self.assertEqual(case.need_ids.statement, "Where do I find early maps of the harbour?")
        self.assertEqual((case.need_ids.purpose, case.need_ids.depth), ("a talk", "summary"))
        self.assertEqual(str(case.need_ids.date_deadline), "2099-01-31")
        self.assertTrue(case.has_news)
        self.assertEqual(case.waits_for, "library")
        sent = self.get("/library/ask/sent").text
        self.assertIn(f"No. {case.id}", sent)
        self.assertNotIn("access_token", sent)
        acknowledgement = self._outgoing(before)
        self.assertEqual(len(acknowledgement), 1)
        self.assertEqual(acknowledgement.email_to, "new@patrons.test")
        self.assertIn(case._token(), acknowledgement.subject)
        self.assertIn(f"/my/cases/{case.id}?access_token={case.access_token}", acknowledgement.body_html)

    def test_known_address_shows_nothing_and_opens_nothing(self):
        """A typed address is no proof of who typed it, and the page is the same for a known one."""
        self.login()
        unknown = self.ask(email="nobody-knows@patrons.test")
        page_unknown = self.get("/library/ask/sent").text
        stranger_case = self.newest_case()
        known = self.ask(email=self.portal_user.email, name="Somebody Else")
        page_known = self.get("/library/ask/sent").text
        case = self.newest_case()
        self.assertNotEqual(case, stranger_case)
        self.assertEqual(
            (known.status_code, known.headers["Location"]), (unknown.status_code, unknown.headers["Location"])
        )
        neutral = page_unknown.replace(str(stranger_case.id), "N").replace(stranger_case.need_id.name, "Q")
        neutral_known = page_known.replace(str(case.id), "N").replace(case.need_id.name, "Q")
        strip = lambda text: [line for line in text.splitlines() if "csrf" not in line and "session" not in line]  # noqa: E731
        self.assertEqual(strip(neutral), strip(neutral_known))
        self.assertNotIn(self.portal_user.name, page_known)
        self.assertEqual(case.patron_id, self.patron)
        self.assertEqual(self.patron.name, self.portal_user.name)
        self.assertFalse(case.reader_partner_ids, "the account behind the address must not read it without proof")
        self.login(self.portal_user)
        self.assertEqual(self.get(f"/my/cases/{case.id}").status_code, 404)
        link = case._portal_link().split("/my/")[1]
        self.assertEqual(self.get(f"/my/{link}").status_code, 200)
        self.assertFalse(case.reader_partner_ids, "opening a link changes nothing")
        token = case.access_token
        self.post(f"/my/cases/{case.id}/reply", {"access_token": token, "message": "It was me."})
        self.assertEqual(self.newest_case().reader_partner_ids, self.portal_user.partner_id)
        self.assertEqual(self.get(f"/my/cases/{case.id}").status_code, 200)

    def test_staff_address_is_not_staff(self):
        """Whoever types a librarian's address speaks as nobody, not as the library."""
        self.login()
        self.ask(email=self.librarian.email)
        case = self.newest_case()
        self.assertFalse(case.patron_id)
        self.assertFalse(case.date_first_answer)
        self.assertEqual(case.waits_for, "library")
        self.assertFalse(case.message_ids.filtered(lambda message: message.message_type == "comment").author_id)

    def test_signed_in_patron(self):
        self.login(self.portal_user)
        form = self.get(f"/library/ask/{self.service.id}").text
        self.assertNotIn('name="email"', form)
        self.ask(email="forged@patrons.test", name="Forged")
        case = self.newest_case()
        self.assertEqual((case.patron_id, case.email_from), (self.patron, self.portal_user.email))
        self.assertEqual(case.reader_partner_ids, self.portal_user.partner_id)
        self.assertIn(f"/my/cases/{case.id}", self.get("/library/ask/sent").text)

    def test_account_without_patron_gets_one(self):
        user = new_test_user(self.env, "fresh_account", groups="base.group_portal", email="fresh@patrons.test")
        self.login(user)
        self.get("/my/library-profile")
        self.assertFalse(user.partner_id.library_patron_ids, "looking makes nothing")
        self.ask()
        self.assertEqual(self.newest_case().patron_id.partner_id, user.partner_id)

    def test_account_whose_address_another_patron_has(self):
        self.login()
        self.ask(email="twice@patrons.test")
        user = new_test_user(self.env, "twice_account", groups="base.group_portal", email="twice@patrons.test")
        self.login(user)
        self.assertEqual(self.ask().status_code, 303)
        self.assertEqual(self.newest_case().patron_id.partner_id, user.partner_id)

    def test_librarian_who_asks_is_a_patron(self):
        self.login(self.librarian)
        self.ask()
        case = self.newest_case()
        self.assertEqual(case.patron_id.partner_id, self.librarian.partner_id)
        self.assertFalse(case.date_first_answer, "a question of staff is no answer of the library")

    def test_question_in_chinese_is_answered_in_chinese(self):
        self.login()
        self.ask(question="请问在哪里可以找到本市港口的早期地图？我想写一篇论文。")
        self.assertEqual(self.newest_case().lang, "zh_CN")

    def test_what_is_missing_is_said_and_kept(self):
        self.login()
        answer = self.ask(question="  ", email="not an address", purpose="my talk", date_deadline="2001-01-01")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("Please write what you need.", answer.text)
        self.assertIn("Please give an e-mail address", answer.text)
        self.assertIn("This day has passed.", answer.text)
        self.assertIn('value="my talk"', answer.text)
        self.assertIn('value="not an address"', answer.text)
        self.assertIn("is-invalid", answer.text)
        answer = self.ask(service="999999999")
        self.assertIn("Please choose what we can do for you.", answer.text)

    def test_sent_twice_is_one_case(self):
        self.login()
        before = self.env["library.case"].search_count([])
        for _click in range(2):
            self.assertEqual(self.ask(form_key="0123456789abcdef0123456789abcdef").status_code, 303)
        self.assertEqual(self.env["library.case"].search_count([]), before + 1)

    def test_attachments(self):
        """Names of files are made safe; markup files are stored as text."""
        self.login(self.portal_user)
        long_name = "карта" * 80 + ".pdf"
        names = ["../../etc/passwd", "a\x00b.txt", "line\r\nbreak.txt", long_name, "..\\..\\boot.ini", "page.html"]
        files = [self.file(name, b"<script>alert(1)</script>") for name in names]
        self.assertEqual(self.ask(files=files).status_code, 303)
        stored = self.newest_case().message_ids.attachment_ids
        self.assertEqual(len(stored), len(names))
        for attachment in stored:
            self.assertNotRegex(attachment.name, r"[/\\\x00\r\n]")
            self.assertLessEqual(len(attachment.name), 120)
            self.assertNotEqual(attachment.mimetype, "text/html")
        self.assertTrue(any(name.endswith(".pdf") for name in stored.mapped("name")))
        page = self.get(f"/my/cases/{self.newest_case().id}").text
        self.assertIn("passwd", page)
        link = page.split('href="/web/content/')[1].split('"')[0].replace("&amp;", "&")
        download = self.get(f"/web/content/{link}")
        self.assertEqual(download.status_code, 200)
        self.assertIn("attachment", download.headers["Content-Disposition"])

    def test_sixty_megabytes_are_refused_in_words(self):
        self.login()
        before = self.counts()
        answer = self.ask(files=[self.file("film.mp4", b"0" * (60 * 1024 * 1024))], question="My long question")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("film.mp4", answer.text)
        self.assertIn("60 MB", answer.text)
        self.assertIn("My long question", answer.text)
        self.assertEqual(self.counts(), before)
        answer = self.ask(files=[self.file(f"{index}.txt") for index in range(11)])
        self.assertIn("at most 10 files", answer.text)

    def test_machine_that_fills_in_everything(self):
        self.login()
        cases = self.env["library.case"].search_count([])
        answer = self.ask(homepage="https://spam.test", name="Bot")
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.get("/library/ask/sent").status_code, 200)
        self.assertEqual(self.env["library.case"].search_count([]), cases)
        held = self.assertHeld("automatic")
        self.assertEqual(held.team_id, self.team)
        self.assertIn("early maps", held.preview)

    def test_flood_keeps_what_was_typed(self):
        """Feature: X14"""
        self.login()
        statuses = [self.ask(email=f"p{index}@patrons.test").status_code for index in range(40)]
        self.assertEqual(statuses.count(303), 20)
        self.assertEqual(set(statuses[20:]), {429})
        answer = self.ask(question="An honest question")
        self.assertIn("An honest question", answer.text)
        self.assertIn("Please wait ten minutes", answer.text)
        self.env.cr.execute("SELECT count(*) FROM library_form_log WHERE key LIKE '%%127.0%%'")
        self.assertEqual(self.env.cr.fetchone()[0], 0, "addresses are not kept in clear")
        self.env.cr.execute("UPDATE library_form_log SET date = date - interval '11 minutes'")
        self.assertEqual(self.ask().status_code, 303)
        self.env.cr.execute("UPDATE library_form_log SET date = date - interval '2 days'")
        self.env["library.form.log"]._gc_log()
        self.assertFalse(self.env["library.form.log"].search_count([]))


@tagged("post_install", "-at_install", "library_portal")
class TestCasePages(LibraryPortalCase):
    """A patron's own questions. Feature: 1.1, 2.4, X13"""

    def test_list_tabs_search_and_pages(self):
        self._case(name="Old charts of the river")
        closed = self._case(name="Finished question")
        self.deliver(closed)._close("met")
        self._case(self.other_patron, name="Somebody else's question")
        self.login(self.portal_user)
        page = self.get("/my/cases").text
        self.assertIn("Old charts of the river", page)
        self.assertNotIn("Finished question", page)
        self.assertNotIn("Somebody else", page)
        self.assertIn("Finished question", self.get("/my/cases?filterby=closed").text)
        everything = self.get("/my/cases?filterby=all&search=charts").text
        self.assertIn("Old charts", everything)
        self.assertNotIn("Finished question", everything)
        self.assertIn("Nothing here contains", self.get("/my/cases?search=zebra").text)

    def test_counters_count_what_is_asked(self):
        self._case()
        self.login(self.portal_user)
        counters = self.make_jsonrpc_request("/my/counters", {"counters": ["library_case_count", "library_need_count"]})
        self.assertEqual((counters["library_case_count"], counters["library_need_count"]), (1, 1))
        self.assertEqual(self.make_jsonrpc_request("/my/counters", {"counters": []}), {})
        home = self.get("/my/home").text
        for url in ("/library/ask", "/my/cases", "/my/needs", "/my/library-profile"):
            self.assertIn(f'href="{url}"', home)

    def test_queries_do_not_grow_with_the_rows(self):
        Case = self.env["library.case"].with_user(self.portal_user)
        domain = Case._portal_own_domain() & Case._domain_open()

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            for case in Case._portal_fetch(domain, "id desc", 80, 0):
                _shown = (
                    case.name,
                    case.stage_id.portal_name,
                    case._portal_next_words(),
                    case._portal_day(case.create_date),
                )
            return self.env.cr.sql_log_count - before

        self._case()
        queries()
        few = queries()
        for _number in range(30):
            self._case()
        self.assertEqual(queries(), few)
        self.assertLessEqual(few, 12)

    def test_page_of_a_case(self):
        case = self._case(user_id=self.librarian.id, service_id=self.service.id)
        case.need_ids._restate("You want harbour maps printed before 1800.")
        case._ensure_workroom().with_user(self.librarian)._note("The patron is a difficult one")
        case.with_user(self.librarian)._answer("We look for them.")
        self.login(self.portal_user)
        page = self.get(f"/my/cases/{case.id}").text
        for words in (
            "We look for them.",
            "harbour maps printed before 1800",
            "Yes, that is it",
            "Not quite",
            "Reference",
        ):
            self.assertIn(words, page)
        self.assertIn("Test, your librarian", page)
        self.assertNotIn("difficult", page)
        self.assertNotIn("librarian@staff.test", page)

    def test_reply_moves_the_case(self):
        case = self.deliver(self._case())
        self.assertEqual(case.waits_for, "patron")
        self.login(self.portal_user)
        answer = self.post(f"/my/cases/{case.id}/reply", {"message": "Thank you, one more thing"}, [self.file()])
        self.assertEqual(answer.status_code, 303)
        self.assertEqual((case.waits_for, case.has_news), ("library", True))
        message = case.message_ids.sorted("id")[-1]
        self.assertEqual(message.author_id, self.portal_user.partner_id)
        self.assertEqual(message.attachment_ids.name, "map.txt")
        empty = self.post(f"/my/cases/{case.id}/reply", {"message": "  "})
        self.assertEqual(empty.status_code, 422)
        self.assertIn("Please write something", empty.text)

    def test_link_without_account(self):
        """Read, reply, confirm and rate with the link of the mail alone."""
        case = self.deliver(self._case())
        token = case._portal_ensure_token()
        self.login()
        page = self.get(f"/my/cases/{case.id}?access_token={token}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Did it help?", page.text)
        with_token = {"access_token": token}
        self.post(f"/my/cases/{case.id}/reply", {**with_token, "message": "From my phone"})
        message = case.message_ids.sorted("id")[-1]
        self.assertEqual((message.author_id, case.waits_for), (self.portal_user.partner_id, "library"))
        self.deliver(case)
        answer = self.post(f"/my/cases/{case.id}/helped", with_token)
        self.assertIn(f"access_token={token}", answer.headers["Location"])
        self.assertEqual(case.confirmation, "confirmed")
        case._close("met")
        self.post(f"/my/cases/{case.id}/rate", {**with_token, "rating": "4"})
        self.assertEqual(case._rating_given().rating, 4)

    def test_it_did_not_help(self):
        case = self.deliver(self._case())
        case._close("met")
        self.login(self.portal_user)
        self.assertEqual(self.post(f"/my/cases/{case.id}/reopen", {"message": ""}).status_code, 422)
        self.assertEqual(case.stage_code, "closed")
        self.post(f"/my/cases/{case.id}/reopen", {"message": "These maps are of another harbour."})
        self.assertEqual((case.stage_code, case.confirmation), ("understand", "reopened"))
        self.assertIn("another harbour", str(case.message_ids.sorted("id")[-1].body))

    def test_solution_belongs_to_its_case(self):
        case, other = self._case(), self._case(self.other_patron)
        mine, theirs = self.env["library.solution"].create(
            [{"name": "Maps found", "body": "<p>Sheet 4</p>"}, {"name": "Secret work", "body": "<p>Hidden</p>"}]
        )
        case.solution_ids, other.solution_ids = mine, theirs
        self.login(self.portal_user)
        page = self.get(f"/my/cases/{case.id}/solutions/{mine.id}")
        self.assertIn("Sheet 4", page.text)
        self.assertEqual(self.get(f"/my/cases/{case.id}/solutions/{theirs.id}").status_code, 404)
        self.assertEqual(self.get(f"/my/cases/{other.id}/solutions/{theirs.id}").status_code, 404)

    def test_who_takes_part(self):
        """Feature: lessons 6: only the patron, and whom the patron let in by name."""
        case = self._case()
        self.env["library.case.participant"].create(
            {
                "case_id": case.id,
                "name": "Prof. Obi",
                "email": self.other_portal_user.email,
                "partner_id": self.other_portal_user.partner_id.id,
                "state": "accepted",
                "may_read": True,
                "may_decide": False,
            }
        )
        self.login(self.other_portal_user)
        page = self.get(f"/my/cases/{case.id}")
        self.assertIn("Prof. Obi", page.text)
        self.deliver(case)
        self.assertNotIn("It helped", self.get(f"/my/cases/{case.id}").text)
        self.assertEqual(self.post(f"/my/cases/{case.id}/helped").status_code, 403)
        self.assertEqual(case.confirmation, "none")
        self.post(f"/my/cases/{case.id}/reply", {"message": "As her supervisor"})
        self.assertEqual(case.message_ids.sorted("id")[-1].author_id, self.other_portal_user.partner_id)
        case.participant_ids.action_refuse()
        self.assertEqual(self.get(f"/my/cases/{case.id}").status_code, 404)

    def test_profile_changes_four_fields(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.login(self.portal_user)
        self.assertIn(self.portal_user.email, self.get("/my/library-profile").text)
        before, contact_before = self.facts(self.patron), self.facts(self.patron.partner_id)
        self.post(
            "/my/library-profile/save",
            {
                "preferred_name": "Wei", "depth": "full", "help_style": "teach", "lang": "zh_CN",
                "note": "x", "lifecycle": "loyal", "type_id": "1", "company_id": "7", "email": "stolen@patrons.test",
                "name": "Other", "card_number": "1", "partner_id": "1", "active": "",
            },
        )  # fmt: skip
        after, contact_after = self.facts(self.patron), self.facts(self.patron.partner_id)
        self.assertEqual(
            {name for name in after if after[name] != before[name]},
            {"preferred_name", "depth", "help_style", "provenance"},
        )
        self.assertEqual({name for name in contact_after if contact_after[name] != contact_before[name]}, {"lang"})
        self.assertEqual((self.patron.preferred_name, self.patron.lang), ("Wei", "zh_CN"))

    def test_new_address_is_proposed(self):
        self.login(self.portal_user)
        answer = self.post("/my/library-profile/save", {"new_email": "not an address"})
        self.assertIn("This is not an e-mail address.", answer.text)
        self.post("/my/library-profile/save", {"new_email": "new.wei@patrons.test"})
        self.assertEqual(self.patron.email, "wei@patrons.test")
        case = self.newest_case()
        self.assertEqual((case.patron_id, case.name, case.has_news), (self.patron, "New e-mail address", True))
        self.assertIn("new.wei@patrons.test", str(case.message_ids.sorted("id")[-1].body))
