from . import test_article_access
from . import test_article_process
from . import test_article_vote
from . import test_knowledge_portal
from . import test_search
from . import test_search_upkeep
from . import test_solution
