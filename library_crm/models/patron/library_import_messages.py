from odoo import api, models


class LibraryImportRun(models.Model):
    """The sentence behind each code that readers and loaders give."""

    _inherit = "library.import.run"

    @api.model
    def _sentence(self, code, params=None):
        """A code with its params in the user's language; the bare code where nobody wrote a sentence."""
        if not code:
            return False
        sentence = self._sentences().get(code)
        return sentence % (params or {}) if sentence else code

    @api.model
    def _sentences(self):
        """Sentences by code, with %(name)s for each param; extend it for codes of an own loader."""
        return {
            **self._sentences_file(),
            **self._sentences_row(),
            **self._sentences_note(),
            **self._sentences_api(),
            **self._sentences_run(),
        }

    @api.model
    def _sentences_file(self):
        """Sentences about a file as a whole."""
        return {
            "empty_file": self.env._("The file is empty."),
            "no_rows": self.env._("The file has a header and no rows."),
            "not_a_table": self.env._("This is not a table: save it as CSV or XLSX."),
            "html_page": self.env._("This is a web page, not a table. The export may have asked for a login."),
            "old_xls": self.env._("This is a workbook in the old XLS format: save it as XLSX or CSV."),
            "encrypted": self.env._("This workbook is protected by a password: save it without one."),
            "broken_xlsx": self.env._("This workbook is damaged or cut off."),
            "xlsx_too_large": self.env._(
                "Unpacked, this workbook would take %(size)s MB; at most %(limit)s MB are read."
            ),
            "xlsx_bomb": self.env._("This workbook is packed suspiciously tight (1 : %(ratio)s) and was not opened."),
            "xlsx_unsafe": self.env._(
                "This workbook carries definitions that a table does not need and was not opened."
            ),
            "too_many_header_columns": self.env._("The header names %(found)s columns; at most %(limit)s are read."),
            "duplicate_column": self.env._("The column “%(column)s” stands in the header twice."),
            "missing_column": self.env._("The column “%(column)s” is missing."),
            "unknown_encoding": self.env._("The text of the file cannot be read as %(encoding)s."),
            "file_gone": self.env._("The file cannot be opened."),
        }

    @api.model
    def _sentences_row(self):
        """Sentences about a row."""
        return {
            "too_few_columns": self.env._("The row has %(found)s columns; the header has %(expected)s."),
            "too_many_columns": self.env._("The row has %(found)s columns; the header has %(expected)s."),
            "nul_byte": self.env._("The row contains NUL bytes."),
            "undecodable": self.env._("The row is not written in %(encoding)s like the rest of the file."),
            "cell_too_long": self.env._(
                "The column “%(column)s” holds %(found)s characters; at most %(limit)s are read."
            ),
            "open_quote": self.env._("A quotation mark is opened and never closed."),
            "missing_value": self.env._("The column “%(column)s” is empty."),
            "bad_date": self.env._("“%(value)s” in the column “%(column)s” is not a date."),
            "bad_number": self.env._("“%(value)s” in the column “%(column)s” is not a number."),
            "bad_year": self.env._("“%(value)s” is not a year."),
            "bad_email": self.env._("“%(value)s” is not an e-mail address."),
            "duplicate_value": self.env._("“%(value)s” in the column “%(column)s” stands in line %(line)s already."),
            "duplicate_row": self.env._("The same group stands in line %(line)s already."),
            "no_key": self.env._(
                "The row has neither a card nor a number nor an account by which the patron could be found again."
            ),
            "redacted": self.env._("The library system does not show this patron to our account."),
            "unknown_kind": self.env._("“%(value)s” is not a kind of use that we know."),
            "no_group": self.env._("The row names no group."),
            "no_basis": self.env._("No lawful basis for keeping this person is given."),
            "value_too_long": self.env._(
                "The column “%(column)s” holds %(found)s characters; at most %(limit)s are kept."
            ),
        }

    @api.model
    def _sentences_note(self):
        """Sentences about what was found on the way."""
        return {
            "not_xlsx": self.env._("The file is named like a workbook and is plain text; it was read as such."),
            "not_csv": self.env._("The file is named like plain text and is a workbook; it was read as such."),
            "ambiguous_dates": self.env._("The dates can be read as %(chosen)s or %(other)s; %(chosen)s was taken."),
            "mixed_encodings": self.env._(
                "%(rows)s rows of the sample are not written in %(encoding)s; they will be refused."
            ),
            "other_sheets": self.env._("Only the sheet “%(sheet)s” is read; the workbook has %(others)s more."),
            "rows_after_gap": self.env._("Reading ended after %(rows)s empty rows, at line %(line)s."),
            "column_dropped": self.env._("The column “%(column)s” is never read."),
            "address_dropped": self.env._("“%(value)s” is not an e-mail address and was left out."),
            "value_dropped": self.env._("“%(value)s” in the column “%(column)s” is not understood and was left out."),
        }

    @api.model
    def _sentences_api(self):
        """Sentences about a library system that does not answer as it should."""
        return {
            "api_bad_url": self.env._(
                "The address of the library system must start with http:// or https:// and name a server."
            ),
            "api_unreachable": self.env._("The library system cannot be reached."),
            "api_timeout": self.env._("The library system did not answer in time."),
            "api_unauthorised": self.env._("The library system does not accept the name and the secret."),
            "api_forbidden": self.env._("The account may not read this in the library system."),
            "api_not_found": self.env._("There is no such service at this address (%(path)s)."),
            "api_bad_query": self.env._("The library system did not understand the question."),
            "api_busy": self.env._("The library system asks to come back later."),
            "api_failed": self.env._("The library system failed (%(status)s)."),
            "api_redirect": self.env._("The library system sends us to another server; that is not followed."),
            "api_not_json": self.env._(
                "The library system answered with a page or with garbled data instead of records."
            ),
            "api_too_large": self.env._("The answer of the library system is larger than %(limit)s MB."),
            "api_bad_records": self.env._("The library system answered with something other than a list of records."),
        }

    @api.model
    def _sentences_run(self):
        """Sentences of the runs themselves."""
        return {
            "unknown_type": self.env._(
                "No patron type has the code “%(value)s”. Map it in the profile, or let the import make it."
            ),
            "unknown_branch": self.env._(
                "No branch has the code “%(value)s”. Map it in the profile, or let the import make it."
            ),
            "manual_wins": self.env._("A person entered what stands here; it is kept"),
            "identity_moved": self.env._("“%(value)s” has belonged to somebody else and goes to this patron"),
            "kept_value": self.env._("Changed by somebody since, kept: %(fields)s"),
            "kept_patron": self.env._("Used by somebody since the import, kept"),
            "undone": self.env._("Everything that this import did was taken back."),
            "undone_kept": self.env._(
                "Taken back; %(kept)s patrons were kept wholly or in part, because somebody has worked with them since."
            ),
            "cancelled": self.env._("Stopped after %(rows)s rows. What came in stays until you undo it."),
            "unexpected": self.env._(
                "The import failed after %(rows)s rows for a reason that we did not foresee; the server's "
                "log tells it. What came in stays, and the import can go on."
            ),
        }
