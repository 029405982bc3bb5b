from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...lib.form_input import FormRefused
from ..common import LibraryCase


class RoomCase(LibraryCase):
    """A room for staff, one for patrons as well, and two patrons of whom one has joined."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.steward = cls.staff["steward"]
        cls.mixed, cls.inside = cls.env["library.insight.room"].create([
            {"name": "Old newspapers", "kind": "mixed", "steward_ids": [Command.set(cls.steward.ids)],
             "promise_days": 3},
            {"name": "At the desk", "kind": "staff"},
        ])
        cls.Insight = cls.env["library.insight"]
        cls.alias = cls._join(cls.portal_user, "Owl at two", credit="on")

    @classmethod
    def _join(cls, user, name, **form):
        return cls.env["library.insight.alias"].with_user(user)._portal_join({"alias": name, "agree": "on", **form})

    @classmethod
    def _post(cls, user=None, **form):
        """A post by a patron, by way of the portal."""
        user = user or cls.portal_user
        room, alias = cls.env["library.insight.room"].with_user(user)._portal_room(cls.mixed.id)
        form = {"name": "Ask for the index on microfilm", "body": "It has the years that the scan leaves out.", **form}
        return cls.Insight.with_user(user)._portal_write_post(form, room, alias).with_env(cls.env)

    def _say(self, user, post, verb, **form):
        return self.Insight.with_user(user)._portal_say(post.id, verb, form)


@tagged("post_install", "-at_install", "security")
class TestInsightRooms(RoomCase):
    """Feature: 31.3, 31.5, 21.1"""

    def test_post_is_in_the_language_of_its_words(self):
        """Whatever language its writer sees the screen in, and however it is written.

        Feature: X10
        """
        self.env["res.lang"]._activate_lang("zh_CN")
        self.portal_user.lang = "zh_CN"
        self.assertEqual(self._post().lang, "en_US")
        tips = self.Insight.with_user(self.steward).with_context(lang="zh_CN").create([
            {"name": "教區登記簿按舊郡排列", "body": "<p>請在舊郡名下查找這個時間的資料。</p>"},
            {"name": "教区登记簿按旧郡排列", "body": "<p>请在旧郡名下查找这个时间的资料。</p>"},
            {"name": "K 12"},
            {"name": "Ask for the index on microfilm", "lang": "zh_TW"},
        ])
        self.assertEqual(tips.mapped("lang"), ["zh_TW", "zh_CN", "zh_CN", "zh_TW"])

    # who reads

    def test_portal_users_and_the_public_may_do_nothing_by_rpc(self):
        self._post()
        for user in (self.portal_user, self.other_portal_user, self.env.ref("base.public_user")):
            for model in ("library.insight", "library.insight.room", "library.insight.reply", "library.insight.alias",
                          "library.insight.reveal", "library.insight.helpful"):
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])

    def test_only_patrons_who_joined_read_and_only_rooms_for_patrons(self):
        post = self._post()
        inside = self.Insight.create({"name": "Staff only", "room_id": self.inside.id})
        Room, Insight = self.env["library.insight.room"], self.Insight
        self.assertTrue(Room.with_user(self.portal_user)._portal_room(self.mixed.id)[0])
        self.assertFalse(Room.with_user(self.portal_user)._portal_room(self.inside.id)[0])
        self.assertFalse(Insight.with_user(self.portal_user)._portal_post_of(inside.id)[0])
        for stranger in (self.other_portal_user, self.env.ref("base.public_user")):
            self.assertFalse(Room.with_user(stranger)._portal_room(self.mixed.id)[0])
            self.assertFalse(Insight.with_user(stranger)._portal_post_of(post.id)[0])
            self.assertFalse(self._say(stranger, post, "reply", body="I was never in"))
        self.assertFalse(post.reply_ids)
        self.assertFalse(self.other_patron._allows("rooms"))
        self.assertTrue(self.patron._allows("rooms"))

    def test_a_patron_of_another_institution_reads_nothing(self):
        post = self._post()
        other = self.env["res.company"].create({"name": "City library"})
        self._join(self.other_portal_user, "Early bird")
        self.other_patron.company_id = other
        self.env["library.insight.alias"].search([("name", "=", "Early bird")]).company_id = other
        self.assertFalse(self.Insight.with_user(self.other_portal_user)._portal_post_of(post.id)[0])

    def test_another_patron_takes_nothing_back_and_accepts_nothing(self):
        self._join(self.other_portal_user, "Early bird")
        post = self._post()
        self._say(self.portal_user, post, "reply", body="By the way, ask for reel 12.")
        reply = post.reply_ids
        self.assertFalse(self._say(self.other_portal_user, post, "withdraw"))
        self.assertFalse(self._say(self.other_portal_user, post, "withdraw", reply_id=str(reply.id)))
        self.assertFalse(self._say(self.other_portal_user, post, "accept", reply_id=str(reply.id)))
        self.assertTrue(post.exists() and reply.exists())
        other = self._post(name="Another post")
        self.assertFalse(self._say(self.portal_user, other, "withdraw", reply_id=str(reply.id)))

    # who is behind a name

    def test_nothing_that_staff_or_patrons_read_tells_whose_name_it_is(self):
        """Every field of post, answer and name, read by every role, and every line in the database but one column."""
        post = self._post()
        self._say(self.portal_user, post, "reply", body="The reel is in the cellar.")
        reply = post.reply_ids
        user, partner = self.portal_user, self.portal_user.partner_id
        secrets = (partner.name, user.login, user.email)
        for role in ("librarian", "steward", "manager", "privacy"):
            for record in (post, reply, self.alias):
                seen = record.with_user(self.staff[role])
                if not seen.has_access("read"):
                    continue
                values = str(seen.read()) + str(seen.message_ids.read() if "message_ids" in seen else "")
                for secret in secrets:
                    self.assertNotIn(secret, values, (role, record))
                self.assertNotIn("patron_id", seen.read()[0])
            with self.assertRaises(AccessError):
                self.Insight.with_user(self.staff[role]).search([("alias_id.patron_id", "=", self.patron.id)])
            with self.assertRaises(AccessError):
                self.Insight.with_user(self.staff[role])._read_group([], ["alias_id.patron_id"])
        self.assertEqual((post.create_uid | post.write_uid).ids, [1])
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT table_name FROM information_schema.columns WHERE column_name IN ('create_uid', 'write_uid')"
            " AND table_name IN ('library_insight_reply', 'library_insight_alias', 'library_insight_helpful')")
        self.assertFalse(self.env.cr.fetchall(), "these tables must not know who made a row")
        self.assertFalse(post.message_partner_ids & partner)

    def test_librarians_do_not_even_read_under_which_name_row_a_post_stands(self):
        post = self._post()
        self.assertEqual(post.with_user(self.librarian).display_author, "Owl at two")
        with self.assertRaises(AccessError):
            post.with_user(self.librarian).read(["alias_id"])
        with self.assertRaises(AccessError):
            self.env["library.insight.alias"].with_user(self.librarian).search([])

    def test_who_looks_up_a_name_says_why_and_stays_on_record(self):
        Reveal = self.env["library.insight.reveal"]
        with self.assertRaises(AccessError):
            Reveal.with_user(self.librarian).create({"alias_id": self.alias.id, "reason": "I am curious"})
        with self.assertRaises(UserError):
            Reveal.with_user(self.steward).create({"alias_id": self.alias.id, "reason": " "})
        line = Reveal.with_user(self.steward).create({
            "alias_id": self.alias.id, "reason": "Threat against a reader", "user_id": self.librarian.id,
        })
        self.assertEqual(line.user_id, self.steward, "nobody looks up in another's name")
        self.assertEqual(line.action_reveal()["res_id"], self.patron.id)
        self.assertTrue(Reveal.with_user(self.staff["privacy"]).search([("id", "=", line.id)]))
        for change in ({"reason": "Nothing"}, {"user_id": self.librarian.id}):
            with self.assertRaises(AccessError):
                line.with_user(self.steward).write(change)
        with self.assertRaises(AccessError):
            line.with_user(self.staff["manager"]).unlink()
        with self.assertRaises(AccessError):
            line.with_user(self.staff["privacy"]).action_reveal()
        line.sudo().date -= timedelta(hours=1)
        with self.assertRaises(AccessError):
            line.action_reveal()

    def test_leaving_cuts_the_way_back_and_takes_words_away_only_if_wished(self):
        post = self._post()
        self.env["library.insight.alias"].with_user(self.portal_user)._portal_own()._leave()
        self.assertEqual(post.display_author, "A patron")
        self.assertFalse(post.alias_id)
        self.assertFalse(self.Insight.with_user(self.portal_user)._portal_post_of(post.id)[0])
        again = self._join(self.portal_user, "Second try")
        self.assertFalse(self.Insight.search([("alias_id", "=", again.id)]), "nothing ties the names")
        second = self._post()
        again._leave(take_away=True)
        self.assertFalse(second.exists())

    def test_whoever_is_erased_leaves_the_rooms(self):
        post = self._post()
        self.patron._anonymise()
        self.assertFalse(self.alias.exists())
        self.assertEqual(post.display_author, "A patron")

    # names and texts

    def test_names_that_give_somebody_away_are_refused(self):
        Alias = self.env["library.insight.alias"].with_user(self.other_portal_user)
        for name in ("", "x", "Amara", "amara.obi", "OBI 7", "amara@patrons.test", "Librarian Anna", "图书馆员",
                     "owl  AT TWO", "a" * 31):
            with self.subTest(name=name), self.assertRaises(FormRefused):
                Alias._portal_join({"alias": name, "agree": "on"})
        with self.assertRaises(FormRefused):
            Alias._portal_join({"alias": "Early bird"})
        self.assertFalse(Alias._portal_own())

    def test_words_that_tell_who_wrote_them_are_refused(self):
        for body in ("Write to wei@patrons.test", "我叫林伟，问我", "Call 0131 496 0123 456"):
            with self.subTest(body=body), self.assertRaises(FormRefused):
                self._post(body=body)

    def test_links_and_floods_wait_for_a_look(self):
        """Feature: 31.3"""
        linked = self._post(body="See https://spam.test")
        self.assertEqual((linked.moderation, linked.look_reason), ("held", "link"))
        self._join(self.other_portal_user, "Early bird")
        self.assertFalse(self.Insight.with_user(self.other_portal_user)._portal_post_of(linked.id)[0])
        self.assertTrue(self.Insight.with_user(self.portal_user)._portal_post_of(linked.id)[0])
        self.assertTrue(linked.activity_ids.filtered(lambda one: one.user_id == self.steward))
        with self.assertRaises(AccessError):
            linked.with_user(self.librarian).action_show()
        linked.with_user(self.steward).action_show()
        self.assertTrue(self.Insight.with_user(self.other_portal_user)._portal_post_of(linked.id)[0])
        for number in range(9):
            self._post(name=f"Post {number}")
        self.assertEqual(self._post(name="One more").look_reason, "flood")

    def test_scripts_become_text(self):
        post = self._post(name="<script>alert(1)</script>", body="<img src=x onerror=alert(1)>")
        self.assertNotIn("<img", post.body)
        self.assertIn("&lt;img", post.body)

    # what stewards and colleagues do

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_writes_in_another_name(self):
        post = self._post()
        Reply = self.env["library.insight.reply"].with_user(self.librarian)
        for extra in ({"user_id": self.colleague.id}, {"is_patron": True}, {"alias_id": self.alias.id},
                      {"is_answer": True}, {"helpful_count": 9}):
            with self.subTest(extra=extra), self.assertRaises(AccessError):
                Reply.create({"insight_id": post.id, "body": "<p>Hello</p>", **extra})
        reply = Reply.with_context(default_user_id=self.colleague.id, default_is_patron=True).create(
            {"insight_id": post.id, "body": "<p>Reel 12</p>"})
        self.assertEqual((reply.user_id, reply.is_patron), (self.librarian, False))
        with self.assertRaises(AccessError):
            reply.with_user(self.colleague).write({"body": "<p>Changed</p>"})
        with self.assertRaises(AccessError):
            self.Insight.with_user(self.steward).create({"name": "Fake", "alias_id": self.alias.id, "is_patron": True})
        fake = self.Insight.with_user(self.steward).with_context(
            default_alias_id=self.alias.id, default_is_patron=True).create({"name": "Fake"})
        self.assertFalse(fake.is_patron or fake.alias_id)

    def test_the_one_who_asked_says_which_answer_it_was(self):
        """Feature: 31.5"""
        post = self._post()
        first, second = self.env["library.insight.reply"].with_user(self.librarian).create(
            [{"insight_id": post.id, "body": f"<p>{text}</p>"} for text in ("Reel 12", "Reel 13")])
        self.assertEqual(self._say(self.portal_user, post, "accept", reply_id=str(second.id)), "accepted")
        self.assertEqual(post.reply_ids.filtered("is_answer"), second)
        self._say(self.portal_user, post, "accept", reply_id=str(first.id))
        self.assertEqual(post.reply_ids.filtered("is_answer"), first)

    def test_thanks_count_once_and_nobody_can_tell_whose(self):
        """Feature: 31.5"""
        self._join(self.other_portal_user, "Early bird")
        post = self._post()
        self.assertFalse(self._say(self.portal_user, post, "helped"), "the own words do not count")
        self._say(self.other_portal_user, post, "helped")
        self.assertEqual(post.helpful_count, 1)
        row = self.env["library.insight.helpful"].search([("insight_id", "=", post.id)])
        persons = ("res.users", "res.partner", "library.patron")
        self.assertFalse([name for name, field in row._fields.items() if field.comodel_name in persons])
        self.assertGreater(len(row.voter_key), 40)
        self._say(self.other_portal_user, post, "helped")
        self.assertEqual(post.helpful_count, 0)

    def test_what_patrons_find_in_a_room(self):
        """The index finds shown posts of the room, and neither staff's nor held ones. Feature: 31.3"""
        post = self._post(name="Zeppelin landing of 1931")
        held = self._post(name="Zeppelin wreck", body="www.zeppelin.test")
        inside = self.Insight.create({"name": "Zeppelin desk trick", "room_id": self.inside.id})
        room, alias = self.env["library.insight.room"].with_user(self.portal_user)._portal_room(self.mixed.id)
        rows = room._portal_room_values(alias, {"search": "zeppelin"})["rows"]
        self.assertEqual([row["id"] for row in rows], post.ids)
        self.assertEqual(post._search_document_values()["visibility"], "patron")
        self.assertEqual((held | inside)[0]._search_document_values()["visibility"], "staff")
        hits = self.env["library.search.document"].with_user(self.portal_user)._search_index("zeppelin")
        self.assertFalse([hit for hit in hits if hit.model == "library.insight"])


