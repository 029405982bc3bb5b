from . import test_portal_need
