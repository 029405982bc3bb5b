import json
from urllib.parse import urlsplit

from odoo import api, models

SCRIPT = """(function () {
    "use strict";
    const base = %(base)s;
    for (const place of document.querySelectorAll("[data-library-embed]:not([data-library-done])")) {
        const what = place.dataset.libraryEmbed === "search" ? "search" : "ask";
        const frame = document.createElement("iframe");
        frame.src = base + "/library/embed/" + what + "?lang=" + encodeURIComponent(place.dataset.lang || "");
        frame.title = place.dataset.title || %(title)s;
        frame.style.cssText = "width:100%%;border:0;min-height:" + (what === "search" ? "90px" : "520px");
        place.dataset.libraryDone = "1";
        place.appendChild(frame);
        window.addEventListener("message", (event) => {
            const height = event.data && event.data.libraryHeight;
            if (event.origin === base && event.source === frame.contentWindow && height > 0 && height < 5000) {
                frame.style.height = height + "px";
                frame.style.minHeight = "0";
            }
        });
    }
})();
"""


class LibraryEmbed(models.AbstractModel):
    """A small form and a search box that other web sites show inside their pages."""

    _name = "library.embed"
    _description = "Form inside Other Web Sites"

    @api.model
    def _get_origins(self):
        """The web sites that may show the form, as origins; none: nobody may."""
        # sudo: one setting
        text = self.env["ir.config_parameter"].sudo().get_param("library_crm.embed_origins") or ""
        return [origin for word in text.replace(",", " ").split() if (origin := self._read_origin(word))]

    @api.model
    def _read_origin(self, word):
        """The origin of an address, or None; a path or a quote does not get into the header."""
        try:
            parts = urlsplit(word)
            port = f":{parts.port}" if parts.port else ""
        except ValueError:
            return None
        host = parts.hostname or ""
        allowed = host and all(letter.isalnum() or letter in "-." for letter in host) and host.isascii()
        return f"{parts.scheme}://{host}{port}" if parts.scheme in ("http", "https") and allowed else None

    @api.model
    def _get_policy(self):
        origins = " ".join(["'self'", *self._get_origins()])
        return (
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src 'self'; "
            f"form-action 'self'; frame-ancestors {origins}; base-uri 'none'"
        )

    @api.model
    def _get_script(self):
        """The script that puts the frame into a page; empty while no web site is allowed."""
        if not self._get_origins():
            return ""
        parts = urlsplit(self.get_base_url())
        base = f"{parts.scheme}://{parts.netloc}"
        return SCRIPT % {"base": json.dumps(base), "title": json.dumps(self.env._("Ask the library"))}

    @api.model
    def _render(self, what, lang, form, errors, case):
        """The page inside the frame, in the language that is asked for."""
        installed = dict(self.env["res.lang"].get_installed())
        lang = lang if lang in installed else self.env.lang or "en_US"
        self = self.with_context(lang=lang)
        public = self.env(user=self.env.ref("base.public_user"), su=False)
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
        return self.env["ir.qweb"]._render("library_crm.embed_page", {
            "what": what, "lang": lang, "form": typed, "errors": errors, "case": case,
            "services": public["library.case"]._portal_services() if what == "ask" else [],
            "library": public.company.sudo().name,  # sudo: the institution's name
        })  # fmt: skip
