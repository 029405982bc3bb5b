"""How much both sides hold and who works there."""

ROWS = 100_000
# ids of cloned rows are this plus the row's number, in every table: relations need no lookup
BASE = 1_000_000
TEAMS = 6

DOMAIN = "library.example"
ALIAS = "reference"
LIBRARIAN, PASSWORD = "bench_librarian", "bench-reader-password"

# readers of the portal: {login: how many records are theirs}; their contacts are the first rows, in this order
READERS = {"bench_reader": 51, "bench_reader_few": 10}
READER, READER_FEW = READERS
