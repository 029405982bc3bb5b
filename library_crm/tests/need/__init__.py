from . import test_portal_need
from . import test_collection
from . import test_need_merge
from . import test_need_offer
from . import test_need_signs
from . import test_turned_away
