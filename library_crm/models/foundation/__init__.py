from . import library_branch
from . import library_subject
from . import library_service
