from . import test_shipped_data
from . import test_setup_pack
from . import test_resource
