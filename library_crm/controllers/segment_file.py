from odoo import http
from odoo.http import content_disposition, request

from ..lib.form_input import as_id, clean_filename

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class LibrarySegmentFile(http.Controller):
    """The tables of a segment as a workbook."""

    @http.route(
        "/library/segments/<int:segment_id>/<string:part>.xlsx",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def segment_workbook(self, segment_id, part, **query):
        segment = request.env["library.segment"].search([("id", "=", segment_id)])
        if not segment:
            return request.not_found()
        content = segment.get_page_file(part, as_id(query.get("other_id")))
        name = clean_filename(f"{segment.name} {part}.xlsx")
        return request.make_response(
            content, [("Content-Type", WORKBOOK), ("Content-Disposition", content_disposition(name))]
        )
