import logging

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from ...lib import clusters

_logger = logging.getLogger(__name__)
SEED = 19
FEWEST = 100
SUBJECT_USES = 5
SMALL = 5


class LibraryClusterFit(models.Model):
    """The search itself, in the background, and putting patrons into the groups that it found."""

    _inherit = "library.cluster.fit"

    @api.model
    def _cron_run(self):
        """Do the searches that wait, one transaction each."""
        commit = self.env["ir.cron"]._commit_progress
        waiting = [("state", "=", "queued")]
        commit(remaining=self.search_count(waiting))
        while fit := self.search(waiting, order="id", limit=1):
            fit._search_groups()
            if not commit(1):
                return

    def _search_groups(self):
        """Look for groups and describe them; nobody uses them before a person has named them."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                features = self._find_features(self.as_of)
                found = self._fit(features)
                if found:
                    self._keep_groups(found, features)
        except Exception:  # the reason is for the log; the screen says that it failed
            _logger.exception("Search for groups %s failed", self.id)
            self.env.invalidate_all(flush=False)
            self.write({"state": "failed", "problem": "error"})

    def _fit(self, features):
        """The grouping, or None after saying why there is none."""
        search = clusters.fit_use if self.kind == "use" else clusters.fit_interest
        found = search(features, seed=SEED) if len(features) >= FEWEST else None
        if found is None:
            self.write({"state": "failed", "problem": "few", "patron_count": len(features)})
        elif (found.stability or 0) < clusters.LEAST_STABLE:
            self.write(
                {
                    "state": "failed",
                    "problem": "unstable",
                    "patron_count": len(features),
                    "k": found.k,
                    "silhouette": found.silhouette,
                    "stability": found.stability,
                }
            )
            return None
        return found

    def _keep_groups(self, found, features):
        labels = clusters.assign(found, features)
        remote = self._find_remote(list(features.index))
        self.write(
            {
                "state": "done",
                "patron_count": len(features),
                "k": found.k,
                "silhouette": found.silhouette,
                "stability": found.stability,
                "centroids": found.to_json(),
            }
        )
        self.env["library.cluster"].create(
            [
                {
                    "fit_id": self.id,
                    "label": group["cluster"],
                    "size": group["patrons"],
                    "share": group["share"],
                    "facts": self._group_facts(group, remote, labels),
                }
                for group in clusters.describe(found, labels, features)
                if group["patrons"] >= SMALL  # nothing is said about a handful of people
            ]
        )

    def _group_facts(self, group, remote, labels):
        """What the sentence about a group is made of, as codes and figures."""
        if self.kind == "subject":
            shares = [remote.get(patron_id, 0.0) for patron_id in labels.index[labels == group["cluster"]]]
            mean = sum(shares) / len(shares) if shares else 0.0
            return {
                "subjects": [int(trait["subject"]) for trait in group["traits"]][:2],
                "where": "remote" if mean >= 0.6 else "onsite" if mean <= 0.25 else "both",
            }
        typical = {trait["code"]: trait["typical"] for trait in group["traits"]}
        months, days = typical.get("recency", 0), typical.get("frequency", 0)
        return {
            "lately": "fresh" if months <= 2 else "cooling" if months <= 6 else "gone",
            "often": "daily" if days >= 40 else "often" if days >= 10 else "seldom" if days >= 3 else "once",
            "days": round(days),
            "uses": round(typical.get("amount", 0)),
        }

    # figures of the patrons
    def _find_features(self, as_of):
        """One row of features for each patron who lets us count (and, for subjects, lets us look at them).

        :return: DataFrame by patron id
        """
        self.env.flush_all()
        return self._find_use_features() if self.kind == "use" else self._find_subject_features(as_of)

    def _find_use_features(self):
        import pandas as pd  # noqa: PLC0415

        rows = self.env.execute_query(
            SQL(
                """
            SELECT fact.patron_id, fact.days_since_use, fact.visit_days_year, coalesce(fact.uses_year, 0)
              FROM library_patron_fact fact
              JOIN library_patron patron ON patron.id = fact.patron_id AND patron.allows_counts AND patron.active
             WHERE fact.company_id = %s AND fact.days_since_use <= 730 AND fact.visit_days_total > 0
             ORDER BY fact.patron_id
            """,
                self.company_id.id,
            )
        )
        frame = pd.DataFrame(rows, columns=["patron", "days_since", "visit_days", "amount"]).set_index("patron")
        return clusters.use_features(frame, "amount")

    def _find_subject_features(self, as_of):
        import pandas as pd  # noqa: PLC0415

        rows = self.env.execute_query(
            SQL(
                """
            SELECT used.patron_id, split_part(subject.parent_path, '/', 1)::int, sum(used.uses)
              FROM library_usage used
              JOIN library_patron patron ON patron.id = used.patron_id AND patron.allows_interests AND patron.active
              JOIN library_subject subject ON subject.id = used.subject_id
             WHERE used.company_id = %s AND used.kind <> 'visit_day' AND used.month > %s AND used.month <= %s
             GROUP BY 1, 2
             ORDER BY 1, 2
            """,
                self.company_id.id,
                as_of - relativedelta(years=2),
                as_of,
            )
        )
        frame = pd.DataFrame(rows, columns=["patron", "subject", "uses"])
        return clusters.subject_shares(frame, uses="uses", fewest_uses=SUBJECT_USES)

    def _find_remote(self, patron_ids):
        """{patron id: share of remote uses in the last year}, for the words about a group."""
        rows = self.env.execute_query(
            SQL(
                """
            SELECT patron_id, remote_uses_year::float / uses_year FROM library_patron_fact
             WHERE patron_id = ANY(%s) AND uses_year > 0
            """,
                [int(patron_id) for patron_id in patron_ids],
            )
        )
        return dict(rows)

    def _assign(self, as_of):
        """{label: [patron ids]} today, by the stored centroids: groups keep their numbers until a new search."""
        self.ensure_one()
        features = self._find_features(as_of)
        if not len(features):
            return {}
        labels = clusters.assign(clusters.Clusters.from_json(self.centroids), features)
        return {int(label): [int(one) for one in group.index] for label, group in labels.groupby(labels)}
