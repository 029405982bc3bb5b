import contextlib
import os

from odoo import models
from odoo.modules.registry import Registry


class LibraryImportRun(models.Model):
    """The uploaded file leaves the disk with the run: Odoo alone would keep it until the next clean-up of its files."""

    _inherit = "library.import.run"

    def write(self, vals):
        names = self._stored_files() if "file" in vals else []
        result = super().write(vals)
        if names:
            self._shred(names)
        return result

    def unlink(self):
        names = self._stored_files()
        result = super().unlink()
        self._shred(names)
        return result

    def _stored_files(self):
        """Names in the filestore of these runs' uploaded files."""
        # sudo: attachments of these very records' field
        attachments_sudo = self.env["ir.attachment"].sudo().search(
            [("res_model", "=", self._name), ("res_field", "=", "file"), ("res_id", "in", self.ids)])
        return [name for name in attachments_sudo.mapped("store_fname") if name]

    def _shred(self, names):
        """Remove files from the disk once it is certain that nothing refers to them."""
        dbname = self.env.cr.dbname
        paths = {name: self.env["ir.attachment"]._full_path(name) for name in names}

        def remove():
            with Registry(dbname).cursor() as cr:
                cr.execute("SELECT store_fname FROM ir_attachment WHERE store_fname = ANY(%s)", [list(paths)])
                kept = {name for (name,) in cr.fetchall()}
            for name in paths.keys() - kept:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(paths[name])

        if paths:
            self.env.cr.postcommit.add(remove)
