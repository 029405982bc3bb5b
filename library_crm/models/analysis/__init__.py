from . import library_analysis_job
from . import library_patron_fact
from . import library_patron_figures
