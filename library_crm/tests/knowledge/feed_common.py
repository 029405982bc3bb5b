from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour news</title>%s</channel></rss>'
OAI = (
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-11-20T10:00:00Z</responseDate>%s</OAI-PMH>'
)
RECORD = (
    "<record><header%s><identifier>oai:repo.test:%s</identifier><datestamp>2026-01-01</datestamp></header>%s</record>"
)
METADATA = (
    '<metadata><dc xmlns="http://purl.org/dc/elements/1.1/"><title>%s</title><date>2026</date>'
    "<subject>551.46</subject></dc></metadata>"
)
IDENTIFY = OAI % (
    "<Identify><repositoryName>Repository of tides</repositoryName><granularity>YYYY-MM-DDThh:mm:ssZ</granularity>"
    "<deletedRecord>persistent</deletedRecord></Identify>"
)
SETS = OAI % "<ListSets><set><setSpec>sea</setSpec><setName>The sea</setName></set></ListSets>"


def entry(number, title=None, more=""):
    return f"<item><guid>urn:item:{number}</guid><title>{title or f'Quay walls number {number}'}</title>{more}</item>"


def record(number, title=None, deleted=False):
    title = title or f"Tides of the bay {number}"
    return RECORD % (' status="deleted"' if deleted else "", number, "" if deleted else METADATA % title)


def page(records, token=""):
    return OAI % f"<ListRecords>{records}<resumptionToken>{token}</resumptionToken></ListRecords>"


class Source(BaseHTTPRequestHandler):
    """A source that answers with what `server.answers` holds for a path, or for the token that is asked for.

    An answer is a text, or (status, headers, text).
    """

    def log_message(self, *_args):
        pass

    def do_GET(self):
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.server.asked.append((parts.path, asked, dict(self.headers)))
        answers = self.server.answers
        key = {"Identify": IDENTIFY, "ListSets": SETS}.get(asked.get("verb"))
        answer = key or answers.get(asked.get("resumptionToken") or parts.path, (404, {}, ""))
        if callable(answer):
            answer = answer(asked)
        if answer == "endless":
            self._never_end()
            return
        status, headers, text = answer if isinstance(answer, tuple) else (200, {}, answer)
        body = text if isinstance(text, bytes) else text.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _never_end(self):
        self.send_response(200)
        self.end_headers()
        try:
            self.wfile.write((RSS % entry(1)).split("</channel>")[0].encode())
            while True:
                self.wfile.write(entry(2).encode() * 1000)
        except OSError:
            self.close_connection = True


def serve(test, **answers):
    """Start a source for a test, and let the addon ask it.

    :return: (server, its address)
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), Source)
    server.daemon_threads = True
    server.asked, server.answers = [], {f"/{path}": answer for path, answer in answers.items()}
    Thread(target=server.serve_forever, daemon=True).start()
    test.addCleanup(server.server_close)
    test.addCleanup(server.shutdown)
    host = f"127.0.0.1:{server.server_address[1]}"
    test.env["ir.config_parameter"].set_param("library_crm.fetch_allowed_hosts", host)
    return server, f"http://{host}"
