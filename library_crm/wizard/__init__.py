from . import library_article_from_solution

from . import library_case_answer
from . import library_case_close
from . import library_case_step_skip
from . import library_case_transfer
from . import library_need_restate
from . import library_relationship_change
from . import library_case_answer_preference
from . import library_patron_merge_wizard
from . import library_lifecycle_override
from . import library_identity_detach
from . import library_setup
