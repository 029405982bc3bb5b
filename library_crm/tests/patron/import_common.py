import base64
import csv
import io

from ..common import LibraryCase

HEADER = (
    "borrowernumber", "cardnumber", "surname", "firstname", "email", "phone", "address", "city", "zipcode", "country",
    "branchcode", "categorycode", "dateenrolled", "dateexpiry", "dateofbirth", "sex", "userid", "privacy", "password",
    "ethnicity", "sort1", "patron_attributes",
)  # fmt: skip


class ImportCase(LibraryCase):
    """Files as Koha exports them, and runs of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["library.branch"].create({"name": "Main building", "code": "TESTMAIN"})
        cls.student = cls.env.ref("library_crm.patron_type_student")
        cls.profile = cls.env["library.import.profile"].create({"name": "Koha", "source": "koha_patrons"})

    @classmethod
    def _row(cls, number, **values):
        """A row of Koha's file."""
        return {
            "borrowernumber": str(number),
            "cardnumber": f"CARD{number:04}",
            "surname": f"Bell{number}",
            "firstname": "Ana",
            "email": f"ana{number}@readers.test",
            "phone": f"+33 1 42 68 {number:04}",
            "address": f"{number} Mill Road",
            "city": "Lyon",
            "zipcode": "69001",
            "country": "France",
            "branchcode": "TESTMAIN",
            "categorycode": "STU",
            "dateenrolled": "2024-09-01",
            "dateexpiry": "2027-08-31",
            "userid": f"abell{number}",
            "privacy": "1",
            "password": "planted-secret",
            **values,
        }

    @classmethod
    def _csv(cls, rows, header=HEADER):
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
        return buffer.getvalue().encode()

    @classmethod
    def _new_run(cls, content, profile=None, name="borrowers.csv"):
        return cls.env["library.import.run"].create(
            {
                "profile_id": (profile or cls.profile).id,
                "file": base64.b64encode(content),
                "file_name": name,
            }
        )

    @classmethod
    def _import(cls, rows, profile=None, **values):
        """Run a file of these rows to its end."""
        run = cls._new_run(cls._csv(rows) if isinstance(rows, list) else rows, profile)
        run.write(values)
        run.action_run()
        run._process()
        cls.env.flush_all()
        return run

    def _counts(self, run):
        """(new, changed, unchanged, conflicts, refused)"""
        return (run.created_count, run.changed_count, run.unchanged_count, run.conflict_count, run.refused_count)

    def _patron(self, number):
        return self.env["library.patron"].search([("card_number", "=", f"CARD{number:04}")])

    def _state(self):
        """Everything that imports write, without numbers of records and moments of writing."""
        self.env.flush_all()
        self.env.cr.execute("""
            SELECT to_jsonb(p) - ARRAY['id', 'partner_id', 'create_date', 'write_date', 'date_imported',
                                       'import_number', 'provenance', 'import_digest'],
                   to_jsonb(r) - ARRAY['id', 'commercial_partner_id', 'create_date', 'write_date',
                                       'calendar_last_notif_ack'],
                   (SELECT array_agg(ARRAY[x.kind, x.value, x.value_normalized, x.is_primary::text, x.state, x.source]
                                     ORDER BY x.kind, x.value)
                      FROM library_patron_identity x WHERE x.patron_id = p.id)
              FROM library_patron p JOIN res_partner r ON r.id = p.partner_id
             ORDER BY r.name, r.email
        """)
        return self.env.cr.fetchall()
