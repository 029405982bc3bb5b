from odoo import models


class LibraryPatronIdentity(models.Model):
    """An address, a number or a card that turns out to be somebody else's."""

    _inherit = "library.patron.identity"

    def action_detach(self):
        """Open the wizard that gives this identity to whom it belongs."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Belongs to somebody else"),
            "res_model": "library.identity.detach",
            "view_mode": "form",
            "target": "new",
            "context": {"default_identity_id": self.id},
        }

    def _detach(self, target=None):
        """Part an identity from its patron; from now on what comes in by it is not the old patron's.

        :param target: the patron to whom it belongs; empty: nobody we know
        """
        self.ensure_one()
        self.check_access("write")
        (self.patron_id | (target or self.patron_id)).check_access("write")
        old, value = self.patron_id, self.value
        contact_field = {"email": "email", "phone": "phone"}.get(self.kind)
        was_main = bool(contact_field) and self._normalize(self.kind, old[contact_field]) == self.value_normalized
        if target:
            self.write({"patron_id": target.id, "is_primary": False, "is_verified": False, "state": "active"})
            target._told_apart_from(old)
        else:
            self.write({"is_primary": False, "is_verified": False, "state": "wrong"})
        if was_main:
            others = old.identity_ids.filtered(lambda one: one.kind == self.kind and one.state == "active")
            new_main = others.sorted("is_primary", reverse=True)[:1]
            # on the contact record: the patron's own write would make an identity of it
            # sudo: the contact belongs to a patron whom this user may write
            old.sudo().partner_id.write({contact_field: new_main.value or False})
            new_main.is_primary = True
        if target and contact_field and not target[contact_field]:
            target.sudo().partner_id.write({contact_field: value})  # sudo: as above
            self.is_primary = True
        self._tell_detached(old, target, value)

    def _tell_detached(self, old, target, value):
        """A line in the chatters of both."""
        if target:
            old.message_post(body=self.env._(
                "“%(value)s” belongs to %(name)s and was given to that patron.", value=value, name=target.name))
            target.message_post(body=self.env._(
                "“%(value)s” came from the record of %(name)s.", value=value, name=old.name))
        else:
            old.message_post(body=self.env._("“%(value)s” belongs to somebody else.", value=value))


class LibraryPatron(models.Model):
    _inherit = "library.patron"

    def _told_apart_from(self, other):
        """Note that this patron and `other` are two people: the radar does not ask."""
        left, right = (self | other).sorted("id")
        # sudo: nobody writes pairs by hand; both patrons are in the hands of this user
        Pair_sudo = self.env["library.patron.duplicate"].sudo()
        pair = Pair_sudo.search([("left_id", "=", left.id), ("right_id", "=", right.id)]) or Pair_sudo.create(
            {"left_id": left.id, "right_id": right.id, "company_id": left.company_id.id})
        pair._decide("not_the_same")
