
from . import test_retention
from . import test_connectors
from . import test_visibility_doors
from . import test_campaign
from . import test_course
from . import test_ability_study
from . import test_learning_pages
from . import test_notification
from . import test_mail_check
from . import test_demo_history
from . import test_first_day
from . import test_web_export
from . import test_help_page
from . import test_report_pages
from . import test_digest
from . import test_dashboards
