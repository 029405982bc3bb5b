from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class LibraryPatron(models.Model):
    """Who looks after a patron, whom the patron is related to, and what ends soon."""

    _inherit = "library.patron"

    relationship_ids = fields.One2many(
        "library.relationship", "patron_id", string="Relationships", groups="base.group_user"
    )
    relationship_id = fields.Many2one(
        "library.relationship", compute="_compute_relationship_id", groups="base.group_user"
    )
    relation_ids = fields.One2many(
        "library.patron.relation", "patron_id", string="Related people", groups="base.group_user"
    )
    relation_there_ids = fields.One2many(
        "library.patron.relation", "other_id", string="Is to others", groups="base.group_user"
    )
    project_member_ids = fields.One2many(
        "library.patron.project.member", "patron_id", string="Projects", groups="base.group_user"
    )
    owner_id = fields.Many2one(
        "res.users", string="Served by", compute="_compute_owner_id", search="_search_owner_id",
        groups="base.group_user", help="Who looks after this patron; else who has the newest open case.",
    )
    is_stage_end_noticed = fields.Boolean("End of the stage was noticed", copy=False, readonly=True,
                                          groups="base.group_user")

    def write(self, vals):
        if vals.get("date_stage_end"):
            vals = {**vals, "is_stage_end_noticed": False}
        return super().write(vals)

    @api.depends("relationship_ids.state")
    def _compute_relationship_id(self):
        for patron in self:
            patron.relationship_id = patron.relationship_ids.filtered(lambda one: one.state == "active")[:1]

    # Whoever looks after the patron: the own relationship comes first, then that of a project, then the nearest
    # affiliation's. Rooms above add what they know of serving.

    @api.model
    def _owner_parts(self):
        """SQL expressions for the owner of row `p` of library_patron, the first that says somebody wins."""
        return [
            SQL("(SELECT r.owner_id FROM library_relationship r WHERE r.patron_id = p.id AND r.state = 'active')"),
            SQL(
                "(SELECT r.owner_id FROM library_patron_project_member m JOIN library_relationship r"
                " ON r.project_id = m.project_id AND r.state = 'active'"
                " WHERE m.patron_id = p.id ORDER BY r.id DESC LIMIT 1)"
            ),
            SQL(
                "(SELECT r.owner_id FROM library_affiliation a"
                " JOIN library_affiliation whole ON starts_with(a.parent_path, whole.parent_path)"
                " JOIN library_relationship r ON r.affiliation_id = whole.id AND r.state = 'active'"
                " WHERE a.id = p.affiliation_id ORDER BY length(whole.parent_path) DESC LIMIT 1)"
            ),
        ]

    @api.model
    def _owner_candidates(self, user_ids):
        """SQL queries for the ids of patrons that might be looked after by one of these users."""
        return [
            SQL(
                "SELECT r.patron_id FROM library_relationship r WHERE r.owner_id = ANY(%s) AND r.state = 'active'"
                " AND r.patron_id IS NOT NULL", user_ids,
            ),
            SQL(
                "SELECT m.patron_id FROM library_patron_project_member m JOIN library_relationship r"
                " ON r.project_id = m.project_id AND r.state = 'active' WHERE r.owner_id = ANY(%s)", user_ids,
            ),
            SQL(
                "SELECT q.id FROM library_relationship r JOIN library_affiliation whole ON whole.id = r.affiliation_id"
                " JOIN library_affiliation a ON starts_with(a.parent_path, whole.parent_path)"
                " JOIN library_patron q ON q.affiliation_id = a.id"
                " WHERE r.owner_id = ANY(%s) AND r.state = 'active'", user_ids,
            ),
        ]

    def _flush_owners(self):
        """Write what the queries for owners read."""
        for model in ("library.relationship", "library.patron.project.member", "library.affiliation"):
            self.env[model].flush_model()
        self.flush_model(["affiliation_id"])

    def _find_owners(self):
        """{patron id: user id} of those among self whom somebody looks after."""
        if not self.ids:
            return {}
        self._flush_owners()
        owner = SQL("coalesce(%s)", SQL(", ").join(self._owner_parts()))
        query = SQL("SELECT p.id, %s FROM library_patron p WHERE p.id = ANY(%s)", owner, self.ids)
        return {patron_id: user_id for patron_id, user_id in self.env.execute_query(query) if user_id}

    @api.depends_context("uid")
    def _compute_owner_id(self):
        owners = self._find_owners()
        for patron in self:
            patron.owner_id = owners.get(patron._origin.id, False)

    @api.model
    def _search_owner_id(self, operator, value):
        if operator == "any":
            value = self.env["res.users"]._search(value)
        elif operator != "in":
            return NotImplemented
        asked = list(value)
        self._flush_owners()
        owner = SQL("coalesce(%s)", SQL(", ").join(self._owner_parts()))
        user_ids = [user_id for user_id in asked if user_id]
        found = Domain.FALSE
        if user_ids:
            candidates = SQL(" UNION ").join(self._owner_candidates(user_ids))
            found |= Domain("id", "in", SQL(
                "(SELECT p.id FROM library_patron p WHERE p.id IN (%s) AND %s = ANY(%s))", candidates, owner, user_ids
            ))
        if False in asked:
            found |= Domain("id", "in", SQL("(SELECT p.id FROM library_patron p WHERE %s IS NULL)", owner))
        return found

    # Ends that pass

    @api.model
    def _domain_stage_ended(self, since=None):
        """Patrons whose stage of study or research should have ended; those to predict what comes next from.

        :param since: date from which on; None: ever
        """
        domain = Domain("date_stage_end", "<", "today")
        return domain & Domain("date_stage_end", ">=", since) if since else domain

    @api.model
    def _cron_notice_ends(self):
        """An activity for the owner when a stage or a project has come to its end; each end is noticed once."""
        patrons = self.search(self._domain_stage_ended() & Domain("is_stage_end_noticed", "=", False), limit=1000)
        patrons.is_stage_end_noticed = True
        patrons._remind_owner(self.env._("The stage of study has ended: what comes next?"))
        Project = self.env["library.patron.project"]
        projects = Project.search(Project._domain_ended() & Domain("is_end_noticed", "=", False), limit=1000)
        projects.is_end_noticed = True
        for project in projects:
            project.patron_ids._remind_owner(
                self.env._("The project “%(project)s” has ended: what comes next?", project=project.name)
            )

    def _remind_owner(self, summary):
        """A to-do on each of these patrons for whoever looks after them."""
        owners = self._find_owners()
        for patron in self:
            if owner := owners.get(patron.id):
                patron.activity_schedule("mail.mail_activity_data_todo", user_id=owner, summary=summary)

    def action_new_relationship(self):
        """Start to look after this patron."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window", "res_model": "library.relationship", "view_mode": "form", "target": "new",
            "name": self.env._("Look after this patron"),
            "context": {"default_patron_id": self.id, "default_company_id": self.company_id.id},
        }
