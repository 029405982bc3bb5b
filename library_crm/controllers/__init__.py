from . import portal_home
from . import portal_ask
from . import portal_case
from . import portal_need
from . import portal_rating
from . import portal_profile
from . import portal_knowledge
