from datetime import timedelta

from odoo.tools import SQL

from ..common import LibraryCase


class LibraryUseCase(LibraryCase):
    """The small library with patrons of whose use we know."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._alone()
        cls.today = cls.env.cr.now().date()
        cls.Segment = cls.env["library.segment"]
        cls.Trait = cls.env["library.patron.trait"]
        cls.subjects = cls.env["library.subject"].search([("scheme", "=", "ddc"), ("parent_id", "=", False)], limit=6)

    @classmethod
    def _alone(cls):
        """Whoever is in the database beside the two patrons of this test is out of the way, with all figures."""
        known = (cls.patron | cls.other_patron).ids
        cls.env["library.patron"].search([("id", "not in", known)]).active = False
        cls.env["library.segment"].search([]).active = False
        cls.env.flush_all()
        for table in ("usage", "patron_fact", "patron_axis", "patron_trait", "segment_member"):
            cls.env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(f"library_{table}")))
        cls.env.invalidate_all()

    @classmethod
    def _patrons(cls, count, **values):
        return cls.env["library.patron"].create(
            [{"name": f"Patron {number}", "lifecycle": "active", **values} for number in range(count)]
        )

    @classmethod
    def _use(cls, patrons, kind="loan", subject=None, uses=2, months=6, channel="onsite", back=0):
        """Counts of the last months for each patron, and a day of use in each of them."""
        cls.env.flush_all()
        first = cls.today.replace(day=1)
        days = [(first - timedelta(days=30 * number)).replace(day=1) for number in range(back, back + months)]
        cls.env["library.usage"]._ensure_partitions(min(days), max(days))
        cls.env.cr.execute_values(
            "INSERT INTO library_usage (company_id, patron_id, month, kind, subject_id, channel, uses) VALUES %s",
            [
                (patron.company_id.id, patron.id, day, kind, subject.id if subject else None, channel, uses)
                for patron in patrons
                for day in days
            ],
        )
        cls.env.cr.execute(
            """
            INSERT INTO library_usage (company_id, patron_id, month, kind, channel, uses)
            SELECT patron.company_id, patron.id, day, 'visit_day', 'onsite', 1
              FROM library_patron patron, unnest(%s::date[]) day
             WHERE patron.id = ANY(%s) AND NOT EXISTS (
                   SELECT FROM library_usage known
                    WHERE known.patron_id = patron.id AND known.month = day AND known.kind = 'visit_day')
            """,
            [days, patrons.ids],
        )

    @classmethod
    def _run(cls, *codes, as_of=None):
        """The jobs from beginning to end, without the runner."""
        for code in codes:
            job = cls.env["library.analysis.job"].search([("code", "=", code)])
            analyse, cursor = getattr(cls.env[job.model], f"_analyse_{code}"), None
            while True:
                cursor, _done, _total = analyse(as_of or cls.today, cursor)
                if not cursor:
                    break
        cls.env.invalidate_all()
