from odoo import http
from odoo.http import content_disposition, request

from ..lib.form_input import clean_filename

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class LibrarySavedReportFile(http.Controller):
    """Snapshots of saved reports as workbooks."""

    @http.route("/library/snapshots/<int:run_id>.xlsx", type="http", auth="user", methods=["GET"], readonly=True)
    def snapshot_workbook(self, run_id, **query):
        run = request.env["library.saved.report.run"].search([("id", "=", run_id)])
        if not run:
            return request.not_found()
        name = clean_filename(f"{run.display_name}.xlsx")
        return request.make_response(
            run._make_file(), [("Content-Type", WORKBOOK), ("Content-Disposition", content_disposition(name))]
        )
