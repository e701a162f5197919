"""Re-exports, so that Django finds the models where it looks for them."""

from feedback_site.access.models import Team, User
from feedback_site.imports.models import ImportProblem, ImportRun

__all__ = ["ImportProblem", "ImportRun", "Team", "User"]
