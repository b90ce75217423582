"""What has to be right before anything can be worked through: the settings, and the playbook that they name."""

from services.playbooks.loader import load
from services.settings import settings


def check_setup() -> None:
    """Raises BadSetting or BadPlaybook, with a sentence that says which line to correct."""
    load(settings().playbook)