@tagged("post_install", "-at_install")
class TestInsightPromise(RoomCase):
    """Feature: 31.5"""

    def test_whoever_writes_is_promised_an_answer_and_an_answer_keeps_it(self):
        post = self._post()
        self.assertEqual((post.date_promised - self.env.cr.now()).days, 3)
        self.assertTrue(post.is_unanswered)
        self._say(self.portal_user, post, "reply", body="I forgot: reel 12.")
        self.assertTrue(post.is_unanswered, "the own words are no answer")
        self.env["library.insight.reply"].with_user(self.librarian).create(
            {"insight_id": post.id, "body": "<p>Right, and reel 13.</p>"})
        self.assertFalse(post.is_unanswered)
        self.assertFalse(post.date_escalate)

    def test_what_stays_without_an_answer_goes_to_the_stewards_then_to_the_leads(self):
        post = self._post()
        lead = self.staff["lead"]
        self.mixed.lead_id = lead
        escalate = self.env.ref("library_crm.ir_cron_insight_escalate")
        with self.enter_registry_test_mode():
            escalate.method_direct_trigger()
        self.assertEqual(post.escalation, "none")
        for level, user in (("stewards", self.steward), ("leads", lead)):
            post.date_escalate = self.env.cr.now() - timedelta(minutes=1)
            with self.enter_registry_test_mode():
                escalate.method_direct_trigger()
                escalate.method_direct_trigger()
            self.assertEqual(post.escalation, level)
            self.assertEqual(len(post.activity_ids.filtered(lambda one, user=user: one.user_id == user)), 1)
        self.assertFalse(post.date_escalate)

    def test_how_often_a_room_keeps_its_promise(self):
        posts = self.Insight.browse()
        for number in range(6):
            posts |= self._post(name=f"Post {number}")
        posts.write({"date_promised": self.env.cr.now() - timedelta(days=1)})
        posts[:3].write({"date_first_reply": self.env.cr.now() - timedelta(days=2)})
        posts[3].write({"date_first_reply": self.env.cr.now()})
        self.mixed.invalidate_recordset()
        self.assertEqual((self.mixed.post_count, self.mixed.due_count), (6, 6))
        self.assertEqual(self.mixed.response_rate, 0.5)
        self.assertEqual(self.mixed.waiting_count, 2)

    def test_staff_who_follow_hear_of_a_post_and_patrons_get_no_mail(self):
        self.mixed.with_user(self.librarian).action_follow()
        before = self.mails.search([])
        post = self._post()
        told = self.env["mail.message"].search([("model", "=", "library.insight"), ("res_id", "=", post.id)])
        self.assertEqual(told.notified_partner_ids | told.partner_ids, self.librarian.partner_id)
        self.assertNotIn(self.portal_user.email, str(self._outgoing(before).mapped("email_to")))


