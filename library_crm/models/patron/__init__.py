from . import library_patron_type
from . import library_patron
from . import library_patron_person
from . import library_patron_ils
from . import library_patron_portal
from . import library_patron_identity
from . import res_partner
