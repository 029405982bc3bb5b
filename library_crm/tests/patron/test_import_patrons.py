import random

from odoo.tests import tagged
from odoo.tools import SQL

from .import_common import ImportCase

# moments, numbers of records, and what only an import knows
OWN = {
    "id", "partner_id", "commercial_partner_id", "create_date", "write_date", "create_uid", "write_uid",
    "date_imported", "import_number", "import_digest", "provenance", "patron_id", "source",
    "calendar_last_notif_ack",
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestImportPatrons(ImportCase):
    """Feature: 11.1, 11.7"""

    def test_new_patrons_are_what_the_orm_would_have_made(self):
        """Feature: 11.1"""
        kind = self.student
        kind.patron_properties_definition = [
            {"name": "a1b2", "string": "CLASS", "type": "char"},
            {"name": "c3d4", "string": "Bus pass", "type": "char", "default": "none"},
        ]
        self._import([self._row(1, patron_attributes="CLASS:5A", sex="F", dateofbirth="2001-02-03")])
        imported = self._patron(1)
        made = self._make_by_orm(kind, imported.lang)
        self.env.flush_all()
        for table, mine, theirs in (
            ("res_partner", imported.partner_id.id, made.partner_id.id),
            ("library_patron", imported.id, made.id),
        ):
            with self.subTest(table=table):
                self.assertEqual(self._columns(table, mine), self._columns(table, theirs))
        identities = [
            {
                (x["kind"], x["value_normalized"].replace("1", "2"), x["is_primary"], x["state"], x["company_id"])
                for x in self._dicts(SQL("SELECT * FROM library_patron_identity WHERE patron_id = %s", patron.id))
            }
            for patron in (imported, made)
        ]
        self.assertEqual(*identities)

    def _make_by_orm(self, kind, lang):
        """The second row of the file as the ORM makes it."""
        quiet = {"tracking_disable": True, "mail_create_nosubscribe": True, "mail_create_nolog": True}
        made = (
            self.env["library.patron"]
            .with_context(**quiet)
            .create(
                {
                    "name": "Ana Bell2",
                    "email": "ana2@readers.test",
                    "phone": "+33 1 42 68 0002",
                    "street": "2 Mill Road",
                    "city": "Lyon",
                    "zip": "69001",
                    "country_id": self.env.ref("base.fr").id,
                    "branch_id": self.branch.id,
                    "type_id": kind.id,
                    "date_enrolled": "2024-09-01",
                    "date_expiry": "2027-08-31",
                    "gender": "female",
                    "date_of_birth": "2001-02-03",
                    "ils_privacy": "1",
                    "lifecycle": "registered",
                    "lang": lang,
                    "card_number": "CARD0002",
                    "properties": {"a1b2": "5A", "c3d4": "none"},
                }
            )
        )
        self.env["library.patron.identity"].create(
            [
                {"patron_id": made.id, "kind": "ils", "value": "2", "is_primary": True},
                {"patron_id": made.id, "kind": "sso", "value": "abell2", "is_primary": True},
                {"patron_id": made.id, "kind": "phone", "value": "+33 1 42 68 0002", "is_primary": True},
            ]
        )
        return made

    def _dicts(self, query):
        self.env.cr.execute(query)
        return self.env.cr.dictfetchall()

    def _columns(self, table, number):
        """Columns of one row with the two patrons' numbers made equal; an unset flag is a false one."""
        (row,) = self._dicts(SQL("SELECT * FROM %s WHERE id = %s", SQL.identifier(table), number))
        return {
            name: value.replace("ell1", "ell2")
            .replace("ana1", "ana2")
            .replace("0001", "0002")
            .replace("1 Mill", "2 Mill")
            if isinstance(value, str)
            else value or None
            for name, value in row.items()
            if name not in OWN
        }

    def test_the_same_file_twice_changes_nothing(self):
        rows = [self._row(number) for number in range(1, 8)]
        self.assertEqual(self._counts(self._import(rows)), (7, 0, 0, 0, 0))
        before = self._state()
        self.assertEqual(self._counts(self._import(rows)), (0, 0, 7, 0, 0))
        self.assertEqual(self._state(), before)

    def test_halves_overlaps_and_any_order_give_the_same_patrons(self):
        rows = [self._row(number, privacy=str(number % 3)) for number in range(1, 13)]
        with self.env.cr.savepoint() as point:
            self._import(rows)
            whole = self._state()
            point.rollback()
        self.env.invalidate_all()
        random.Random(3).shuffle(rows)
        self._import(rows[4:])
        self._import(rows[:8])
        self.assertEqual(self._state(), whole)

    def test_what_the_file_does_not_say_stays(self):
        self._import([self._row(1)])
        self._import([self._row(1, email="", phone="", address="", city="Paris", sort1="")])
        patron = self._patron(1)
        self.assertEqual(
            (patron.email, patron.phone, patron.street, patron.city),
            ("ana1@readers.test", "+33 1 42 68 0001", "1 Mill Road", "Paris"),
        )

    def test_what_people_entered_stays_where_it_should(self):
        """Feature: 11.7"""
        self._import([self._row(1)])
        patron = self._patron(1)
        patron.write({"email": "mine@readers.test", "street": "Elsewhere"})
        self.assertEqual(patron.provenance["email"][0], "manual")
        run = self._import([self._row(1, city="Paris")])
        self.assertEqual(self._counts(run), (0, 1, 0, 1, 0))
        self.assertEqual((patron.email, patron.street, patron.city), ("mine@readers.test", "1 Mill Road", "Paris"))
        self.assertEqual(patron.provenance["street"][:2], ["koha_csv", run.id])
        self.assertEqual(patron.provenance["email"][0], "manual")
        primary = patron.identity_ids.filtered(lambda one: one.kind == "email" and one.is_primary)
        self.assertEqual(primary.value, "mine@readers.test")

    def test_an_older_state_changes_nothing(self):
        header = (*self._row(1), "updated_on")
        new = self._csv([self._row(1, city="Paris", updated_on="2026-03-01 10:00:00")], header)
        old = self._csv([self._row(1, city="Lyon", updated_on="2026-02-01 10:00:00")], header)
        self._import(new)
        self.assertEqual(self._counts(self._import(old)), (0, 0, 1, 0, 0))
        self.assertEqual(self._patron(1).city, "Paris")

    def test_changes_are_told_once_to_who_reads_the_record(self):
        self._import([self._row(1), self._row(2)])
        patron = self._patron(1)
        self.assertFalse(patron.message_ids)
        self._import([self._row(1, surname="Mitchell", dateexpiry="2028-08-31", city="Paris"), self._row(2)])
        (message,) = patron.message_ids
        told = {value.field_id.name: value for value in message.sudo().tracking_value_ids}
        self.assertEqual(set(told), {"name", "date_expiry"})
        self.assertEqual(told["name"].new_value_char, "Ana Mitchell")
        self.assertFalse(self._patron(2).message_ids)
        self.assertEqual(patron.partner_id.complete_name, "Ana Mitchell")

    def test_a_patron_who_wrote_before_gets_the_card(self):
        prospect = self.env["library.patron"]._find_or_create_by_email("Ana Bell1 <ana1@readers.test>", self.company)
        stranger = self.env["library.patron"]._find_or_create_by_email(
            "Somebody Else <ana2@readers.test>", self.company
        )
        run = self._import([self._row(1), self._row(2)])
        self.assertEqual(self._counts(run)[:2], (1, 1))
        self.assertEqual(self._patron(1), prospect)
        self.assertEqual(prospect.lifecycle, "registered")
        self.assertNotEqual(self._patron(2), stranger)

    def test_an_account_that_only_claims_the_address_gets_no_card(self):
        self.portal_user.partner_id.write({"name": "Ana Bell1", "email": "ana1@readers.test"})
        self.patron._set_primary_identity("email", "ana1@readers.test")
        self._import([self._row(1)])
        self.assertNotEqual(self._patron(1), self.patron)

    def test_a_card_that_changed_hands_goes_with_its_number(self):
        self._import([self._row(1), self._row(2)])
        first = self._patron(1)
        run = self._import([self._row(2, cardnumber="CARD0001"), self._row(1, cardnumber="CARD0009")])
        self.assertEqual(run.conflict_count, 1)
        self.assertNotEqual(self._patron(1) - first, self.env["library.patron"])
        self.assertEqual(self._patron(9), first)
        self.assertEqual(first.card_number, "CARD0009")

    def test_rows_that_cannot_be_taken_come_back_with_their_reason(self):
        run = self._import(
            [
                self._row(1),
                self._row(2, cardnumber="CARD0001"),
                self._row(3, dateexpiry="31/02/2025"),
                self._row(4, branchcode="NOWHERE"),
                self._row(5, surname="", firstname=""),
            ]
        )
        self.assertEqual(self._counts(run), (1, 0, 0, 0, 4))
        codes = run.row_ids.filtered(lambda row: row.kind == "refused").mapped("code")
        self.assertEqual(set(codes), {"duplicate_value", "bad_date", "unknown_branch", "missing_value"})
        text = base64_text(run.refused_file)
        self.assertIn("NOWHERE", text)
        self.assertIn("No branch has the code “NOWHERE”", text)
        self.assertNotIn("planted-secret", text)
        self.assertFalse(run.file)

    def test_a_value_that_was_left_out_of_a_taken_row_is_told(self):
        run = self._import([self._row(1, email="ana at readers"), self._row(2)])
        self.assertEqual(self._counts(run), (2, 0, 0, 0, 0))
        self.assertFalse(self._patron(1).email)
        self.assertEqual(run.left_out_row_ids.mapped("line"), [2])
        self.assertIn("“ana at readers” is not an e-mail address", run.left_out_row_ids.details)
        self.assertIn("CARD0001", run.left_out_row_ids.label)

    def test_unknown_codes_are_made_or_mapped_where_the_profile_says_so(self):
        self.profile.code_ids = [(0, 0, {"kind": "type", "code": "UG", "type_id": self.student.id})]
        self.assertEqual(self._import([self._row(1, categorycode="UG")]).created_count, 1)
        self.assertEqual(self._patron(1).type_id, self.student)
        self.profile.creates_missing = True
        self._import([self._row(2, branchcode="NEW", categorycode="NEWTYPE")])
        self.assertEqual((self._patron(2).branch_id.code, self._patron(2).type_id.code), ("NEW", "NEWTYPE"))

    def test_a_formula_stays_text(self):
        """Feature: 11.1"""
        name = '=HYPERLINK("http://x.test")'
        run = self._import(
            [self._row(1, surname=name, firstname=""), self._row(2, surname="=1+1", branchcode="NOWHERE")]
        )
        self.assertEqual(self._patron(1).name, name)
        self.assertIn("'=1+1", base64_text(run.refused_file))

    def test_who_keeps_nothing_in_the_library_system_is_not_counted(self):
        self._import([self._row(1, privacy="2"), self._row(2)])
        self.assertFalse(self._patron(1).allows_counts)
        self.assertTrue(self._patron(2).allows_counts)
        self._import([self._row(1, privacy="1"), self._row(2, privacy="2")])
        self.assertTrue(self._patron(1).allows_counts)
        self.assertFalse(self._patron(2).allows_counts)

    def test_anonymised_there_is_anonymised_here(self):
        header = (*self._row(1), "anonymized")
        self._import([self._row(1, surname="Uniquename"), self._row(2)])
        patron = self._patron(1)
        patron.message_post(body="Spoke with Uniquename about maps")
        patron.note = "Uniquename likes maps"
        gone = self._csv([self._row(1, surname="", firstname="", email="", anonymized="1")], header)
        self._import(gone)
        self.assertTrue(patron.is_anonymised)
        self.env.flush_all()
        for table in (
            "res_partner",
            "library_patron",
            "library_patron_identity",
            "mail_message",
            "mail_tracking_value",
        ):
            found = self._dicts(
                SQL("SELECT 1 FROM %s t WHERE t::text ILIKE %s", SQL.identifier(table), "%uniquename%"))
            self.assertFalse(found, table)
        self.assertFalse(patron.identity_ids)
        self.assertEqual(patron.type_id, self.student)
        before = self.env["library.patron"].search_count([])
        self.assertEqual(self._counts(self._import(gone)), (0, 0, 1, 0, 0))
        self.assertEqual(self.env["library.patron"].search_count([]), before)

    def test_attributes_fill_facts_of_the_type_and_the_rest_is_kept(self):
        self.student.patron_properties_definition = [{"name": "a1b2", "string": "class", "type": "char"}]
        self._import([self._row(1, patron_attributes="CLASS:5A,LOCKER:12")])
        patron = self._patron(1)
        self.assertEqual(patron.properties["a1b2"], "5A")
        self.assertEqual(patron.ils_attributes, {"LOCKER": "12"})

    def test_a_person_with_two_cards_keeps_the_main_one_in_charge(self):
        self._import([self._row(1), self._row(2, surname="Other")])
        one, two = self._patron(1), self._patron(2)
        two.identity_ids.write({"is_primary": False})
        two.identity_ids.write({"patron_id": one.id})
        self.env.flush_all()
        run = self._import([self._row(1, city="Paris"), self._row(2, surname="Other", city="Rome")])
        self.assertEqual(self._counts(run)[:3], (0, 1, 1))
        self.assertEqual((one.name, one.city), ("Ana Bell1", "Paris"))


def base64_text(content):
    import base64

    return base64.b64decode(content).decode("utf-8-sig")
