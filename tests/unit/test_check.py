"""Planted faults: each must be found by `make knowledge`."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from assistant.knowledge.checks import check_knowledge
from assistant.knowledge.load import load_knowledge

TODAY = datetime.date(2026, 11, 22)


def faults_of(folder: Path, rules, today: datetime.date = TODAY) -> str:
    return "\n".join(check_knowledge(load_knowledge(folder, force_id="cumbria"), rules, today=today).faults)


def test_check_knowledge_with_the_real_content_finds_no_fault(root: Path, rules):
    assert faults_of(root / "knowledge", rules) == ""


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("topics/grooming.md", "Begin with what they enjoy.", "Ring 0808 800 5000 now.", "belongs in contacts.yml"),
        ("topics/grooming.md", "Begin with what they enjoy.", "See www.example.org today.", "belongs in contacts.yml"),
        ("topics/grooming.md", "Begin with what they enjoy.", "Stop child porn.", "child sexual abuse material"),
        ("topics/grooming.md", "Begin with what they enjoy.", "He will be arrested.", "never promise"),
        ("topics/grooming.md", "Begin with what they enjoy.", "Take a screenshot of the nude.", "invites copying"),
        ("topics/grooming.md", "Begin with what they enjoy.", "Ask {{contact.nobody.name}}.", "is not in contacts.yml"),
        ("topics/grooming.md", "Begin with what they enjoy.", "Ask {{somebody}}.", "is unknown"),
        ("topics/grooming.md", "sources: nspcc_learning_grooming,", "sources: made_up_source,", "not in sources.yml"),
        ("topics/grooming.md", "title: Grooming", "title: Grooming of children and young people", "longer than 24"),
        ("topics/grooming.md", "Start small and stay calm", "Call 999 and stay calm", "opens with 999"),
        ("emergencies/meeting.md", "Call 999 now and say", "Ring somebody and say", "not in the first sentence"),
        ("emergencies/meeting.md", "If your child has gone", "Your child has gone, call 999 if", "must begin with"),
        ("emergencies/meeting.md", "Leave phones and chats as they are.", "word " * 60, "words, at most"),
        ("wording.yml", "ask.how_to_report.reporting_how", "ask.how_to_report.nothing", "leads nowhere"),
        ("platforms/roblox.yml", "aka: [", "aka: [snapchat, ", "stands in"),
        ("topics/grooming.md", "checked_on: 2026-11-22", "checked_on: 2031-01-01", "lies in the future"),
        ("topics/evidence.md", "@child", "@teacher", "stands here twice"),
        ("topics/grooming.md", "review_by: 2027-02-22", "review_by: 2027-12-22", "more than 93 days"),
        ("topics/gaming.md", "review_by: 2027-05-22", "review_by: 2026-11-01", "so it is withheld"),
        ("topics/grooming.md", "## is_it_illegal @child", "## other @child", "there is no `## is_it_illegal @child`"),
        ("topics/grooming.md", "approved_by:", "approved_by:\nnot_applicable: {explain: x}", "is written; take it out"),
        ("topics/grooming.md", "Begin with what they enjoy.", "[BG] They may hide it.", "marks what is not certain"),
        (
            "topics/grooming.md",
            "Begin with what they enjoy.",
            "Notwithstanding considerable methodological uncertainty, "
            "appropriate conversational opportunities necessitate deliberation. " * 4,
            "reads at grade",
        ),
        ("topics/grooming.md", "Begin with what they enjoy.", "word " * 150, "words, at most 150"),
        (
            "topics/grooming.md",
            "approved_by:",
            "approved_by:\nhard_words: {explain: old law}",
            "take it out of `hard_words`",
        ),
        ("topics/csam_found.md", "\n1. ", "\n1. Stop, then ", "asks for two things"),
        ("subtopics/money_mules.md", "title: ", "title: The long story of ", "longer than 24"),
        ("subtopics/money_mules.md", "words:", "words: []\nother:", "`words` is missing"),
        ("subtopics/money_mules.md", "words:\n", 'words:\n  - "("\n', "no valid pattern"),
        ("subtopics/money_mules.md", "topics: [", "topics: [nothing, ", "unknown: nothing"),
        ("circumstances/send.md", "id: send", "id: sent", "must be the file's name"),
        ("sources.yml", "says:", "said:", "has no `says`"),
        ("sources.yml", 'url: "https://', 'url: "www ', "is no web address"),
        ("contacts.yml", 'phone: "0800 1111"', 'phone: "0800 1111 (free)"', "must be digits and spaces"),
        ("contacts.yml", "nations: [england", "nations: [atlantis, england", "`nations` has atlantis"),
        ("contacts.yml", "who: [child", "who: [robots, child", "`who` has robots"),
        ("forces/cumbria.yml", "[cumberland_children_hub, ", "[nobody_there, ", "stands nowhere"),
        ("forces/cumbria.yml", "report_online: {say", "report_nowhere: {say", "unknown service"),
        ("platforms/roblox.yml", "settings_first:", "settings_last:", "has no `settings_first`"),
        ("platforms/roblox.yml", "\nreport:", "\nreports:", "has no `report` and `block`"),
        (
            "platforms/roblox.yml",
            "\nsteps:",
            '\nsteps:\n  - {text: "' + "word " * 30 + '", certain: true}',
            "a step has",
        ),
        ("platforms/snapchat.yml", "from: [S50", "from: [S999, S50", "not among the file's sources"),
        ("platforms/snapchat.yml", ", from: [", ", form: [", "is certain and has no `from`"),
        ("guides/contact_check.yml", "title: ", "title: The very long title of ", "longer than 24"),
        ("guides/contact_check.yml", "topics: [", "topics: [cyberbullying, ", "is offered the guide"),
        ("guides/contact_check.yml", "sources:\n", "sources:\n  - made_up\n", "`made_up` is not in sources.yml"),
        ("events.yml", "date: 2026-02-10", "date: in February", "must be a date"),
        ("schools/example-school.yml", "dsl:", "dls:", "`dsl` is missing"),
        ("agreement.md", "## devices", "## gadgets", "unknown section"),
        ("wording.yml", "{{event.title}}", "{{event.nothing}}", "is unknown"),
    ],
)
def test_check_knowledge_with_a_planted_fault_finds_it(folder: Path, rules, file, old, new, words):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    try:
        found = faults_of(folder, rules)
    except Exception as error:
        found = str(error)
    assert words in found


def test_check_knowledge_warns_30_days_before_review(folder: Path, rules):
    before = check_knowledge(load_knowledge(folder, force_id="cumbria"), rules, today=datetime.date(2027, 1, 30))
    assert any("topics/grooming.md: is due for review" in line for line in before.warnings)
    assert not any("grooming.md" in line for line in (*before.faults, *before.alarms))


def test_check_knowledge_with_overdue_crisis_content_raises_an_alarm(folder: Path, rules):
    after = check_knowledge(load_knowledge(folder, force_id="cumbria"), rules, today=datetime.date(2027, 3, 1))
    assert any("grooming.md: review_by 2027-02-22 has passed and it is still shown" in line for line in after.alarms)
    assert any("contacts.yml: childline: review_by" in line for line in after.alarms)


def test_check_knowledge_of_another_force_finds_no_fault(root: Path, rules):
    other = load_knowledge(root / "knowledge", force_id="example-force")
    assert check_knowledge(other, rules, today=TODAY).faults == ()


def test_check_knowledge_lists_what_awaits_approval(root: Path, rules):
    report = check_knowledge(load_knowledge(root / "knowledge", force_id="cumbria"), rules, today=TODAY)
    assert "topics/grooming.md" in report.awaiting_approval
    assert "platforms/roblox.yml" in report.awaiting_approval
