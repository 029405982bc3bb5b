from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...models.patron import library_import_undo
from .import_common import ImportCase


@tagged("post_install", "-at_install")
class TestImportRuns(ImportCase):
    """Feature: 11.1, 11.7"""

    def test_a_preview_writes_nothing_but_its_lines(self):
        """Feature: 11.1"""
        self._import([self._row(1), self._row(2)])
        self._patron(2).email = "mine@readers.test"
        before = self._state()
        run = self._new_run(
            self._csv(
                [
                    self._row(1, city="Paris"),
                    self._row(2, city="Rome"),
                    self._row(3),
                    self._row(4, branchcode="NOWHERE"),
                ]
            )
        )
        run.action_preview()
        self.assertEqual(run.state, "previewed")
        self.assertEqual(self._counts(run), (1, 2, 0, 1, 1))
        self.assertEqual(self._state(), before)
        self.assertIn("City: Lyon → Paris", run.change_row_ids[:1].details)
        self.assertIn("mine@readers.test → ana2@readers.test", run.conflict_row_ids.details)
        self.assertIn("NOWHERE", run.refused_row_ids.details)
        self.assertEqual(run.new_row_ids.label, "Ana Bell3")
        run.action_run()
        run._process()
        self.assertEqual((run.state, self._counts(run)), ("done", (1, 2, 0, 1, 1)))

    def test_what_was_found_in_the_file_can_be_corrected(self):
        run = self._new_run(self._csv([self._row(1, dateexpiry="02/03/2027", dateenrolled="05/03/2024")]))
        run.action_preview()
        run.date_format = "%m/%d/%Y"
        run.action_preview()
        run.action_run()
        run._process()
        self.assertEqual(str(self._patron(1).date_expiry), "2027-02-03")
        run = self._new_run(self._csv([self._row(2, surname="林", firstname="")]).decode().encode("gb18030"))
        run.encoding = "gb18030"
        run.action_preview()
        self.assertEqual(run.new_row_ids.label, "林")

    def test_a_file_without_an_obligatory_column_is_refused_in_a_sentence(self):
        header = [name for name in self._row(1) if name != "branchcode"]
        row = {name: value for name, value in self._row(1).items() if name != "branchcode"}
        with self.assertRaisesRegex(UserError, "branchcode"):
            self._new_run(self._csv([row], header)).action_preview()
        for content in (b"", b"<html><body>Log in</body></html>", b"PK\x03\x04 not a workbook"):
            with self.subTest(content=content), self.assertRaises(UserError):
                self._new_run(content).action_preview()

    def test_a_run_goes_on_where_it_stopped(self):
        rows = [self._row(number) for number in range(1, 10)]
        run = self._new_run(self._csv([*rows, self._row(10, cardnumber="CARD0002")]))
        self.patch(type(run), "_chunk_sizes", lambda self: {"patrons": 4})
        run.action_run()
        run._process(lambda *_args, **_options: 0)
        self.assertEqual((run.state, run.done_rows, run.created_count), ("running", 4, 4))
        run.action_pause()
        self.assertEqual(run.state, "paused")
        run.action_run()
        run._process()
        self.assertEqual((run.state, self._counts(run)), ("done", (9, 0, 0, 0, 1)))

    def test_stopping_keeps_what_is_in_and_undo_takes_it_back(self):
        rows = [self._row(number) for number in range(1, 10)]
        run = self._new_run(self._csv(rows))
        self.patch(type(run), "_chunk_sizes", lambda self: {"patrons": 4})
        run.action_run()
        run._process(lambda *_args, **_options: 0)
        run.action_cancel()
        self.assertEqual((run.state, bool(run.file)), ("failed", False))
        self.assertTrue(self._patron(4))
        run.action_undo()
        self.assertFalse(self._patron(4))

    def test_staging_tables_of_the_dead_are_swept(self):
        run = self._new_run(self._csv([self._row(1)]))
        table = run._make_stage("rows", {"title": "varchar"})
        run._sweep_stages()
        self.env.cr.execute("SELECT count(*) FROM pg_class WHERE relname = %s", [table])
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_undo_gives_back_what_nobody_has_changed_since(self):
        """Feature: 11.1"""
        self._import([self._row(1), self._row(2), self._row(3)])
        before = self._state()
        run = self._import(
            [
                self._row(1, city="Paris", surname="Mitchell", email="new1@readers.test"),
                self._row(2, city="Paris"),
                self._row(3, cardnumber="CARD0033"),
                self._row(4),
                self._row(5),
            ]
        )
        self.assertEqual(self._counts(run), (2, 3, 0, 0, 0))
        self._patron(2).city = "Nice"
        fifth = self._patron(5)
        fifth.note = "Asked about maps"
        run.action_undo()
        self.assertEqual(run.state, "undone")
        self.assertFalse(self._patron(4))
        self.assertTrue(fifth.exists())
        self.assertEqual(self._patron(2).city, "Nice")
        self.assertEqual(self._patron(1).display_name, "Ana Bell1")
        self.assertEqual(set(run.kept_row_ids.mapped("label")), {"Ana Bell2", "Ana Bell5"})
        self._patron(2).city = "Lyon"
        fifth.unlink()
        now = [row for row in self._state() if "Bell5" not in row[1]["name"]]
        self.assertEqual([row[0] for row in now], [row[0] for row in before])
        self.assertEqual([row[2] for row in now], [row[2] for row in before])

    def test_a_large_run_is_undone_in_the_background(self):
        """Piece by piece, going on after an interruption; what is kept is counted and listed once.

        Feature: 11.1
        """
        self._import([self._row(1, cardnumber="CARD0009")])
        before = self._state()
        run = self._import([self._row(number, city="Paris") for number in range(1, 8)])
        self._patron(6).note = "Asked about maps"
        self.patch(library_import_undo, "IMPORT_AT_ONCE", 3)
        self.patch(library_import_undo, "UNDO_STEP", 2)
        run.action_undo()
        self.assertEqual((run.state, bool(self._patron(7))), ("undoing", True))
        with self.assertRaisesRegex(UserError, "ended or is paused"):
            run.action_undo()
        asked = self.env["ir.cron.trigger"].sudo().search([("cron_id.model_id.model", "=", run._name)])
        self.assertTrue(asked)
        run._process(lambda *_args, **_options: 0)
        self.assertEqual((run.state, run.done_rows), ("undoing", 5))
        self.assertFalse(self._patron(3))
        self.assertTrue(self._patron(7))
        while run.state == "undoing":
            run.invalidate_recordset()
            self.assertFalse(run._process(lambda *_args, **_options: 0) and run.state == "undoing")
        self.assertEqual((run.state, run.message_params), ("undone", {"kept": 1}))
        self.assertEqual(run.kept_row_ids.mapped("label"), ["Ana Bell6"])
        self._patron(6).unlink()
        self.assertEqual([row[0] for row in self._state()], [row[0] for row in before])

    def test_only_managers_import(self):
        run = self._import([self._row(1), self._row(2, branchcode="NOWHERE")])
        for role in ("librarian", "relations", "lead", "steward", "privacy"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                run.with_user(self.staff[role]).read(["state"])
            with self.subTest(role=role), self.assertRaises(AccessError):
                run.row_ids.with_user(self.staff[role]).read(["raw"])
        with self.assertRaises(AccessError):
            run.with_user(self.librarian).action_undo()
        self.assertEqual(run.with_user(self.staff["manager"]).state, "done")

    def test_a_manager_imports_what_the_superuser_would(self):
        run = self._new_run(self._csv([self._row(1)])).with_user(self.staff["manager"])
        run.action_preview()
        self.assertEqual(run.created_count, 1)
        run.action_run()
        run._process()
        self.assertEqual(self._patron(1).create_uid, self.staff["manager"])
        run.action_undo()
        self.assertFalse(self._patron(1))

    def test_the_secret_of_a_library_system_is_read_by_nobody(self):
        profile = self.env["library.import.profile"].create(
            {
                "name": "Koha REST",
                "source": "koha_rest",
                "rest_url": "https://koha.test",
                "rest_user": "crm",
                "rest_secret_new": "planted-secret",
            }
        )
        self.assertTrue(profile.has_rest_secret)
        self.assertEqual(profile.sudo().rest_secret, "planted-secret")
        manager = profile.with_user(self.staff["manager"])
        self.assertFalse(manager.rest_secret_new)
        self.assertNotIn("rest_secret", manager.fields_get())
        with self.assertRaises(AccessError):
            manager.read(["rest_secret"])
        self.assertNotIn("planted-secret", str(manager.read()))

    def test_old_runs_forget_persons(self):
        run = self._import([self._row(1), self._row(2, branchcode="NOWHERE")])
        self._import([self._row(1, city="Paris")])
        self.env.cr.execute("UPDATE library_import_run SET create_date = create_date - interval '40 days'")
        self.env.invalidate_all()
        self.env["library.import.run"]._gc_runs()
        self.assertFalse(run.refused_file)
        self.assertFalse(self.env["library.import.row"].search([]))

    def test_every_code_has_its_sentence(self):
        from ...connectors.messages import SENTENCES

        sentences = self.env["library.import.run"]._sentences()
        self.assertFalse(set(SENTENCES) - set(sentences))
        for code, sentence in SENTENCES.items():
            with self.subTest(code=code):
                self.assertEqual(sentences[code], sentence)

    def test_a_table_of_another_system_is_mapped_by_its_columns(self):
        """Feature: 11.1"""
        profile = self.env["library.import.profile"].create({"name": "Table", "source": "table"})
        content = "姓名;读者证号;邮箱;单位;颜色\n林伟;T-1;wei@readers.test;数学系;红\n".encode("gb18030")
        unit = self.env["library.affiliation"].create({"name": "数学系"})
        run = self._new_run(content, profile, "readers.csv")
        run.action_read_columns()
        found = {line.column: line.target for line in profile.mapping_ids}
        self.assertEqual(
            found, {"姓名": "surname", "读者证号": "cardnumber", "邮箱": "email", "单位": "affiliation", "颜色": False}
        )
        self.assertEqual(profile.mapping_ids.filtered(lambda line: line.target == "surname").sample, "林伟")
        run.action_preview()
        run.action_run()
        run._process()
        patron = self.env["library.patron"].search([("card_number", "=", "T-1")])
        self.assertEqual((patron.name, patron.email, patron.affiliation_id), ("林伟", "wei@readers.test", unit))
