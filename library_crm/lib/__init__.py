"""Plain Python that Odoo's models call; nothing here imports ``odoo`` or reads a database."""
