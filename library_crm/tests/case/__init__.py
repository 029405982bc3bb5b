from . import test_desk_bar
from . import test_gateway
from . import test_portal
from . import test_portal_security
from . import test_transitions
from . import test_two_rooms
from . import test_views
from . import test_wizards
