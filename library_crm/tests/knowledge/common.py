from odoo.tests import TransactionCase, new_test_user


class KnowledgeCase(TransactionCase):
    """Two librarians who write, two stewards who verify, two patrons, and what the library knows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "no_reset_password": True})
        cls.Article = cls.env["library.article"]
        cls.Document = cls.env["library.search.document"]
        cls.writer = cls._user("writer", "library_crm.group_library_librarian")
        cls.colleague = cls._user("colleague", "library_crm.group_library_librarian")
        cls.steward = cls._user("steward", "library_crm.group_library_steward")
        cls.other_steward = cls._user("other_steward", "library_crm.group_library_steward")
        cls.privacy = cls._user("privacy", "library_crm.group_library_privacy")
        cls.plain = cls._user("plain", "base.group_user")
        cls.patron = cls._user("patron", "base.group_portal")
        cls.public = cls.env.ref("base.public_user")
        # the index of these tests holds their own records only
        cls.env.cr.execute("DELETE FROM library_search_document; DELETE FROM library_search_term")
        cls.medicine = cls.env.ref("library_crm.subject_clc_r")

    @classmethod
    def _user(cls, name, group, **values):
        return new_test_user(cls.env, f"knowledge_{name}", groups=group, name=name.title(), **values)

    @classmethod
    def _draft(cls, name="How to renew a loan", user=None, **values):
        """A draft written by `user`."""
        return cls.Article.with_user(user or cls.writer).create({"name": name, "body": "<p>Sign in.</p>", **values})

    @classmethod
    def _published(cls, name="How to renew a loan", **values):
        """An article that went the whole way."""
        article = cls._draft(name, **values)
        article.action_submit()
        article.with_user(cls.steward).action_verify()
        article.with_user(cls.steward).action_publish()
        return article

    def _found(self, query, user, **options):
        """Records of articles and solutions that `user` finds, best first."""
        hits = self.Document.with_user(user)._search_index(query, **options)
        return [self.env[hit.model].browse(hit.res_id) for hit in hits]
