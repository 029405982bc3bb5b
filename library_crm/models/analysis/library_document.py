import base64
import tempfile
from contextlib import contextmanager
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.misc import format_date, format_datetime

from ...lib.workbook import Workbook

LONGEST_YEARS = 50
FORMAT = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class LibraryDocument(models.Model):
    """A workbook that the library makes again and again: from the menu, on schedule and over the API.

    A kind of document is a record with a code, and a method `_build_<code>` that writes its sheets. Whatever it tells
    of people has passed the guard of figures; what it tells of records, its reader may read.
    """

    _name = "library.document"
    _description = "Document to Make"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, readonly=True)
    name = fields.Char("Document", required=True, translate=True)
    description = fields.Text("What it holds", translate=True)
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(code)", "There is a document of this code already.")

    @api.model
    def api_make(self, code, date_from, date_to, lang=None):
        """Make a document of the institution at work and return it.

        :param str code: of the document, `monthly_service` for example
        :param str date_from: first day, `2026-11-01`
        :param str date_to: last day
        :param str lang: code of an installed language; the account's if none is given
        :return: {name, mimetype, content: base64}
        :raise UserError: for a code, a period or a language that there is not
        :raise AccessError: for who may not make documents
        """
        self.browse().check_access("read")
        installed = dict(self.env["res.lang"].get_installed())
        if lang and lang not in installed:
            raise UserError(self.env._("This language is not installed: %(lang)s", lang=lang))
        documents = self.with_context(lang=lang) if lang else self
        document = documents.search([("code", "=", str(code))])
        if not document:
            raise UserError(self.env._(
                "There is no such document: %(code)s. There are: %(codes)s", code=code,
                codes=", ".join(self.search([("active", "=", True)]).mapped("code")),
            ))
        first, last = self._as_day(date_from), self._as_day(date_to)
        with document._written(first, last, self.env.company) as (name, target):
            content = base64.b64encode(target.read()).decode()
        return {"name": name, "mimetype": FORMAT, "content": content}

    @api.model
    def _as_day(self, given):
        try:
            return given if isinstance(given, date) else date.fromisoformat(str(given))
        except ValueError:
            raise UserError(self.env._("This is no day: %(given)s. Write 2026-11-30.", given=given)) from None

    @api.model
    def _check_period(self, date_from, date_to):
        if date_from > date_to:
            raise ValidationError(self.env._("The period ends before it begins."))
        if date_to.year - date_from.year > LONGEST_YEARS or date_from.year < 1900:
            raise ValidationError(self.env._("Choose a period of at most %(years)s years.", years=LONGEST_YEARS))

    @contextmanager
    def _written(self, date_from, date_to, company, **options):
        """The document as a file that is gone afterwards.

        :param date date_from, date_to: first and last day
        :param company: the institution, one of the reader's
        :param options: what this kind of document wants to know beside it
        :return: (name of the file, the open file)
        """
        self.ensure_one()
        self.check_access("read")
        self._check_period(date_from, date_to)
        if company not in self.env.companies:
            raise AccessError(self.env._("This institution is not among yours."))
        build = getattr(self.with_company(company), f"_build_{self.code}", None)
        if build is None:
            raise UserError(self.env._("Nothing makes this document any more: %(name)s", name=self.name))
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as target:
            with Workbook(
                target.name, title=self._title(date_from, date_to, company), lang=self.env.lang or "en_US",
                printed_on=self._printed_on(company), words=self._words(),
            ) as book:  # fmt: skip
                build(book, date_from, date_to, company, **options)
            target.seek(0)
            yield self._file_name(date_from, date_to), target

    def _title(self, date_from, date_to, company):
        first, last = format_date(self.env, date_from), format_date(self.env, date_to)
        return f"{self.name} · {company.name} · {first} – {last}"

    def _printed_on(self, company):
        return f"{company.name} · {format_datetime(self.env, fields.Datetime.now(), dt_format='short')}"

    def _file_name(self, date_from, date_to):
        return f"{self.code.replace('_', '-')}-{date_from}-{date_to}.xlsx"

    @api.model
    def _words(self):
        """What stands around the data of a workbook, in the reader's language."""
        _ = self.env._
        card = self.env["library.figure.card"].fields_get(attributes=["string"])
        names = ("name", "numerator", "denominator", "period", "exclusions", "scale", "interval", "edition")
        return {
            **{name: card[name]["string"] for name in names},
            "total": _("Total"), "definitions": _("What the figures mean"), "page": _("Page"),
        }

    @api.model
    def _define(self, book, codes):
        """Add the sheet of definitions of some figures."""
        cards = self.env["library.figure.card"]._cards(codes)
        book.definitions([cards[code] for code in codes if code in cards])
