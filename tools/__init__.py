"""What makes a machine ready for library_crm and drives it: `python3 -m tools <command>`, usually through `make`.

Standard library only, Python 3.10 to 3.13. One file, one concept:

| file              | what it knows                                                        |
|-------------------|----------------------------------------------------------------------|
| shell.py          | progress lines, problems with advice, running other programs         |
| places.py         | the cache folder, what is kept where in it, the lock                 |
| debian.py         | Debian packages: installed by apt, or only unpacked in the cache     |
| pdf.py            | wkhtmltopdf where Debian has dropped it                              |
| odoo_source.py    | where Odoo 19 comes from                                             |
| environment.py    | the private Python environment                                       |
| postgres.py       | the private PostgreSQL cluster, or the one that $PGHOST names        |
| database.py       | databases: templates with the dependencies, copies of them           |
| odoo_run.py       | how Odoo is called: configuration, installation, its log             |
| machine.py        | all of the above put together                                        |
| serve.py          | `make run`, `stop`, `shell`, `psql`                                  |
| lint.py, check.py | `make lint`, `make test`                                             |
| results.py        | counting tests and judging logs                                      |
| docs.py           | `make docs`, `make docs-links`, and their part of `make test`        |
| doc_links.py      | links, pictures and files that the documentation names               |
| pack.py           | `make dist`                                                          |

Settings a person may give in the environment:

- `ODOO_HOME`: a source checkout of Odoo 19 or a folder that holds the installed package `odoo`;
- `PGHOST`, `PGPORT`, `PGUSER`, `PGPASSWORD`: a PostgreSQL of your own instead of the private one;
- `XDG_CACHE_HOME`: everything that is fetched or made lands in `$XDG_CACHE_HOME/library-crm`;
- `PORT` (8069), `DB` (library), `LISTEN` (127.0.0.1): where `make run` serves, from which database, at which address;
- `BENCH`: what `make bench` measures, all of it if not given.

What the programs that we start (tests/, benchmarks/) find in theirs:

- `LIBRARY_CRM_ODOO`: the folder that contains the package `odoo` (it is on PYTHONPATH);
- `LIBRARY_CRM_ADDONS_PATH`: the addons path, comma separated, this repository included;
- `LIBRARY_CRM_PYTHON`: the interpreter that has everything Odoo and the tests import;
- `LIBRARY_CRM_CACHE`: the cache folder;
- `LIBRARY_CRM_TEMPLATE_DB`: a database with all that our addon depends on installed, without demo data;
- `LIBRARY_CRM_DEMO_TEMPLATE_DB`: the same with demo data; our own demo data load in copies of this one only;
- `PGHOST`, `PGPORT`, `PGUSER`: how to reach PostgreSQL;
- `CHROMIUM`: the browser.

The attachments of both templates are kept in the database, so `createdb -T` copies them whole; no filestore belongs to
them. Nobody may be connected to a template while it is copied.
"""
