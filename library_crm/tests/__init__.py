# Odoo runs modules that are attributes of this package and whose name begins with test_,
# so each module of a room is imported here by name.
from .case import test_gateway, test_transitions, test_two_rooms
from .knowledge import test_article_access, test_article_process, test_article_vote, test_knowledge_portal
from .knowledge import test_search, test_search_upkeep, test_solution
from .lib import test_bm25, test_redact, test_snippet, test_text_diff, test_text_tokens
from . import test_access, test_demo, test_i18n
from .case import test_portal, test_portal_security
from .need import test_portal_need
from .case import test_desk_bar, test_views, test_wizards
from .foundation import test_shipped_data
