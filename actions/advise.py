"""The advice itself: warning signs, what to do, reporting, talking, monitoring, the law, support."""

from __future__ import annotations

from actions.base import AdviseAction


class ActionAdviseWarningSigns(AdviseAction):
    """Says how to spot the harm."""

    action_name = "action_advise_warning_signs"


class ActionAdviseWhatToDo(AdviseAction):
    """Says what to do now."""

    action_name = "action_advise_what_to_do"


class ActionAdviseReporting(AdviseAction):
    """Says whom to tell and how."""

    action_name = "action_advise_reporting"


class ActionAdviseTalking(AdviseAction):
    """Says how to talk about it with the child."""

    action_name = "action_advise_talking"


class ActionAdviseMonitoring(AdviseAction):
    """Says how to follow what a child does and how to set apps and devices up."""

    action_name = "action_advise_monitoring"


class ActionAdviseLaw(AdviseAction):
    """Says whether something may be a crime; never legal advice."""

    action_name = "action_advise_law"


class ActionAdviseSupport(AdviseAction):
    """Names people and helplines."""

    action_name = "action_advise_support"


class ActionExplainTopic(AdviseAction):
    """Explains what something is."""

    action_name = "action_explain_topic"
