"""Lists of words that several models share."""

DEPTHS = [
    ("pointer", "A pointer is enough"),
    ("summary", "A summary"),
    ("full", "The full documents"),
]

# How much practice in searching somebody has, as they say themselves.
ABILITIES = [
    ("novice", "New to it"),
    ("practised", "Some practice"),
    ("expert", "Much practice"),
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
# What a case or a step of which nothing is known counts for in the load of a team.
USUAL_MINUTES = READ_MINUTES["4"]

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

# What a use of the library is. The order is part of the stored data: add new kinds at the end.
USAGE_KINDS = [
    ("loan", "Loan"),
    ("renewal", "Renewal"),
    ("onsite_use", "Use in the library"),
    ("hold", "Hold"),
    ("visit", "Visit"),
    ("download", "Download"),
    ("database", "Database session"),
    ("ill", "Interlibrary loan"),
    ("event", "Event"),
    ("visit_day", "Day of use"),
]
USAGE_CHANNELS = [("onsite", "On site"), ("remote", "Remote")]

# Where an import comes from, and how its file may be written.
IMPORT_SOURCES = [
    ("koha_patrons", "Koha: patrons (CSV)"),
    ("koha_circulation", "Koha: circulation statistics (CSV)"),
    ("koha_rest", "Koha: REST interface"),
    ("table", "Table of patrons (CSV or XLSX)"),
    ("population", "Population served (table)"),
    ("prospects", "Course or event list (table)"),
]
IMPORT_ENCODINGS = [
    ("utf-8", "UTF-8"),
    ("utf-8-sig", "UTF-8 with byte order mark"),
    ("gb18030", "GBK / GB18030"),
    ("big5", "Big5"),
    ("latin-1", "Latin-1"),
]
IMPORT_SEPARATORS = [("comma", "Comma"), ("semicolon", "Semicolon"), ("tab", "Tab"), ("pipe", "Vertical bar")]
IMPORT_SEPARATOR_SIGNS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
IMPORT_DATE_FORMATS = [
    ("%Y-%m-%d", "2025-12-31"),
    ("%d/%m/%Y", "31/12/2025"),
    ("%m/%d/%Y", "12/31/2025"),
    ("%d.%m.%Y", "31.12.2025"),
    ("%Y/%m/%d", "2025/12/31"),
    ("%Y%m%d", "20251231"),
]

# Sources of a fact behind which a person stands.
SAID_BY_PEOPLE = ("manual", "portal", "mail")

# Fields in which a value that a person entered (staff, portal, mail) is never overwritten by an import.
MANUAL_WINS = (
    "email",
    "phone",
    "preferred_name",
    "pronouns",
    "lang",
    "affiliation_id",
    "degree_stage",
    "date_stage_end",
    "depth",
    "help_style",
)

# The five axes on which the value of a relation shows; each from 0 to 4, never summed.
AXES = [
    ("activity", "Activity"),
    ("breadth", "Breadth of services"),
    ("depth", "Depth of needs"),
    ("contribution", "Contribution"),
    ("voice", "Voice"),
]

# How somebody who might become a patron came to us, and why the library may hold the address.
PROSPECT_SOURCES = [
    ("list", "List of a course or event"),
    ("event", "Guest of an event"),
    ("copy", "Copied in a question"),
    ("referral", "Referred"),
    ("form", "Form"),
]
PROSPECT_BASES = [
    ("consent", "Consent"),
    ("contract", "Contract"),
    ("public_task", "Public task"),
    ("legitimate_interest", "Legitimate interest"),
]

# Models whose records are questions that were asked: open ones, and those that were answered.
ASKED_MODELS = ("library.case", "library.service.log")

# Rows of which a preview is made, or which are undone, while the user waits.
IMPORT_AT_ONCE = 5000

# What makes up the text of an article that is verified; its sources belong to it.
ARTICLE_TEXT_FIELDS = ("name", "summary", "body")
# Who sees how an article came about.
KNOWLEDGE_STAFF = "library_crm.group_library_librarian,library_crm.group_library_privacy"
# What was asked for, and read, within these days stands on the board of the knowledge.
HEALTH_DAYS = 365

# Kinds of what a citation or a harvested record describes, close to the DCMI type vocabulary.
DC_TYPES = [
    ("text", "Text"),
    ("dataset", "Data"),
    ("image", "Picture"),
    ("map", "Map"),
    ("sound", "Sound"),
    ("video", "Film"),
    ("software", "Software"),
    ("physical", "Object"),
    ("interactive", "Website"),
]

# What a patron's message in a case is.
MESSAGE_KINDS = [
    ("thanks", "Thanks"),
    ("question", "Further question"),
    ("need", "New need"),
    ("complaint", "Complaint"),
    ("correction", "Correction"),
    ("praise", "Praise"),
    ("auto", "Automatic"),
    ("unclear", "Unclear"),
]
# What kind of feedback a librarian makes of it.
FEEDBACK_OF_MESSAGE = {"complaint": "complaint", "praise": "praise", "correction": "error"}

# Nobody is asked for an opinion twice within these days, whatever about; the database holds to it.
EVALUATION_DAYS = 60
# States of an invitation that waits for its answer.
EVALUATION_OPEN = ("waiting", "sent", "reminded")

# What somebody tells the library about the library.
FEEDBACK_KINDS = [
    ("suggestion", "Suggestion"),
    ("complaint", "Complaint"),
    ("praise", "Praise"),
    ("error", "Error"),
    ("question", "Question"),
]
FEEDBACK_FACETS = [
    ("concept", "Idea of the service"),
    ("content", "Content"),
    ("mode", "Way of serving"),
    ("technology", "Technology"),
]
FEEDBACK_SOURCES = [
    ("portal", "Portal"),
    ("mail", "Mail"),
    ("case_mail", "Mail of a case"),
    ("survey", "Survey"),
    ("rating", "Rating"),
    ("desk", "Desk"),
    ("page", "Report on a page"),
]
FEEDBACK_OUTCOMES = [
    ("changed", "Something was changed"),
    ("explained", "Explained"),
    ("not_possible", "Not possible"),
    ("passed_on", "Passed on"),
]
FEEDBACK_OPEN = ("new", "acknowledged", "working")

# How much something came true, as patrons and librarians say it of the outcome of a case.
OUTCOME_LEVELS = [("0", "Not at all"), ("1", "A little"), ("2", "Partly"), ("3", "Largely"), ("4", "Very much")]

# What the items of a gap survey are about.
GAP_DIMENSIONS = [
    ("affect", "Affect of service"),
    ("control", "Information control"),
    ("place", "Library as place"),
    ("other", "More of our own"),
]

# What the library writes to patrons about on its own initiative, and the ways it may take.
CONTACT_PURPOSES = [
    ("evaluation", "Asking what you think"),
    ("followup", "What came of what you told us"),
    ("training", "Courses and sessions"),
    ("suggestions", "Next steps that suit me"),
    ("news", "News and campaigns"),
    ("community", "Answers on the board"),
]
CONTACT_CHANNELS = [("mail", "E-mail"), ("portal", "Portal"), ("phone", "Phone")]
# Purposes that belong to the service itself: wanted until the patron says no; the others follow the consent.
CONTACT_EXPECTED = ("evaluation", "followup", "community")
# Purposes that keep quiet while a complaint of the patron is open.
CONTACT_NOT_WHILE_COMPLAINING = ("evaluation", "training", "suggestions", "news")
# Why somebody is not written to.
CONTACT_REFUSALS = [
    ("gone", "Not in touch any more"),
    ("unwanted", "Does not want this"),
    ("paused", "Asked for quiet"),
    ("bounced", "The address does not work"),
    ("no_address", "No address"),
    ("complaint", "A complaint is open"),
    ("cap", "Was written to often enough"),
]

# What a campaign may be about, and why somebody in its audience gets no mail.
CAMPAIGN_PURPOSES = [row for row in CONTACT_PURPOSES if row[0] in ("news", "training", "suggestions")]
CAMPAIGN_REASONS = [
    *CONTACT_REFUSALS,
    ("same_address", "Somebody else has this address"),
    ("had_it", "Had it already"),
    ("replied", "Answered meanwhile"),
    ("stopped", "The campaign was stopped"),
]
CAMPAIGN_MESSAGE_MARK = "-library-campaign@"
# What a test of the mail servers looks at, in the order in which one failure explains the next.
MAIL_CHECK_STEPS = [
    ("address", "Your own address"),
    ("domain", "Alias domain of the institution"),
    ("team", "A team with an address"),
    ("outgoing", "Outgoing server: reached, signed in"),
    ("queue", "Sending in the background"),
    ("incoming", "Incoming server: reached, signed in"),
    ("fetch", "Fetching in the background"),
    ("back_team", "A mail to the team's address is back"),
    ("back_plus", "A mail to the team's address with a plus is back"),
    ("back_catchall", "A mail to the catch-all address is back"),
    ("answer", "Your answer to the test mail is back"),
]
# Failures of sending that pass: those mails are tried again.
PASSING_FAILURES = (False, "unknown", "mail_smtp")

# What a colleague says of an answer that was checked blindly.
PAIRED_VERDICTS = [
    ("correct", "Correct and complete"),
    ("partly", "Correct, but not complete"),
    ("wrong", "Wrong or misleading"),
    ("unclear", "Cannot be judged"),
]

# What staff may be told of, by which way, and which of our models speaks of what.
NOTIFICATION_EVENTS = [
    ("mention", "Somebody mentions me"),
    ("assigned", "Work is given to me"),
    ("task", "A task is put on my list"),
    ("promise", "A promise comes near or was missed"),
    ("case", "News in cases I follow"),
    ("workroom", "Colleagues write in a workroom"),
    ("feedback", "Feedback and improvements"),
    ("knowledge", "Articles, tips and questions of colleagues"),
    ("patron", "Patrons I look after"),
    ("collection", "Needs, purchases and the collection"),
    ("other", "Everything else"),
]
NOTIFICATION_CHANNELS = [
    ("mail", "At once by mail"),
    ("inbox", "In Odoo only"),
    ("digest", "Once a day by mail"),
    ("off", "Not at all"),
]
# The longest beginning of a model's name that stands here decides.
NOTIFICATION_MODELS = {
    "library.case": "case",
    "library.workroom": "workroom",
    "library.feedback": "feedback",
    "library.incident": "feedback",
    "library.improvement": "feedback",
    "library.article": "knowledge",
    "library.insight": "knowledge",
    "library.keep": "knowledge",
    "library.knowledge": "knowledge",
    "library.solution": "knowledge",
    "library.patron": "patron",
    "library.relationship": "patron",
    "library.recovery": "patron",
    "library.need": "collection",
    "library.collection": "collection",
    "library.purchase": "collection",
}
# Hour of the day, in the colleague's time, at which the daily mail leaves.
NOTIFICATION_DIGEST_HOUR = 8
# How somebody would hear of a message now; the last is neither inbox nor mail in the eyes of Odoo.
NOTIFICATION_LATER = "library_later"
NOTIFICATION_WAYS = [
    ("email", "At once by mail"),
    ("inbox", "In Odoo only"),
    (NOTIFICATION_LATER, "With the next daily mail, or after quiet hours"),
]

# After what a journey of messages begins.
JOURNEY_EVENTS = [
    ("welcome", "Joined the library"),
    ("first_success", "The first need was met"),
    ("habit", "Came once and not again for two weeks"),
    ("win_back", "Has become rare"),
]
