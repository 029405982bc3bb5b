from . import ir_http
from . import mail_thread
from . import mail_mail
from . import fetchmail_server
from . import res_config_settings
from . import res_config_settings_analysis
from . import library_retention_run
from . import library_connector_run
