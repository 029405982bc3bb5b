from . import test_answered_lib
from . import test_bm25
from . import test_form_input
from . import test_redact
from . import test_snippet
from . import test_text_diff
from . import test_text_tokens
from . import test_worth_keeping
