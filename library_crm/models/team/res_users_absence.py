from odoo import models

LONGEST_CHAIN = 3


class ResUsers(models.Model):
    """Who acts for a colleague who is away."""

    _inherit = "res.users"

    def _library_acting(self, team=None):
        """Who acts for this person now.

        :param team: `library.team` in which somebody is to act; only people who serve there come into question
        :return: the person when at work; else the deputy, or the deputy's deputy if that one is away too (at most
            three steps); within a team else its lead, else any member who is at work; the person when nobody is
        """
        self.ensure_one()
        away = self.env["library.absence"]._away_now()
        if self.id not in away:
            return self
        staff_ids = team and set(team.sudo()._staff_ids())  # sudo: whom a case can be given to, ids only
        for user_id in self._library_deputy_chain(away):
            if staff_ids is None or user_id in staff_ids:
                return self.browse(user_id)
        if team:
            present = [user_id for user_id in team.sudo()._staff_ids() if user_id not in away]  # sudo: as above
            return self.browse(present[:1]) or self
        return self

    def _library_deputy_chain(self, away):
        """Ids of the deputies who are at work, the nearest first.

        :param dict away: what `library.absence._away_now` says
        """
        asked, found, seen = [self.id], [], {self.id}
        for _step in range(LONGEST_CHAIN):
            named = [one for user_id in asked for one in away[user_id][1] if one not in seen]
            seen.update(named)
            found += [user_id for user_id in dict.fromkeys(named) if user_id not in away]
            asked = [user_id for user_id in dict.fromkeys(named) if user_id in away]
        return self.browse(found).filtered("active").ids

    def _library_away_until(self):
        """The moment at which this person is back, or False for whoever is at work."""
        self.ensure_one()
        return self.env["library.absence"]._away_now().get(self.id, (False,))[0]