@tagged("post_install", "-at_install")
class TestInsightDecision(RoomCase):
    """Feature: 31.6, 31.3"""

    def test_a_steward_decides_with_a_reason_that_the_writer_reads(self):
        post = self._post()
        with self.assertRaises(AccessError):
            post.with_user(self.librarian)._decide("use", "Because")
        with self.assertRaises(UserError):
            post.with_user(self.steward)._decide("use", " ")
        post.with_user(self.steward)._decide("use", "We tell it at the desk now")
        self.assertEqual((post.state, post.decided_by_id), ("used", self.steward))
        values = post._portal_post_values(self.alias)["post"]
        self.assertEqual(values["decision"], "We tell it at the desk now")

    def test_an_article_thanks_a_patron_by_the_name_if_that_was_agreed(self):
        post = self._post()
        post.with_user(self.steward)._decide("article", "Many ask for it")
        article = post.article_id
        self.assertEqual(article.credit, "Owl at two")
        self.assertEqual(article._portal_credit(), "Owl at two")
        self.alias.is_credited = False
        self.env.invalidate_all()
        self.assertEqual(article.credit, "A patron")
        self.assertEqual(article._portal_credit(), "")

    def test_colleagues_are_thanked_inside_only(self):
        insight = self.Insight.with_user(self.librarian).create({"name": "Ask the archive by fax"})
        insight.with_user(self.steward)._decide("article", "Worth it")
        self.assertEqual(insight.article_id.credit, self.librarian.name)
        self.assertEqual(insight.article_id._portal_credit(), "")

    def test_two_that_say_the_same_become_one_with_all_answers(self):
        post, other = self._post(), self._post(name="Microfilm again")
        reply = self.env["library.insight.reply"].with_user(self.librarian).create(
            {"insight_id": other.id, "body": "<p>Reel 12</p>"})
        other.with_user(self.steward)._decide("merge", "Told before", post)
        self.assertEqual((other.state, other.merged_into_id, reply.insight_id), ("merged", post, post))
        inside = self.Insight.create({"name": "Among us", "room_id": self.inside.id})
        with self.assertRaises(UserError):
            inside.with_user(self.steward)._decide("merge", "Same", post)
