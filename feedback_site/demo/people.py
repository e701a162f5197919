"""Who works at the simulated company: one login per role, two teams of account managers, representatives."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from feedback_site.access.models import Role, Team, User
from feedback_site.demo import names
from feedback_site.demo.logins import DOMAIN, create_administrator
from surveys.customers.models import Representative


@dataclass(frozen=True)
class People:
    owner: User
    managers: list[list[User]]  # by team
    representatives: list[Representative]


def create_people(password: str | None) -> People:
    """Create everybody; without `password` nobody can log in."""
    shared = make_password(password)  # one hash for all: the password is no secret
    teams = [Team.objects.create(name=name, is_simulated=True) for name in names.TEAMS]
    create_administrator(password)
    owner = _user(shared, "owner", "Gil Carmi", Role.SURVEY_OWNER)
    _user(shared, "leadership", "Ruth Avni", Role.LEADERSHIP)
    for number, name in enumerate(names.LEADS):
        _user(shared, _address("lead", number), name, Role.TEAM_LEAD, team=teams[number])
    managers = [
        [
            _user(shared, _address("manager", 4 * team + number), name, Role.ACCOUNT_MANAGER, team=teams[team])
            for number, name in enumerate(of_team)
        ]
        for team, of_team in enumerate(names.MANAGERS)
    ]
    representatives = [_representative(shared, number, name) for number, name in enumerate(names.REPRESENTATIVES)]
    return People(owner, managers, representatives)


def _address(role: str, number: int) -> str:
    return role if number == 0 else f"{role}{number + 1}"


def _user(password: str, address: str, name: str, role: str, team: Team | None = None) -> User:
    user = User(email=f"{address}@{DOMAIN}", name=name, role=role, team=team, password=password, is_simulated=True)
    user.save()
    return user


def _representative(password: str, number: int, name: str) -> Representative:
    user = _user(password, _address("sales", number), name, Role.SALES)
    return Representative.objects.create(external_id=f"DEMO-rep-{number + 1}", name=name, user=user, is_simulated=True)
