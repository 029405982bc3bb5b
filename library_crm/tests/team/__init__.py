from . import test_skills
