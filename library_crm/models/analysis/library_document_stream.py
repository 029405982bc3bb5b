from itertools import count

from odoo import api, models

AT_ONCE = 2000
_NUMBERS = count()


class LibraryDocument(models.Model):
    """Rows for documents straight from the database, a few at a time: a million of them take no memory."""

    _inherit = "library.document"

    @api.model
    def _stream(self, query):
        """The rows of a statement, in the transaction at work.

        :param SQL query: a SELECT
        :return: generator of tuples
        """
        self.env.flush_all()
        # a named cursor of the same connection: PostgreSQL keeps the rows and hands out AT_ONCE of them
        with self.env.cr._cnx.cursor(name=f"library_rows_{next(_NUMBERS)}") as cursor:
            cursor.itersize = AT_ONCE
            cursor.execute(query.code, query.params)
            yield from cursor
