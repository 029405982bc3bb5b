import io
import json

from lxml.html import document_fromstring, tostring

from odoo.fields import Datetime
from odoo.http import Request
from odoo.tests import HttpCase
from odoo.tools import mute_logger

from ..common import LibraryCase

SCRIPTS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<details open ontoggle=alert(1)>",
    "<body onload=alert(1)>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<input autofocus onfocus=alert(1)>",
    "{{ 7*7 }}<t t-out='user'/>",
    "${7*7}<script src=//evil.test/x.js></script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
)


def live_parts(html):
    """What of SCRIPTS would run in a page: elements and attributes, not their escaped text."""
    found = []
    for element in document_fromstring(html or "<p/>").iter():
        text = (element.text or "") if element.tag == "script" else ""
        if "alert(1)" in text or "evil.test" in str(element.get("src")):
            found.append(tostring(element)[:200])
        for name, value in element.attrib.items():
            address = "".join(value.split()).lower()
            if (
                (name.startswith("on") and "alert" in value)
                or name == "srcdoc"
                or address.startswith("javascript:alert")
            ):
                found.append(f"{element.tag} {name}={value}")
            if address.startswith("data:text/html"):
                found.append(f"{element.tag} {name}={value}")
    return found


class LibraryPortalCase(HttpCase, LibraryCase):
    """The small library with its portal: two patrons with accounts, one published service."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service = cls.env["library.service"].create(
            {
                "name": "Early maps",
                "summary": "I look for an old map.",
                "is_published": True,
                "team_id": cls.team.id,
                "answer_hours": 8,
            }
        )
        cls.env.flush_all()

    def login(self, user=None):
        """Sign in as `user`, or nobody."""
        self.authenticate(user.login if user else None, user.login if user else None)

    def get(self, url):
        return self.url_open(url, allow_redirects=False, timeout=60)

    def post(self, url, data=None, files=None, csrf=True):
        """POST a form without following the redirect."""
        self.env.flush_all()
        form = {**({"csrf_token": Request.csrf_token(self)} if csrf else {}), **(data or {})}
        if files is None:
            response = self.url_open(url, data=form, allow_redirects=False, timeout=60)
        else:
            response = self.url_open(url, data=form, files=files, allow_redirects=False, timeout=60)
        self.env.invalidate_all()
        return response

    def rpc(self, url, params):
        """A JSON call whose error is part of the answer."""
        self.env.flush_all()
        with mute_logger("odoo.http"):
            response = self.url_open(
                url,
                data=json.dumps({"jsonrpc": "2.0", "method": "call", "id": 0, "params": params}),
                headers={"Content-Type": "application/json"},
            )
        self.env.invalidate_all()
        try:
            return response.json()
        except ValueError:
            return {"error": response.text}

    def ask(self, data=None, files=None, **more):
        """Send the form "Ask the library"."""
        form = {
            "service": self.service.id,
            "question": "Where do I find early maps of the harbour?",
            "email": "new@patrons.test",
            **(data or {}),
            **more,
        }
        return self.post("/library/ask/send", form, files)

    def newest_case(self):
        return self.env["library.case"].search([], order="id desc", limit=1)

    def file(self, name="map.txt", content=b"a map", mimetype="text/plain"):
        return ("attachments", (name, io.BytesIO(content), mimetype))

    def facts(self, record):
        """All stored plain values of a record, to see whether anything changed."""
        record.env.flush_all()
        record.env.invalidate_all()
        names = [
            name
            for name, field in record._fields.items()
            if field.store
            and field.type not in ("one2many", "binary")
            and name not in ("access_token", "write_date", "write_uid")
        ]
        return record.sudo().read(names, load="")[0]

    def counts(self):
        """How many records there are of what a request could make."""
        names = (
            "library.case", "library.workroom", "library.need", "library.patron", "library.mail.held",
            "mail.message", "mail.mail", "mail.activity", "ir.attachment", "rating.rating",
        )  # fmt: skip
        return {name: self.env[name].sudo().with_context(active_test=False).search_count([]) for name in names}

    def deliver(self, case, text="Here they are."):
        """An answer of the library, so that the patron can say whether it helped."""
        case.with_user(self.librarian)._answer(text)
        return case

    def assertHarmless(self, html):
        """Nothing that a visitor typed would run in this page."""
        self.assertEqual(live_parts(str(html)), [])

    def days_ago(self, days):
        return Datetime.subtract(Datetime.now(), days=days)
