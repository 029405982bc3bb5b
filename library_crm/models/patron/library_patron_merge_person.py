from odoo import models
from odoo.tools import SQL


class LibraryPatronMerge(models.Model):
    """What a merge means for the person: sign-in, addresses, what was refused, what is on the list of duplicates."""

    _inherit = "library.patron.merge"

    # Sign-in

    def _accounts(self, patron):
        return self.env["res.users"].with_context(active_test=False).search([("partner_id", "=", patron.partner_id.id)])

    def _move_logins(self):
        """One person, one account: the survivor's stays and the other is archived; a lone one goes along.

        :return: {user id: [active, partner id]} as they were
        """
        kept, given = self._accounts(self.survivor_id), self._accounts(self.loser_id)
        before = {str(user.id): [user.active, user.partner_id.id] for user in given}
        if kept.filtered("active"):
            given.filtered("active").active = False
        elif given:
            self._set_partner(given, self.survivor_id.partner_id)
        return before

    def _return_logins(self):
        users = self.env["res.users"].browse([int(number) for number in self.moved["logins"]]).exists()
        for user in users:
            is_active, partner_id = self.moved["logins"][str(user.id)]
            self._set_partner(user, self.env["res.partner"].browse(partner_id))
            user.active = is_active

    def _set_partner(self, users, partner):
        # in SQL: the ORM would copy nothing, but checks that the account's company is the partner's on the way
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE res_users SET partner_id = %s WHERE id = ANY(%s)", partner.id, users.ids))
        self.env.invalidate_all()
        users.modified(["partner_id"])

    # Addresses and cards

    def _drop_identities(self, identities):
        """Mark identities that belong to neither of the two."""
        dropped = (identities or self.env["library.patron.identity"]).exists().sudo()
        dropped = dropped.filtered(lambda one: one.patron_id in (self.survivor_id | self.loser_id))
        dropped.write({"state": "wrong", "is_primary": False})
        return dropped.ids

    # What was refused

    def _standing_refusals(self):
        """Purposes to which one of the two said no, and nothing since."""
        patrons = self.survivor_id | self.loser_id
        return [
            purpose for purpose, _label in self.env["library.consent"]._fields["purpose"].selection
            if False in patrons._newest_answers(purpose).values()
        ]

    def _keep_refusals(self, purposes):
        """A no outlives the merge, also where the other record said yes later."""
        survivor = self.survivor_id
        survivor._sync_consents()
        refused = [purpose for purpose in purposes if survivor._newest_answers(purpose).get(survivor.id)]
        consents = self.env["library.consent"]
        for purpose in refused:
            consents |= survivor._withdraw(
                purpose, note=self.env._("Refused on the record of %(name)s", name=self.loser_id.name))
        self.moved = {**self.moved, "refusals": consents.ids}

    # The list of possible duplicates

    def _settle_pairs(self):
        """This pair is decided; those of the loser go, and what was told apart from the loser stays told apart.

        :return: id of the pair
        """
        Pair = self.env["library.patron.duplicate"]
        survivor, loser = self.survivor_id, self.loser_id
        left, right = sorted((survivor.id, loser.id))
        pair = Pair.search([("left_id", "=", left), ("right_id", "=", right)])
        if not pair:
            pair = Pair.create({"left_id": left, "right_id": right, "company_id": self.company_id.id})
        pair._decide("merged")
        others = Pair.search(["|", ("left_id", "=", loser.id), ("right_id", "=", loser.id)]) - pair
        apart = others.filtered(lambda other: other.state == "not_the_same")
        known = Pair.search(["|", ("left_id", "=", survivor.id), ("right_id", "=", survivor.id)])
        strangers = (apart.left_id | apart.right_id) - loser - known.left_id - known.right_id
        Pair.create([
            {"left_id": min(one.id, survivor.id), "right_id": max(one.id, survivor.id),
             "company_id": self.company_id.id, "state": "not_the_same"}
            for one in strangers
        ])
        (others - apart).filtered(lambda other: other.state == "open").unlink()
        return pair.id


class LibraryPatron(models.Model):
    _inherit = "library.patron"

    def _align_main_identities(self):
        """One main identity of each kind: the address in use, else the one that was the main one first."""
        self.ensure_one()
        for _kind, same_kind in self.identity_ids.grouped("kind").items():
            mains = same_kind.filtered("is_primary")
            known = same_kind.filtered(lambda one: one.state != "wrong" and one.value_normalized in (
                one._normalize("email", self.email), one._normalize("phone", self.phone)))
            main = (known or mains.sorted("id"))[:1]
            (mains - main).is_primary = False
            if main and not main.is_primary:
                main.is_primary = True
