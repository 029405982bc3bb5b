from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

ROW_TABLES = ("library_patron", "res_partner")
# Of two days the later, or the earlier, says the truth about the one person
LATEST = ("date_last_visit", "date_last_seen", "date_ils_updated")
EARLIEST = ("date_first_visit",)


class LibraryPatronMerge(models.Model):
    """One merge of two patrons: who, what was moved, and for thirty days all that is needed to undo it."""

    _name = "library.patron.merge"
    _description = "Merge of Two Patrons"
    _order = "id desc"
    _rec_name = "survivor_id"

    survivor_id = fields.Many2one(
        "library.patron", string="Stays", required=True, readonly=True, index=True, ondelete="cascade"
    )
    loser_id = fields.Many2one(
        "library.patron", string="Was merged into it", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", string="Institution", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True, ondelete="set null")
    state = fields.Selection(
        [("done", "Merged"), ("undone", "Undone"), ("closed", "Final")], default="done", required=True, readonly=True
    )
    date_undo_until = fields.Datetime("Can be undone until", readonly=True)
    moved_count = fields.Integer("Records moved", readonly=True)

    images = fields.Json(groups=fields.NO_ACCESS, help="Both records as they were before and after; gone when final.")
    moved = fields.Json(groups=fields.NO_ACCESS, help="The rows that changed hands, by table and column.")

    _two_patrons = models.Constraint("CHECK (survivor_id <> loser_id)", "A patron cannot be merged with itself.")

    # Merge

    @api.model
    def _merge(self, survivor, loser, taken=(), dropped_identities=None):
        """Make one patron of two; the loser is archived and points to the survivor.

        :param survivor: the patron that stays; keeps every value that is not taken from the other
        :param loser: the patron that goes
        :param taken: names of the fields whose value is the loser's
        :param dropped_identities: identities that belong to neither of them
        :return: the merge, by which it can be undone
        :raise AccessError, UserError: when this user may not, or these two cannot be merged
        """
        self._check_may_merge(survivor, loser)
        days = self.env["library.retention.policy"]._keeps("merge_undo", survivor.company_id)
        # sudo: rows of every model change hands; who may decide that was checked
        merge_sudo = self.sudo().create({
            "survivor_id": survivor.id, "loser_id": loser.id, "company_id": survivor.company_id.id,
            "user_id": self.env.uid, "date_undo_until": self.env.cr.now() + timedelta(days=days),
        })
        survivor, loser = merge_sudo.survivor_id, merge_sudo.loser_id
        self.env.flush_all()
        before = merge_sudo._row_images()
        no_answers = merge_sudo._standing_refusals()
        merge_sudo.moved = {
            "logins": merge_sudo._move_logins(), **merge_sudo._move_rows(), "pair": merge_sudo._settle_pairs(),
            "dropped": merge_sudo._drop_identities(dropped_identities),
        }
        merge_sudo.moved_count = sum(len(entry["ids"]) for entry in merge_sudo.moved["rows"])
        merge_sudo._take_values(taken)
        loser.with_context(provenance=False, tracking_disable=True).write(
            {"active": False, "merged_into_id": survivor.id})
        loser.partner_id.active = False
        merge_sudo._keep_refusals(no_answers)
        self.env.flush_all()
        merge_sudo.images = {"before": before, "after": merge_sudo._row_images()}
        merge_sudo._tell(
            self.env._("%(name)s was merged into this patron.", name=loser.name),
            self.env._("Merged into %(name)s. Nothing more is noted here.", name=survivor.name),
        )
        return merge_sudo.with_env(self.env)

    def _check_may_merge(self, survivor, loser):
        user = self.env.user
        if not self.env.su and not user.has_group("library_crm.group_library_relations"):
            raise AccessError(self.env._("Relationship librarians merge patrons."))
        both = (survivor | loser).with_env(self.env)
        both.check_access("write")
        if len(both) != 2 or len(both.company_id) != 1:
            raise UserError(self.env._("Choose two patrons of one institution."))
        both_sudo = both.sudo()  # sudo: facts that decide whether it can be done
        if both_sudo.merged_into_id or not all(both_sudo.mapped("active")):
            raise UserError(self.env._("An archived patron cannot be merged."))
        if both_sudo.filtered("is_anonymised"):
            raise UserError(self.env._("A de-identified patron cannot be merged."))
        if loser.sudo().partner_id.user_ids.filtered(lambda account: not account.share):
            raise UserError(self.env._(
                "%(name)s works here and signs in as staff: this record has to stay.", name=loser.name))
        self.env.cr.execute(SQL("SELECT id FROM library_patron WHERE id IN %s ORDER BY id FOR UPDATE", tuple(both.ids)))

    def _row_images(self):
        """{table: {id: row}} of both patrons and their contact records."""
        ids = {
            "library_patron": (self.survivor_id | self.loser_id).ids,
            "res_partner": (self.survivor_id | self.loser_id).partner_id.ids,
        }
        return {
            table: {str(number): row for number, row in self.env.execute_query(SQL(
                "SELECT id, to_jsonb(t) FROM %s t WHERE id IN %s", SQL.identifier(table), tuple(ids[table])))}
            for table in ROW_TABLES
        }

    def _take_values(self, taken):
        """Give the survivor the loser's values of the fields in `taken`, with their origin."""
        survivor, loser = self.survivor_id, self.loser_id
        quiet = {"provenance": False, "tracking_disable": True}
        origin, other = dict(survivor.provenance or {}), loser.provenance or {}
        for name in taken:
            field = survivor._fields[name]
            value = field.convert_to_write(loser[name], loser)
            # past the patron's own write, which would make identities of them: those have moved already
            target = survivor.partner_id if name in ("email", "phone") else survivor
            target.with_context(**quiet).write({name: value})
            origin.pop(name, None)
            if name in other:
                origin[name] = other[name]
        values = {"provenance": origin}
        for names, choose in ((LATEST, max), (EARLIEST, min)):
            for name in names:
                days = [day for day in (survivor[name], loser[name]) if day]
                if days and choose(days) != survivor[name]:
                    values[name] = choose(days)
        if "2" in (survivor.ils_privacy, loser.ils_privacy) and survivor.ils_privacy != "2":
            values["ils_privacy"] = "2"
        survivor.with_context(**quiet).write(values)
        survivor._align_main_identities()

    def _tell(self, to_survivor, to_loser):
        """A line in both chatters."""
        self.survivor_id.message_post(body=to_survivor, author_id=self.env.user.partner_id.id)
        self.loser_id.message_post(body=to_loser, author_id=self.env.user.partner_id.id)

    # Undo

    def action_undo(self):
        """Bring both patrons back as they were; what came since stays with the one that remained."""
        for merge in self:
            merge._check_may_undo()
            merge.sudo()._undo()  # sudo: as for the merge itself

    def _check_may_undo(self):
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group("library_crm.group_library_relations"):
            raise AccessError(self.env._("Relationship librarians merge patrons."))
        self.check_access("read")
        self.survivor_id.check_access("write")
        if self.state != "done" or self.date_undo_until < self.env.cr.now():
            raise UserError(self.env._("This merge is final."))
        both = (self.survivor_id | self.loser_id).ids
        later = self.sudo().search([  # sudo: only whether there is one
            ("id", ">", self.id), ("state", "=", "done"),
            "|", ("survivor_id", "in", both), ("loser_id", "in", both),
        ])
        if later:
            raise UserError(self.env._("One of the two was merged again afterwards. Undo that first."))

    def _undo(self):
        self.env.flush_all()
        self._return_rows()
        self._return_logins()
        self._restore_rows()
        self.env.invalidate_all()
        patrons = self.survivor_id | self.loser_id
        patrons._sync_consents()
        partners = patrons.partner_id
        partners.modified(["name", "email", "phone", "active", "parent_id", "lang"])
        patrons.modified(["active", "company_id", "partner_id"])
        self.env.flush_all()
        self.env["library.patron.duplicate"].search([("id", "=", self.moved.get("pair"))])._decide("open")
        self.write({"state": "undone", "images": False, "moved": False})
        self._tell(
            self.env._("The merge with %(name)s was undone.", name=self.loser_id.name),
            self.env._("The merge into %(name)s was undone.", name=self.survivor_id.name),
        )

    def _restore_rows(self):
        """Write the images back; what people changed on the survivor since the merge stays changed."""
        images = self.images
        self.env.cr.execute(SQL("SELECT 1 FROM library_patron WHERE id = %s FOR UPDATE", self.survivor_id.id))
        now = self._row_images()
        for table in ROW_TABLES:
            for number, before in images["before"][table].items():
                after, today = images["after"][table][number], now[table][number]
                columns = [
                    column for column, value in before.items()
                    if column in today and after.get(column) != value and today[column] == after.get(column)
                    and column not in ("write_date", "write_uid")
                ]
                if columns:
                    names = SQL(", ").join(SQL.identifier(column) for column in columns)
                    self.env.cr.execute(SQL(
                        "UPDATE %(table)s t SET (%(names)s) = (SELECT %(names)s FROM jsonb_populate_record(NULL::"
                        "%(table)s, %(row)s::jsonb)) WHERE id = %(id)s",
                        table=SQL.identifier(table), names=names, row=fields.Json().convert_to_column(
                            {column: before[column] for column in columns}, self), id=int(number),
                    ))

    # The end of the possibility to undo

    @api.model
    def _close_old(self, company=None):
        """Merges that can no longer be undone lose their images.

        :param company: of one institution only
        :return: number of merges closed
        """
        domain = [("state", "=", "done"), ("date_undo_until", "<", self.env.cr.now())]
        if company:
            domain.append(("company_id", "=", company.id))
        old = self.search(domain)
        old._close()
        return len(old)

    def _close(self):
        """Make merges final."""
        self.write({"state": "closed", "images": False, "moved": False})

    @api.autovacuum
    def _gc_close(self):
        self._close_old()
