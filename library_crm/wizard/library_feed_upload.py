import base64
import io

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..connectors import dublin_core, marc_file, table_file
from ..connectors.harvest_messages import SENTENCES, HarvestError

MOST_MB = 20
SHOWN = 15
BATCH = 500
ENCODINGS = [
    ("auto", "Find it out"), ("utf-8", "UTF-8"), ("gb18030", "GBK, GB18030"), ("big5hkscs", "Big5"),
    ("marc-8", "MARC-8"),
]  # fmt: skip


class LibraryFeedUpload(models.TransientModel):
    """A file of records (MARC, Dublin Core or a table): looked at first, then taken into the incoming items."""

    _name = "library.feed.upload"
    _description = "Upload of Records"

    file = fields.Binary(attachment=False)
    file_name = fields.Char()
    encoding = fields.Selection(
        ENCODINGS, required=True, default="auto", help="Of the texts in a file of MARC records."
    )
    company_id = fields.Many2one(
        "res.company", string="Institution", required=True, default=lambda self: self.env.company
    )
    subject_ids = fields.Many2many("library.subject", string="Everything belongs to")
    decision = fields.Selection(
        [("new", "A steward decides"), ("kept", "Keep them")], "What becomes of them", required=True, default="new",
    )
    state = fields.Selection(
        [("file", "File"), ("preview", "Preview"), ("done", "Done")], default="file", required=True, readonly=True
    )
    message = fields.Char(readonly=True)
    found_count = fields.Integer("Records", readonly=True)
    refused_count = fields.Integer("Refused", readonly=True)
    line_ids = fields.One2many("library.feed.upload.line", "upload_id", readonly=True)
    refused_file = fields.Binary("Refused records", readonly=True, attachment=False)
    refused_name = fields.Char(readonly=True)
    run_id = fields.Many2one("library.feed.run", readonly=True)

    def _check_may_upload(self):
        self.env["library.feed.item"].check_access("write")
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("This institution is not among yours."))

    def _read(self):
        """The records of the file.

        :return: (rows, count of the refused, (bytes, name) of a file of them or None)
        """
        body = base64.b64decode(self.file or b"")
        if not body.strip():
            raise HarvestError("empty_file")
        if len(body) > MOST_MB * 1_000_000:
            raise HarvestError("file_size", {"limit": MOST_MB})
        today = fields.Date.context_today(self)
        name = (self.file_name or "records").replace("/", "_")[:100]
        if marc_file.looks_like(body):
            found = marc_file.read(body, today, None if self.encoding == "auto" else self.encoding)
            return found.rows, len(found.refused), self._as_file(found.refused, name)
        head = body.lstrip(b"\xef\xbb\xbf\r\n\t ")[:4000]
        if head.startswith(b"<"):
            is_marc = b"MARC21/slim" in head or b"<leader" in head or b":leader" in head
            if is_marc:
                found = marc_file.read_xml(body, today)
                rows, refused = found.rows, found.refused
            else:
                rows, refused = dublin_core.read_xml(body, today)
            if not rows and not refused:
                raise HarvestError("unknown_file")
            return rows, len(refused), self._as_file(refused, name)
        rows, refused, facts = dublin_core.read_table(body, name, today)
        return rows, len(refused), self._as_table(refused, facts, name)

    def _as_file(self, refused, name):
        """The refused records as they came, one after the other."""
        raw = b"\n".join(data for _place, _code, data in refused if data)
        return (raw, f"refused-{name}") if raw else None

    def _as_table(self, refused, facts, name):
        if not refused:
            return None
        stream = io.BytesIO()
        why = self.env["library.feed"]._harvest_sentence("record_title")
        pairs = [(each.raw, str(each)) if hasattr(each, "raw") else (each[1], why) for each in refused]
        table_file.write_refused(stream, facts, pairs)
        return stream.getvalue(), f"refused-{name}"

    def action_preview(self):
        """Look at the file; nothing is kept yet."""
        self.ensure_one()
        self._check_may_upload()
        try:
            rows, refused, refused_file = self._read()
        except HarvestError as error:
            self.write({"state": "file", "message": self._sentence(error)})
            return self._again()
        self.line_ids.unlink()
        self.write({
            "state": "preview", "message": False, "found_count": len(rows), "refused_count": refused,
            "refused_file": base64.b64encode(refused_file[0]) if refused_file else False,
            "refused_name": refused_file[1] if refused_file else False,
            "line_ids": [fields.Command.create(self._prepare_line(row)) for row in rows[:SHOWN]],
        })
        return self._again()

    def _sentence(self, error):
        return self.env["library.feed"]._harvest_sentence(error.code, error.params) or SENTENCES[error.code]

    @api.model
    def _prepare_line(self, row):
        return {
            "title": row.title, "creators": "; ".join(row.creators), "year": row.year,
            "number": row.isbn or row.doi or row.issn, "marks": ", ".join(mark for _scheme, mark in row.marks),
        }

    def action_back(self):
        """Choose another file or another encoding."""
        self.write({"state": "file", "message": False})
        return self._again()

    def action_take(self):
        """Take the records into the incoming items."""
        self.ensure_one()
        self._check_may_upload()
        try:
            rows, refused, _refused_file = self._read()
        except HarvestError as error:
            raise UserError(self._sentence(error)) from None
        # sudo: readings and items are written by the machinery only; who may upload was checked above
        run_sudo = self.env["library.feed.run"].sudo().create({
            "name": self.file_name or self.env._("Uploaded file"), "company_id": self.company_id.id,
        })
        Item_sudo = self.env["library.feed.item"].sudo()
        for start in range(0, len(rows), BATCH):
            piece = rows[start : start + BATCH]
            counts = Item_sudo._upsert(piece, self.company_id, run=run_sudo)
            run_sudo._count(page=1, found=len(piece), **counts)
        run_sudo._count(refused=refused)
        run_sudo._finish("partial" if refused else "ok")
        self._settle(Item_sudo.search([("run_id", "=", run_sudo.id), ("state", "=", "new")]))
        self.write({"state": "done", "run_id": run_sudo.id})
        return self._again()

    def _settle(self, items_sudo):
        """What was wished for all of them."""
        items = items_sudo.sudo(False)
        if self.subject_ids:
            items.write({"subject_ids": [fields.Command.link(subject.id) for subject in self.subject_ids]})
        if self.decision == "kept" and items:
            items._decide("kept")

    def action_open_items(self):
        """What was taken in."""
        action = self.env["ir.actions.act_window"]._for_xml_id("library_crm.library_feed_item_action")
        return action | {"domain": [("run_id", "=", self.run_id.id)], "context": {}}

    def _again(self):
        return {
            "type": "ir.actions.act_window", "res_model": self._name, "res_id": self.id, "view_mode": "form",
            "target": "new", "name": self.env._("Upload records"),
        }
