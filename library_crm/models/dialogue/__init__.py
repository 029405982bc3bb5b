from . import res_company_feedback
from . import res_config_settings_feedback
from . import library_feedback
from . import library_incident
from . import library_feedback_take
from . import library_feedback_process
from . import library_feedback_mail
from . import library_improvement
