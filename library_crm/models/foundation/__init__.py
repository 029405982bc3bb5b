from . import library_portal_mixin
from . import library_branch
from . import library_subject
from . import library_service
from . import library_affiliation
from . import library_retention_policy
from . import library_setup_pack
from . import library_k_guard
