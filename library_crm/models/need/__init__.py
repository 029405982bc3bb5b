from . import library_need
from . import library_need_portal
