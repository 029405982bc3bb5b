from . import test_feedback
from . import test_feedback_mail
from . import test_feedback_pages
from . import test_incident
from . import test_outcome
from . import test_evaluation_rating
from . import test_evaluation_board
