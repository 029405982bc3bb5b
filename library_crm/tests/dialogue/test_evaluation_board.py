from odoo.exceptions import AccessError
from odoo.fields import Datetime
from odoo.tests import tagged

from ..common import LibraryCase


@tagged("post_install", "-at_install")
class TestEvaluationBoard(LibraryCase):
    """What patrons say, in figures that say how sure they are. Feature: 2.1, 17.1, P4"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service, cls.small_service = cls.env["library.service"].create([{"name": "Maps"}, {"name": "Deeds"}])
        cls.patrons = cls.env["library.patron"].create([{"name": f"Reader {number}"} for number in range(31)])
        cls.cases = cls.env["library.case"].create([
            {"name": "A map", "patron_id": patron.id, "team_id": cls.team.id, "service_id": cls.service.id}
            for patron in cls.patrons[:20]
        ])
        cls.small = cls.env["library.case"].create([
            {"name": "A deed", "patron_id": patron.id, "team_id": cls.team.id, "service_id": cls.small_service.id}
            for patron in cls.patrons[20:23]
        ])
        cls.report = cls.env["library.evaluation.report"].with_user(cls.staff["manager"])

    def rate(self, cases, value):
        for case in cases:
            case.sudo().rating_apply(value, rating=case._rating_of_patron())

    def ask(self, instrument, patrons, **values):
        return self.env["library.evaluation.invitation"].create([
            {
                "instrument": instrument, "key": "test", "patron_id": patron.id, "company_id": self.company.id,
                "state": "sent", "date_invited": Datetime.now(), **values,
            }
            for patron in patrons
        ])

    def figures(self, **kwargs):
        return self.report.board(**kwargs)["figures"]

    def test_nothing_yet(self):
        board = self.report.board()
        self.assertFalse(any(figure["told"] for figure in board["figures"].values()))
        self.assertEqual(set(board["cards"]), {
            "csat", "csat_mean", "return", "transfer", "nps", "response", "nonresponse",
        })
        self.assertTrue(all(card["numerator"] for card in board["cards"].values()))

    def test_content_with_interval(self):
        self.rate(self.cases[:16], 5)
        self.rate(self.cases[16:], 2)
        figures = self.figures()
        self.assertEqual((figures["csat"]["n"], figures["csat"]["value"]), (20, 0.8))
        # Wilson for 16 of 20
        self.assertAlmostEqual(figures["csat"]["low"], 0.584, places=3)
        self.assertAlmostEqual(figures["csat"]["high"], 0.919, places=3)
        self.assertAlmostEqual(figures["csat_mean"]["value"], 4.4)

    def test_few_are_nobody(self):
        self.rate(self.cases, 5)
        self.rate(self.small, 1)
        rows = {row["name"]: row["figures"]["csat"] for row in self.report.board()["rows"]}
        self.assertFalse(rows.get("Deeds", {"told": False})["told"])
        with self.assertRaises(AccessError):
            self.report._read_group([], ["persons"], ["answers:sum"])
        self.assertFalse(self.report.search([]))

    def test_transfer_is_what_patrons_say(self):
        for number, case in enumerate(self.cases):
            level = "3" if number < 15 else "0"
            self.env["library.outcome"].create({"case_id": case.id, "source": "portal", "understood": level})
            self.env["library.outcome"].create({"case_id": case.id, "source": "staff", "understood": "4"})
        transfer = self.figures()["transfer"]
        self.assertEqual((transfer["n"], transfer["value"]), (20, 0.75))

    def test_recommendation_only_from_thirty_on(self):
        invitations = self.ask("nps", self.patrons)
        for number, invitation in enumerate(invitations[:29]):
            invitation._keep({"nps": 9 if number < 20 else 3})
            invitation._note_answered()
        self.assertEqual(self.figures()["nps"]["value"], None)
        invitations[29]._keep({"nps": 8})
        nps = self.figures()["nps"]
        self.assertEqual(nps["n"], 30)
        self.assertAlmostEqual(nps["value"], 100 * (20 - 9) / 30)
        self.assertAlmostEqual(nps["error"], 100 * ((29 / 30 - (11 / 30) ** 2) / 30) ** 0.5)
        self.assertEqual(nps["response"]["n"], 31)
        self.assertAlmostEqual(nps["response"]["value"], 29 / 31)

    def test_who_spoke_unasked_and_what_bounced_counts_in_no_response_rate(self):
        self.ask("csat", self.patrons[:10])
        self.ask("csat", self.patrons[10:15], state="answered")
        self.ask("csat", self.patrons[15:20], state="bounced")
        self.ask("csat", self.patrons[20:25], state="answered", date_invited=False, source="portal")
        response = self.figures()["csat"]["response"]
        self.assertEqual((response["n"], response["hits"]), (15, 5))

    def test_whether_the_others_are_alike(self):
        kinds = self.env["library.patron.type"].create([{"name": "Students", "code": "x1"},
                                                        {"name": "Teachers", "code": "x2"}])
        self.patrons[:15].type_id, self.patrons[15:30].type_id = kinds[0], kinds[1]
        self.ask("csat", self.patrons[:14] + self.patrons[15:17], state="answered")
        self.ask("csat", self.patrons[14] + self.patrons[17:30])
        check = self.report.board()["nonresponse"]["type"]
        self.assertEqual((check["verdict"], check["n"]), ("large", 30))
        self.assertIn("far more often", check["sentence"])
        self.assertEqual(self.report.board()["nonresponse"]["lifecycle"]["verdict"], "few")

    def test_groups_and_junk_arguments(self):
        self.rate(self.cases, 4)
        self.assertEqual([row["name"] for row in self.report.board(group="team")["rows"]], ["Reference"])
        self.assertEqual(self.report.board(group="month")["rows"][0]["name"], Datetime.now().strftime("%Y-%m"))
        self.assertEqual(self.report.board("x", "patron")["months"], 12)
        self.assertEqual(self.report.board(10**6)["months"], 12)

    def test_staff_only(self):
        for user in (self.portal_user, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.env["library.evaluation.report"].with_user(user).board()
