import io
from collections import OrderedDict

from lxml.html import fromstring
from markupsafe import Markup

from odoo import models
from odoo.tools.pdf import PdfReader, PdfWriter

from odoo.addons.base.models.ir_actions_report import _wkhtml

OWN = "library_crm."
MARK = "/LibraryPages"
"""Stands in a file whose pages are numbered, so that no page gets two numbers."""
MILLIMETRE = 72 / 25.4


class IrActionsReport(models.Model):
    """Our reports have page numbers and a language whatever print program is installed.

    The build that Debian and Ubuntu ship draws neither header nor footer and prints one record at a time. Numbers are
    therefore laid over the finished pages; with the other build as well, so that both look alike.
    """

    _inherit = "ir.actions.report"

    def _is_of_library(self):
        self.ensure_one()
        return self.report_name.startswith(OWN)

    def _prepare_html(self, html, report_model=False):
        """The language of our pages stands on the page itself, not only within it."""
        prepared = super()._prepare_html(html, report_model=report_model)
        if not prepared or not self or not self._is_of_library():
            return prepared
        bodies, *rest = prepared
        lang = fromstring(html).get("lang") or (self.env.lang or "en_US").replace("_", "-")
        page = Markup('<html lang="%s"') % lang
        return ([body.replace(Markup("<html"), page, 1) for body in bodies], *rest)

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report_sudo = self._get_report(report_ref)
        if not report_sudo._is_of_library():
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
        ids = list(res_ids or [])
        if len(ids) > 1 and len(ids) == len(set(ids)) and not _wkhtml().is_patched_qt:
            streams = OrderedDict()
            for res_id in ids:
                streams.update(super()._render_qweb_pdf_prepare_streams(report_ref, dict(data or {}), res_ids=[res_id]))
        else:
            streams = super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
        for printed in streams.values():
            if printed["stream"]:
                printed["stream"] = io.BytesIO(self._number_pages(printed["stream"].getvalue(), report_sudo.name))
        return streams

    def _number_pages(self, content, title):
        """Lay “2 / 5” over the foot of each page; a single page stays as it is.

        :param bytes content: a PDF
        :param str title: what the file is called in the reader's window; nobody's name
        :return: bytes
        """
        reader = PdfReader(io.BytesIO(content))
        if MARK in (reader.metadata or {}):
            return content
        writer = PdfWriter()
        writer.clone_document_from_reader(reader)
        pages = list(writer.pages)
        if len(pages) > 1:
            for page, number in zip(pages, self._page_numbers(pages), strict=True):
                page.merge_page(number)
        writer.add_metadata({MARK: "1", "/Title": title or ""})
        result = io.BytesIO()
        writer.write(result)
        return result.getvalue()

    def _page_numbers(self, pages):
        """Pages of the same sizes with nothing on them but their number."""
        from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

        sheet = io.BytesIO()
        canvas = Canvas(sheet)
        for number, page in enumerate(pages, 1):
            width, height = float(page.mediabox.width), float(page.mediabox.height)
            canvas.setPageSize((width, height))
            canvas.setFont("Helvetica", 9)
            canvas.setFillGray(0.35)
            canvas.drawCentredString(width / 2, 9 * MILLIMETRE, f"{number} / {len(pages)}")
            canvas.showPage()
        canvas.save()
        return PdfReader(io.BytesIO(sheet.getvalue())).pages
