from . import library_team
from . import library_team_member
from . import library_service
from . import res_users
