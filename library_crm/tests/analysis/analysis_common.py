"""What the tests of the nightly analysis share: uses by month, and a night that runs at once."""

from datetime import date

from dateutil.relativedelta import relativedelta

from ..common import LibraryCase

AS_OF = date(2026, 3, 15)


class AnalysisCase(LibraryCase):
    """A library whose nights run when a test says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # a library of its own: what demo data or other tests bring is not counted
        cls.library = cls.env["res.company"].create({"name": "Harbour Library"})
        (cls.staff["relations"] | cls.staff["manager"] | cls.env.user).company_ids |= cls.library
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": [cls.library.id, cls.company.id]})
        cls.jobs = cls.env["library.analysis.job"]
        cls.env["library.usage"]._ensure_partitions(date(2023, 1, 1), AS_OF)
        cls.subjects = cls.env["library.subject"].search([("scheme", "=", "clc"), ("parent_id", "=", False)], limit=8)

    @classmethod
    def _patrons(cls, count, **values):
        partners = cls.env["res.partner"].create([{"name": f"Reader {number}"} for number in range(count)])
        return cls.env["library.patron"].create(
            [{"partner_id": partner.id, "date_enrolled": date(2024, 1, 10),
              "company_id": cls.library.id, **values} for partner in partners]
        )

    @classmethod
    def _use(cls, patrons, months_ago, days=1, kind="loan", subject=None, channel="onsite", uses=None):
        """Give each of `patrons` days of use, and uses, in the month so long before the night."""
        month = AS_OF.replace(day=1) - relativedelta(months=months_ago)
        rows = []
        for patron in patrons:
            rows.append((patron.company_id.id, patron.id, None, days, month, "visit_day", channel))
            rows.append((patron.company_id.id, patron.id, subject and subject.id, uses or days, month, kind, channel))
        cls.env.flush_all()
        cls.env.cr.execute_values(
            "INSERT INTO library_usage (company_id, patron_id, subject_id, uses, month, kind, channel) VALUES %s"
            " ON CONFLICT DO NOTHING",
            rows,
        )

    @classmethod
    def _night(cls, *codes, as_of=AS_OF, rebuild=False):
        """Run these analyses to their end, as the scheduled action does, without its commits."""
        for code in codes:
            job = cls.jobs.search([("code", "=", code)])
            model = cls.env[job.model]
            if rebuild:
                getattr(model, f"_forget_{code}")()
            cursor = None
            while True:
                cursor, done, total = getattr(model, f"_analyse_{code}")(as_of, cursor)
                assert done <= total
                if not cursor:
                    break
        cls.env.invalidate_all()
