"""How much both sides hold and who works there."""

ROWS = 100_000
# ids of cloned rows are this plus the row's number, in every table: relations need no lookup
BASE = 1_000_000
TEAMS = 6

DOMAIN = "library.example"
ALIAS = "reference"
LIBRARIAN, PORTAL, PASSWORD = "bench_librarian", "bench_reader", "bench-reader-password"

# the row that stands for the portal reader, and how many described rows are theirs;
# the record that was cloned is theirs too
PORTAL_CONTACT = 1
PORTAL_RECORDS = 50
