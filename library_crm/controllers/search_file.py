from odoo import http
from odoo.http import content_disposition, request

from ..lib.form_input import clean_filename

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class LibrarySearchFile(http.Controller):
    """The search log of a case as a workbook, for staff."""

    @http.route("/library/workrooms/<int:workroom_id>/searches.xlsx", type="http", auth="user", methods=["GET"],
                readonly=True)  # fmt: skip
    def search_workbook(self, workroom_id, **_query):
        Workroom = request.env["library.workroom"]
        room = Workroom.has_access("read") and Workroom.search([("id", "=", workroom_id)])
        if not room:
            raise request.not_found()
        name = clean_filename(request.env._("Searches %(name)s", name=room.name), 80)
        return request.make_response(
            room._search_appendix_file(),
            [("Content-Type", WORKBOOK), ("Content-Disposition", content_disposition(f"{name}.xlsx"))],
        )
