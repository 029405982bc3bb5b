from . import foundation
from . import patron
from . import team
from . import knowledge
from . import need
from . import case
from . import analysis
from . import platform
