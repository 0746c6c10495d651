"""Stories of the procedure, as an officer reads them: the authority, what happens day by day, and where the case stands.

Day 0 is Monday 1 June 2026; 19-21 June are the Dragon Boat holiday (Friday to Sunday).
Days are Beijing days. `served=now` stands for a paper with way, date and proof.
"""

import pytest

from tests.unit.central.parking.street import Street
from tests.unit.central.procedure.office import TRACK, Office, drafted, profile

POLICE = profile("traffic_police")
CITY = profile("urban_management", switches={"notice": "always"})
CITY_DECIDES = "decide second_officer=second-reviewer"

STORIES: dict[str, tuple[object, str]] = {
    "police, the straight path": (
        POLICE,
        """
        1 first approve -> entered
        2 officer inform served=now -> informed
        31 time passes -> informed
        33 time passes -> ready
        33 first decide -> decided
        34 officer serve served=now -> served
        40 bank pays fen=15000 -> paid
        60 time passes -> paid
        120 time passes -> closed
        """,
    ),
    "police, informed heard and decided in one appointment": (
        POLICE,
        """
        1 first approve -> entered
        3 first decide -> refused: statement_heard
        3 first decide statement=in-a-hurry -> decided
        3 officer serve way=in_person served=now -> served
        3 bank pays fen=15000 -> paid
        """,
    ),
    "law 06: the city's case takes two people, and the second is not the first": (
        CITY,
        """
        1 first approve -> second_review
        1 first confirm -> refused: not now: other_person
        2 second confirm -> entered
        """,
    ),
    "law 06: nobody without a certificate decides": (
        POLICE,
        """
        1 stranger approve -> entered
        2 officer inform served=now -> informed
        2 party waive -> ready
        3 stranger decide -> refused: not now: authorised
        3 officer decide -> refused: your role
        3 first decide -> decided
        """,
    ),
    "law 06: two officers stand on a decision of the general procedure": (
        CITY,
        """
        1 first approve -> second_review
        1 second confirm -> entered
        2 officer inform served=now -> informed
        2 party waive -> ready
        3 first decide -> refused: second_officer_named
        3 first decide second_officer=reviewer -> refused: second_officer_named
        3 first decide second_officer=somebody -> refused: second_officer_named
        3 first decide second_officer=second-reviewer -> decided
        """,
    ),
    "law 06: the second reviewer sends it back, and the first looks anew": (
        CITY,
        """
        1 first approve -> second_review
        1 second send_back -> draft
        2 second approve -> second_review
        2 first confirm -> entered
        """,
    ),
    "law 08: a review that comes too late enters nothing": (
        POLICE,
        """
        7 time passes -> draft
        8 first approve -> refused: not now: may_enter
        8 first void ground=unclear -> voided
        """,
    ),
    "law 09: no decision before informing and the time for a defence": (
        CITY,
        """
        1 first approve -> second_review
        1 second confirm -> entered
        1 first decide second_officer=second-reviewer -> refused: this cannot be done
        2 officer inform -> refused: service_recorded
        2 officer inform served=now -> informed
        3 first decide second_officer=second-reviewer -> refused: this cannot be done
        9 time passes -> informed
        10 time passes -> ready
        """,
    ),
    "law 09: a defence never makes it heavier": (
        POLICE,
        """
        1 first approve -> entered
        2 officer inform served=now amount=250 -> refused: amount_allowed
        2 officer inform served=now amount=10 -> refused: amount_allowed
        2 officer inform served=now amount=100 -> informed
        3 party state -> objected
        4 first dismiss -> informed
        4 party waive -> ready
        5 first decide amount=150 -> refused: amount_allowed
        5 first decide amount=50 -> decided
        """,
    ),
    "law 10: an objection is answered within five working days": (
        POLICE,
        """
        1 first approve -> entered
        2 party object -> objected
        3 party object text=more -> objected
        4 officer uphold ground=wrong_plate -> refused: your role
        4 first uphold -> refused: ground_given
        4 first uphold ground=wrong_plate -> removing
        5 officer remove -> voided
        """,
    ),
    "law 10: an objection that does not hold leads back to where the case stood": (
        POLICE,
        """
        1 first approve -> entered
        2 party object -> objected
        3 first dismiss -> entered
        4 officer inform served=now -> informed
        5 party state -> objected
        6 first dismiss -> informed
        36 time passes -> ready
        36 party object -> objected
        36 first dismiss -> ready
        """,
    ),
    "law 10: an objection after the decision": (
        POLICE,
        """
        1 first approve -> entered
        2 first decide statement=heard -> decided
        2 party object -> contested
        3 officer serve served=now -> contested
        4 first dismiss -> served
        5 party object -> contested
        5 bank pays fen=15000 -> contested
        6 first dismiss -> paid
        """,
    ),
    "law 10: void at a late step takes the record away": (
        POLICE,
        """
        1 first approve -> entered
        2 first decide statement=heard -> decided
        3 first void ground=emergency -> removing
        4 officer remove -> voided
        4 first void ground=emergency -> refused: the case has ended
        """,
    ),
    "law 11: extended once, by three months at most": (
        POLICE,
        """
        1 first approve -> entered
        2 officer inform served=now -> informed
        80 first extend until_day=200 -> refused: extension_allowed
        80 first extend until_day=60 -> refused: extension_allowed
        80 first extend until_day=180 -> ready
        81 first extend until_day=181 -> refused: extension_allowed
        150 first decide -> decided
        """,
    ),
    "law 13: no decision after ninety days": (
        POLICE,
        """
        1 first approve -> entered
        2 officer inform served=now -> informed
        92 first decide -> refused: not now: decision_in_time
        92 first void ground=other -> removing
        """,
    ),
    "law 13: no penalty after two years": (
        POLICE,
        """
        1 first approve -> entered
        700 time passes -> entered
        731 time passes -> entered
        732 time passes -> time_barred
        """,
    ),
    "law 12: the named driver is informed anew": (
        POLICE,
        """
        1 first approve -> entered
        2 officer inform served=now -> informed
        3 party name_driver -> driver_named
        3 first decide statement=heard -> refused: this cannot be done
        4 officer confirm_driver -> entered
        5 officer inform served=now -> informed
        6 party waive -> ready
        """,
    ),
    "law 12: a named driver who is not confirmed changes nothing": (
        POLICE,
        """
        1 first approve -> entered
        2 party name_driver -> driver_named
        3 officer reject_driver -> entered
        3 officer name_driver -> refused: driver_given
        """,
    ),
    "law 00: handed over before the entry, reviewed anew by the other authority": (
        POLICE,
        """
        1 first hand_over target=fire_brigade -> refused: target_allowed
        1 first hand_over target=urban_management -> draft
        2 first approve -> second_review
        3 second confirm -> entered
        """,
    ),
    "law 00: handed over after the entry, limits run on": (
        POLICE,
        """
        1 first approve -> entered
        2 officer inform served=now -> informed
        20 first hand_over target=urban_management -> handed_over
        21 first approve -> second_review
        21 second send_back -> handed_over
        21 second approve -> second_review
        21 first confirm -> entered
        22 first decide second_officer=second-reviewer -> refused: this cannot be done
        92 first void ground=other -> removing
        """,
    ),
    "paid late: the fee is owed too": (
        POLICE,
        """
        1 first approve -> entered
        2 first decide statement=heard -> decided
        2 officer serve served=now -> served
        17 time passes -> served
        18 time passes -> overdue
        20 bank pays fen=15000 reference=A -> overdue
        20 bank pays fen=1350 reference=B -> paid
        """,
    ),
    "paid before the papers came": (
        POLICE,
        """
        1 first approve -> entered
        2 bank pays fen=15000 reference=EARLY -> entered
        2 first decide statement=heard -> decided
        2 bank pays fen=15000 -> decided
        3 officer serve served=now -> paid
        """,
    ),
    "reconsideration upholds, then revokes": (
        POLICE,
        """
        1 first approve -> entered
        2 first decide statement=heard -> decided
        2 officer serve served=now -> served
        10 officer reconsider -> reconsidered
        20 first affirm -> overdue
        30 bank pays fen=30000 -> paid
        40 officer reconsider -> reconsidered
        50 first revoke -> revoked
        """,
    ),
    "reconsideration asked too late": (
        POLICE,
        """
        1 first approve -> entered
        2 first decide statement=heard -> decided
        2 officer serve served=now -> served
        64 officer reconsider -> refused: not now: remedy_open
        70 first close -> closed
        """,
    ),
    "a paper is not served before it was made, nor tomorrow": (
        POLICE,
        """
        1 first approve -> entered
        2 officer inform served=0 -> refused: service_recorded
        2 officer inform served=3 -> refused: service_recorded
        2 officer inform served=now -> informed
        """,
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_law_06_to_13_stories_of_the_procedure(street: Street, name: str) -> None:
    authority, story = STORIES[name]
    drafted(street, authority)  # type: ignore[arg-type]
    office = Office(street)
    for line in filter(None, map(str.strip, story.splitlines())):
        action, expected = line.split(" -> ")
        found = office.play(action)
        assert found.startswith(expected), f"{line}: {found}"


LIMITS = [
    # told about the entry on Tuesday 2 June, informed on Wednesday: five working days, thirty days to come forward
    ("law 08: owner told within five working days", "1 first approve", "notify", "2026-06-09"),
    ("law 13: decision within ninety days of the entry", "1 first approve", "decision", "2026-08-31"),
    ("law 13: two years after the act", "1 first approve", "limitation", "2028-06-01"),
    # 3 July is a Friday
    ("law 08: thirty days to come forward", "1 first approve; 2 officer inform served=now", "statement", "2026-07-03"),
    # 5 July is a Sunday: the limit ends with Monday
    ("a limit of the party ends on a working day", "1 first approve; 4 officer inform served=now", "statement", "2026-07-06"),
    # from Wednesday 17 June over the Dragon Boat holiday of 19-21 June: 18, 22, 23, 24, 25 June
    ("law 10: objection over a holiday", "1 first approve; 16 party object", "objection", "2026-06-25"),
    ("law 10: removal over a holiday", "1 first approve; 16 first void ground=other", "removal", "2026-06-23"),
    ("law 13: service within seven working days", "1 first approve; 16 first decide statement=heard", "service", "2026-06-29"),
    (
        "payment within fifteen days",
        "1 first approve; 2 first decide statement=heard; 2 officer serve served=now",
        "payment",
        "2026-06-18",
    ),
    # 19 June, the fifteenth day, is a holiday, and so are Saturday and Sunday
    (
        "payment over a holiday",
        "1 first approve; 2 first decide statement=heard; 3 officer serve served=now",
        "payment",
        "2026-06-22",
    ),
]


@pytest.mark.parametrize(("name", "story", "limit", "last_day"), LIMITS, ids=[line[0] for line in LIMITS])
def test_law_08_10_13_last_days_of_limits(street: Street, name: str, story: str, limit: str, last_day: str) -> None:
    drafted(street)
    office = Office(street)
    for line in story.split("; "):
        assert not office.play(line).startswith("refused"), line
    assert office.due(limit).isoformat() == last_day


LIGHTS = [
    ("law 08: nobody has told the owner", "1 first approve; 9 time passes", True),
    ("law 08: told late, and the light goes out", "1 first approve; 9 time passes; 9 officer notify served=now", False),
    ("law 08: informing tells the owner too", "1 first approve; 9 time passes; 9 officer inform served=now", False),
    ("law 10: an objection that waits too long", "1 first approve; 2 party object; 10 time passes", True),
    (
        "law 10: answered late, and the light goes out",
        "1 first approve; 2 officer notify served=now; 2 party object; 10 first dismiss",
        False,
    ),
    ("an answer does not make good what was late before", "1 first approve; 9 party object; 9 first dismiss", True),
    ("law 13: not served in time", "1 first approve; 2 first decide statement=heard; 15 time passes", True),
    (
        "law 13: an objection in between does not hide it",
        "1 first approve; 2 first decide statement=heard; 15 party object; 15 first dismiss",
        True,
    ),
    ("law 13: served late", "1 first approve; 2 first decide statement=heard; 15 officer serve served=now", False),
    (
        "who pays late is no red light of the office",
        "1 first approve; 2 first decide statement=heard; 2 officer serve served=now; 30 time passes",
        False,
    ),
    ("law 10: the record still stands", "1 first approve; 2 first void ground=other; 9 time passes", True),
    (
        "law 11: extended in time, no light",
        "1 first approve; 2 officer inform served=now; 80 first extend until_day=150; 100 time passes",
        False,
    ),
    ("law 13: ninety days are over", "1 first approve; 2 officer inform served=now; 95 time passes", True),
]


@pytest.mark.parametrize(("name", "story", "red"), LIGHTS, ids=[line[0] for line in LIGHTS])
def test_law_08_10_13_the_red_light_burns_while_a_limit_is_over(street: Street, name: str, story: str, red: bool) -> None:
    drafted(street)
    office = Office(street)
    for line in story.split("; "):
        assert not office.play(line).startswith("refused"), line
    assert (street.case(TRACK).red_light_at is not None) is red
