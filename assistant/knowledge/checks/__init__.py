"""What an editor must hear before words go out: `make knowledge`.

Faults stop the build; alarms and warnings do not. Each line names the file, the place, and what to do.
"""

from __future__ import annotations

import datetime

from assistant.knowledge.checks.coverage import coverage_faults, coverage_table
from assistant.knowledge.checks.dates import date_alarms, date_faults, date_warnings
from assistant.knowledge.checks.emergencies import emergency_faults, urgent_faults
from assistant.knowledge.checks.guides import guide_faults
from assistant.knowledge.checks.platforms import certainty_faults, platform_faults
from assistant.knowledge.checks.reading import reading_faults
from assistant.knowledge.checks.recognition import language_faults, rule_faults
from assistant.knowledge.checks.rendering import button_faults, render_faults
from assistant.knowledge.checks.report import Report
from assistant.knowledge.checks.sources import link_faults, source_faults, source_warnings
from assistant.knowledge.checks.words import step_faults, word_faults
from assistant.knowledge.model import Knowledge, KnowledgeError
from assistant.safety.languages import Languages
from assistant.safety.rules import SafetyRules

__all__ = ["Report", "check_knowledge", "coverage_table"]


def check_knowledge(
    knowledge: Knowledge,
    rules: SafetyRules,
    languages: Languages | None = None,
    *,
    today: datetime.date | None = None,
) -> Report:
    """Check everything an editor may have got wrong.

    Args:
        knowledge: The loaded knowledge base.
        rules: The rules of triage.
        languages: The phrase lists of other languages.
        today: The date to judge review dates by; today if left out.
    """
    today = today or datetime.date.today()
    faults = [
        *word_faults(knowledge),
        *step_faults(knowledge),
        *source_faults(knowledge),
        *link_faults(knowledge),
        *coverage_faults(knowledge),
        *render_faults(knowledge, today),
        *emergency_faults(knowledge),
        *urgent_faults(knowledge),
        *button_faults(knowledge),
        *platform_faults(knowledge),
        *guide_faults(knowledge),
        *certainty_faults(knowledge),
        *rule_faults(rules),
        *language_faults(knowledge, languages),
        *date_faults(knowledge, today),
    ]
    try:
        faults += reading_faults(knowledge)
    except KnowledgeError:
        pass  # A text that cannot be rendered is reported above.
    return Report(
        faults=tuple(dict.fromkeys(faults)),
        warnings=(*date_warnings(knowledge, today), *source_warnings(knowledge)),
        alarms=tuple(date_alarms(knowledge, today)),
        awaiting_approval=tuple(where for where, review, _ in knowledge.reviews if not review.approved_by),
    )
