"""The stable words of the decision (docs/openapi.yaml): urgencies, speakers, topics, aspects, ages.

Ids may be added, never renamed: other systems count them.
"""

from __future__ import annotations

from typing import Final

URGENCIES: Final = ("emergency", "urgent", "advice", "none")

PARENT: Final = "parent"
CHILD: Final = "child"
TEACHER: Final = "teacher"
ADULT_VICTIM: Final = "adult_victim"
WORRIED_ABOUT_OWN_BEHAVIOUR: Final = "worried_about_own_behaviour"
SPEAKERS: Final = (PARENT, CHILD, TEACHER, ADULT_VICTIM, WORRIED_ABOUT_OWN_BEHAVIOUR, "other")

AGE_BANDS: Final = ("0-5", "6-9", "10-12", "13-15", "16-17")

ASPECTS: Final = (
    "warning_signs",
    "what_to_do",
    "how_to_report",
    "how_to_talk",
    "how_to_control_or_monitor",
    "is_it_illegal",
    "explain",
    "get_help",
    "other",
)

TOPICS: Final = (
    "grooming",
    "contact_with_stranger",
    "meeting_offline",
    "sextortion",
    "nudes_sharing",
    "deepfake",
    "cyberbullying",
    "csam_found",
    "harmful_sexual_behaviour",
    "pornography",
    "livestream",
    "gaming",
    "ai_chatbots",
    "self_harm_suicide",
    "eating_disorder",
    "radicalisation",
    "com_networks",
    "criminal_exploitation",
    "scams_fraud",
    "hacking_account",
    "young_hacker",
    "spyware_location",
    "monitoring_controls",
    "platform_setup",
    "screen_time",
    "age_ratings",
    "sharenting",
    "talk_to_child",
    "reporting_how",
    "after_reporting",
    "evidence",
    "offender_disclosure_scheme",
    "family_member_offender",
    "vulnerable_adult",
    "adult_image_abuse",
    "unit_info",
    "live_qa",
    "about_service",
    "smalltalk",
    "out_of_scope",
)

# Topics with no advice of their own: their answers stand in knowledge/wording.yml.
CONVERSATION_TOPICS: Final = ("smalltalk", "out_of_scope")
# Topics that are ways of dealing with a harm: "how do I report it" is about the harm, not about reporting.
MEANS_TOPICS: Final = ("reporting_how", "evidence", "talk_to_child", "after_reporting")
SERVICE_TOPICS: Final = ("unit_info", "live_qa", "about_service")

EMERGENCY_KINDS: Final = (
    "general",
    "meeting",
    "missing",
    "offender_near",
    "abuse_now",
    "suicide",
    "self_harm",
    "blackmail",
    "violence",
    "abduction",
    "medical",
    "child_alone",
)
