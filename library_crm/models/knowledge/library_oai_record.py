from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class LibraryOaiRecord(models.Model):
    """What harvesters were once told of: an article that is, or was, published for everybody.

    It outlives its article, so that whoever harvested it learns that it is gone.
    """

    _name = "library.oai.record"
    _description = "Record for Harvesters"
    _order = "date_stamp, id"
    _rec_name = "number"

    number = fields.Integer("Number of the article", required=True, readonly=True)
    date_stamp = fields.Datetime("Changed", required=True, readonly=True)
    is_deleted = fields.Boolean("No longer public", readonly=True)
    subject_ids = fields.Many2many("library.subject", string="Classes", readonly=True)
    company_id = fields.Many2one("res.company", "Institution", readonly=True, index=True, ondelete="cascade")

    _number_uniq = models.Constraint("UNIQUE (number)", "Harvesters know this article already.")
    _stamp_idx = models.Index("(date_stamp, id)")

    @api.model
    def _domain_served(self, companies):
        """What a visitor of these institutions is told of."""
        return Domain("company_id", "in", [False, *companies.ids])

    @api.model
    def _sync_all(self):
        """Tell of what was published before there was anybody to tell: after an installation."""
        self._sync(None)

    @api.model
    def _sync(self, numbers):
        """Bring the records of articles up to date, in four statements for any number of them.

        :param list numbers: ids of articles that changed; None: find what is missing or out of step
        """
        if numbers is not None and not numbers:
            return
        Article = self.env["library.article"]
        Article.flush_model(["state", "visibility", "company_id", "subject_ids"])
        self.flush_model()
        chosen = SQL("TRUE") if numbers is None else SQL("a.id IN %s", tuple(numbers))
        public = SQL("a.state = 'published' AND a.visibility = 'public'")
        now = self.env.cr.now().replace(microsecond=0)
        changed = [row[0] for row in self.env.execute_query(SQL(
            """
            INSERT INTO library_oai_record AS r (number, company_id, date_stamp, is_deleted, create_uid, create_date)
                 SELECT a.id, a.company_id, %(now)s, FALSE, %(uid)s, %(now)s
                   FROM library_article a
                  WHERE %(chosen)s AND %(public)s
            ON CONFLICT (number) DO UPDATE
                    SET date_stamp = EXCLUDED.date_stamp, is_deleted = FALSE, company_id = EXCLUDED.company_id
                  WHERE %(touched)s OR r.is_deleted
              RETURNING r.id
            """,
            now=now, uid=self.env.uid, chosen=chosen, public=public,
            touched=SQL("FALSE") if numbers is None else SQL("TRUE"),
        ))]  # fmt: skip
        self.env.cr.execute(SQL(
            """
            UPDATE library_oai_record r SET is_deleted = TRUE, date_stamp = %(now)s
             WHERE NOT r.is_deleted AND %(chosen)s
               AND NOT EXISTS (SELECT 1 FROM library_article a WHERE a.id = r.number AND %(public)s)
            """,
            now=now, public=public, chosen=SQL("TRUE") if numbers is None else SQL("r.number IN %s", tuple(numbers)),
        ))  # fmt: skip
        self._sync_classes(changed)
        self.invalidate_model()

    @api.model
    def _sync_classes(self, record_ids):
        """Copy the classes of articles: of a deleted one, harvesters ask by the classes that it had."""
        if not record_ids:
            return
        ours, theirs = self._fields["subject_ids"], self.env["library.article"]._fields["subject_ids"]
        names = {
            "ours": SQL.identifier(ours.relation), "record": SQL.identifier(ours.column1),
            "subject": SQL.identifier(ours.column2), "theirs": SQL.identifier(theirs.relation),
            "article": SQL.identifier(theirs.column1), "class": SQL.identifier(theirs.column2),
            "ids": tuple(record_ids),
        }  # fmt: skip
        self.env.cr.execute(SQL("DELETE FROM %(ours)s WHERE %(record)s IN %(ids)s", **names))
        self.env.cr.execute(SQL(
            """
            INSERT INTO %(ours)s (%(record)s, %(subject)s)
                 SELECT r.id, t.%(class)s FROM library_oai_record r JOIN %(theirs)s t ON t.%(article)s = r.number
                  WHERE r.id IN %(ids)s
            """,
            **names,
        ))  # fmt: skip

    # In the protocol's words

    def _get_ancestors(self):
        """The classes of these records and all broader ones, by id."""
        paths = {int(number) for path in self.subject_ids.mapped("parent_path") for number in path.split("/") if number}
        return self.env["library.subject"].with_context(active_test=False).browse(sorted(paths))
