import secrets
from datetime import UTC

from odoo import api, fields, models
from odoo.fields import Command, Domain

from ...lib.alert_match import entries
from ...lib.alert_rss import feed
from ...lib.form_input import FormRefused, as_id, clean_line, clean_text

MOST_ALERTS = 20
WORDS_LENGTH = 2000
HITS_SHOWN = 10
HITS_IN_FEED = 50
VERBS = ("pause", "start", "delete", "feed", "unfeed")


class LibraryAlertProfile(models.Model):
    """A patron's own alerts on the portal: everything here concerns the signed-in patron or a secret's own alert."""

    _inherit = "library.alert.profile"

    @api.model
    def _portal_own(self):
        """The signed-in patron's alerts, in sudo mode."""
        if self.env.user._is_public():
            return self.sudo().browse()
        # sudo: patrons have no right to alerts as such; these are the visitor's own
        return self.sudo().search([("patron_id.partner_id", "=", self.env.user.partner_id.id)])

    @api.model
    def _portal_find(self, profile_id):
        """One of the patron's own alerts, in sudo mode; an empty one for everything else."""
        number = as_id(profile_id)
        return self._portal_own().filtered(lambda one: one.id == number)

    @api.model
    def _portal_list_values(self):
        """What the page of one's alerts shows."""
        own_sudo = self._portal_own()
        return {
            "alerts": [{"alert": one, "cards": one._portal_cards(), "feed": one._feed_url()} for one in own_sudo],
            "can_add": len(own_sudo) < MOST_ALERTS,
        }

    def _portal_cards(self):
        """The newest finds of this alert that may still be read."""
        self.ensure_one()
        hits = self.env["library.alert.hit"].search([("profile_id", "=", self.id)], limit=3 * HITS_SHOWN)
        return hits._readable()[:HITS_SHOWN]._cards()

    @api.model
    def _portal_form_values(self, alert_sudo=None):
        """What the form offers, and what stands in it."""
        alert_sudo = alert_sudo or self.sudo().browse()  # sudo: the visitor's own alert, or none
        field = self._fields
        # sudo: names of classes and languages are no secret
        classes = self.env["library.subject"].sudo().search([("parent_id", "=", False)])
        langs = self.env["res.lang"].sudo().search(Domain.TRUE)
        return {
            "alert": alert_sudo,
            "classes": classes,
            "langs": langs,
            "cadences": field["cadence"]._description_selection(self.env),
            "channels": field["channel"]._description_selection(self.env),
            "typed": {
                "name": alert_sudo.name or "", "words_any": alert_sudo.words_any or "",
                "words_all": alert_sudo.words_all or "", "words_none": alert_sudo.words_none or "",
                "cadence": alert_sudo.cadence or "weekly", "channel": alert_sudo.channel or "mail",
                "joined": alert_sudo.joined or "both",
                "classes": alert_sudo.subject_ids.ids, "langs": alert_sudo.lang_ids.ids,
                "takes_items": alert_sudo.takes_items if alert_sudo else True,
                "takes_articles": alert_sudo.takes_articles if alert_sudo else True,
                "takes_solutions": alert_sudo.takes_solutions if alert_sudo else True,
            },
        }

    @api.model
    def _portal_read(self, form, lists):
        """The values of an untrusted form.

        :param dict form: first values of each field
        :param lists: callable, all values of a field
        :raise FormRefused: with a sentence for each field that cannot be taken
        """
        # sudo: looked up by id only, in lists that everybody may read
        subjects = self.env["library.subject"].sudo().search([("id", "in", [as_id(one) for one in lists("classes")])])
        langs = self.env["res.lang"].sudo().search([("id", "in", [as_id(one) for one in lists("langs")])])
        values = {
            "name": clean_line(form.get("name"), 200),
            **{name: clean_text(form.get(name), WORDS_LENGTH) or False
               for name in ("words_any", "words_all", "words_none")},
            **{name: form.get(name) if form.get(name) in dict(self._fields[name].selection) else default
               for name, default in (("cadence", "weekly"), ("channel", "mail"), ("joined", "both"))},
            **{name: bool(form.get(name)) for name in ("takes_items", "takes_articles", "takes_solutions")},
            "subject_ids": [Command.set(subjects.ids)],
            "lang_ids": [Command.set(langs.ids)],
        }
        errors = {}
        if not values["name"]:
            errors["name"] = self.env._("Please give the alert a name.")
        if not entries(values["words_any"]) and not entries(values["words_all"]) and not subjects:
            errors["words_any"] = self.env._("Please write at least one word, or choose a class.")
        if not any(values[name] for name in ("takes_items", "takes_articles", "takes_solutions")):
            errors["kinds"] = self.env._("Please choose what you want to hear of.")
        return values, errors

    @api.model
    def _portal_save(self, form, lists, alert_sudo):
        """Make or change an alert of the signed-in patron; it runs from now on.

        :return: the alert, in sudo mode
        """
        values, errors = self._portal_read(form, lists)
        if errors:
            raise FormRefused(errors)
        patron_sudo = self.env["library.patron"]._portal_own()
        if alert_sudo:
            alert_sudo.write(values)
        else:
            if len(self._portal_own()) >= MOST_ALERTS:
                raise FormRefused({"form": self.env._("You have many alerts. Please delete one first.")})
            # sudo: the visitor's own alert, values checked
            alert_sudo = self.sudo().create({
                **values, "patron_id": patron_sudo.id, "company_id": patron_sudo.company_id.id, "made_by": "patron",
                "owner_id": False, "state": "active",
            })
        alert_sudo._portal_agree(patron_sudo)
        if alert_sudo.channel == "rss" and not alert_sudo.token:
            alert_sudo._give_token()
        return alert_sudo

    def _portal_agree(self, patron_sudo):
        """Asking for mails is a yes to them."""
        if self.channel == "mail" and not patron_sudo._allows("alerts"):
            patron_sudo._give("alerts", source="portal", note=self.name)

    @api.model
    def _portal_preview(self, form, lists):
        """What an alert that was typed but not saved would have found.

        :return: dict of count and rows (title, why)
        """
        values, errors = self._portal_read(form, lists)
        if errors:
            raise FormRefused(errors)
        company = self.env["library.patron"]._portal_own().company_id
        # sudo: the draft is thrown away; the preview reads what patrons may read
        draft_sudo = self.sudo().new({**values, "company_id": company.id})
        count, found = self.env["library.alert.item"].sudo()._preview(draft_sudo)
        rows = [{"title": record.display_name, "why": why} for record, why in draft_sudo._preview_reasons(found)]
        return {"count": count, "rows": rows}

    def _portal_do(self, verb):
        """One of VERBS, checked by the route, on the patron's own alert."""
        self.ensure_one()
        if verb == "delete":
            self.unlink()
        elif verb == "pause":
            self.write({"state": "paused"})
        elif verb == "start":
            self._portal_agree(self.patron_id)
            self._start()
        elif verb == "feed":
            self._give_token()
        else:
            self.token = False

    # The feed

    def _give_token(self):
        """A new secret address; the old one opens nothing any more."""
        self.ensure_one()
        self.token = secrets.token_urlsafe(24)

    def _feed_url(self):
        self.ensure_one()
        return f"{self.get_base_url()}/library/alerts/{self.token}.xml" if self.token else ""

    @api.model
    def _feed(self, token):
        """The feed of the alert with this secret, as bytes; None for any other secret."""
        if not isinstance(token, str) or len(token) < 20:
            return None
        # sudo: whoever holds the secret reads the finds of its alert
        alert_sudo = self.sudo().search([("token", "=", token)], limit=1)
        if not alert_sudo or not alert_sudo.patron_id.active:
            return None
        alert_sudo = alert_sudo.with_context(lang=alert_sudo.patron_id.lang)
        hits = alert_sudo.env["library.alert.hit"].search(
            [("profile_id", "=", alert_sudo.id), ("state", "not in", ("not_relevant", "stopped"))], limit=HITS_IN_FEED
        )
        base = alert_sudo.get_base_url()
        rows = [
            {
                "guid": f"library-alert-{card['hit'].id}", "title": card["title"],
                "link": card["url"] if card["url"].startswith("http") or not card["url"] else base + card["url"],
                "text": " — ".join(filter(None, [card["about"], card["excerpt"], card["why"]])),
                "date": fields.Datetime.to_datetime(card["hit"].date).replace(tzinfo=UTC),
            }
            for card in hits._readable()._cards()
        ]
        return feed(alert_sudo.name, f"{base}/my/alerts", alert_sudo.patron_id.lang, rows)
