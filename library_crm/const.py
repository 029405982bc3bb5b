"""Lists of words that several models share."""

DEPTHS = [
    ("pointer", "A pointer is enough"),
    ("summary", "A summary"),
    ("full", "The full documents"),
]

UNMET_REASONS = [
    ("no_source", "No source found"),
    ("no_access", "Source found, no access"),
    ("no_time", "Not in the time given"),
    ("unclear", "Remained unclear"),
    ("out_of_scope", "Outside what we offer"),
    ("referred", "Referred elsewhere"),
]

CHANNELS = [
    ("mail", "E-mail"),
    ("portal", "Portal"),
    ("desk", "Desk"),
    ("phone", "Phone"),
    ("chat", "Chat"),
    ("roving", "Away from the desk"),
    ("letter", "Letter"),
]

STEP_KINDS = [
    ("understand", "Understand"),
    ("plan", "Plan"),
    ("search", "Search"),
    ("digest", "Digest"),
    ("deliver", "Deliver"),
    ("verify", "Verify"),
]

# Effort on the READ scale (c) Bella Karr Gerlich, readscale.org; the words are ours.
READ_LEVELS = [
    ("1", "1 · no source needed"),
    ("2", "2 · one look-up"),
    ("3", "3 · ready reference"),
    ("4", "4 · several sources"),
    ("5", "5 · specialist work"),
    ("6", "6 · research over days"),
]

# Minutes that a contact counts for when nobody timed it; a default of ours, not part of the scale.
READ_MINUTES = {"1": 2, "2": 5, "3": 10, "4": 25, "5": 60, "6": 240}

# D. G. Warner, Medical Reference Services Quarterly 20(3), 2001.
WARNER_LEVELS = [
    ("1", "I · no resource needed"),
    ("2", "II · a skill to show"),
    ("3", "III · a strategy to work out"),
    ("4", "IV · consultation"),
]
WARNER_OF_READ = {"1": "1", "2": "2", "3": "2", "4": "3", "5": "4", "6": "4"}

# What a stage of a case means, in the order of the work.
STAGE_CODES = [
    ("new", "New"),
    ("understand", "Understanding"),
    ("search", "Searching"),
    ("deliver", "Answered"),
    ("verify", "Checking that it helped"),
    ("closed", "Closed"),
]

# The fields of a service log that people write; a close asks for the rarest of the first four.
LESSON_FIELDS = ("worked", "failed", "learned", "reflection", "solution", "problem")

# New cases that one address may open within an hour before a person looks first; a setting.
CASES_PER_HOUR = 20

# States in which a need asks for nothing more.
SETTLED = ("met", "partly", "unmet", "withdrawn")

# A list found by words shows at most this many records, the best ones.
RANKED_LIMIT = 200

# Context of records that nobody at a screen makes: no followers, no notes, no tracking.
QUIET = {
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_post_autofollow_author_skip": True,
    "tracking_disable": True,
}
