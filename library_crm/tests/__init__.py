# Odoo runs modules that are attributes of this package and whose name begins with test_,
# so each module of a room is imported here by name.
from .case import test_gateway, test_transitions, test_two_rooms
from . import test_access
