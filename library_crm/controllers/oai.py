import gzip

from odoo import http
from odoo.http import request

from ..lib.oai_pmh import takes_gzip


class LibraryOai(http.Controller):
    """What everybody may read, for harvesters of other libraries (OAI-PMH 2.0)."""

    # csrf: the protocol posts; nothing is changed by it
    @http.route("/library/oai", type="http", auth="public", methods=["GET", "POST"], csrf=False, save_session=False)
    def oai(self, **_query):
        asked = request.httprequest
        pairs = [pair for values in (asked.args, asked.form) for pair in values.items(multi=True)]
        body = request.env["library.oai.provider"]._answer(pairs)
        headers = [("Content-Type", "text/xml; charset=utf-8"), ("Vary", "Accept-Encoding")]
        if takes_gzip(asked.headers.get("Accept-Encoding")):
            body = gzip.compress(body, 5)
            headers.append(("Content-Encoding", "gzip"))
        return request.make_response(body, headers)
