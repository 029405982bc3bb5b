from . import test_usage_table
from . import test_duplicate_pairs
from . import test_merge_patrons
from . import test_usage_import
from . import test_merge_detach
