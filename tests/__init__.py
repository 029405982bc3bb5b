"""End-to-end tests: a running Odoo, Chromium, and real SMTP and IMAP servers, seen from outside."""
