"""The desk's scheduled action over 10 000 open cases: every one gets an owner, and every clock is looked at.

Twenty teams of ten colleagues, half of them assigning by skill and half in turn, with subject and language skills, have
10 000 open cases of as many patrons that nobody has taken. Of a tenth the promise was missed (each patron gets an
apology with a new time), of a tenth it comes near (each colleague gets one mail). The action runs as the scheduler
calls it, with its commits, in a process of its own; then it runs again, when there is nothing to do.

``python -m benchmarks.clock TASK DATABASE ADDONS CASES`` is one of the processes that :func:`run` starts.
"""

import sys
import time
from datetime import timedelta

from .databases import PREFIX, copy_template, drop
from .meters import backend_cpu
from .report import Figure
from .settings import BenchmarkError
from .worker import ask_process, run_task

DATABASE = f"{PREFIX}clock"
CASES = 10_000
TEAMS = 20
STAFF = 10
MOST_SECONDS = 60
LANGUAGES = ("zh", "en", "de", "fr")


def run(settings, options, report):
    """Measure one run of the scheduled action with everything to do, and one with nothing to do.

    :param options: `addons` is the folder that holds library_crm; `cases`, where it is given, how many cases
    """
    settings.cache.mkdir(parents=True, exist_ok=True)
    try:
        copy_template(settings, DATABASE)
        filled = _task(settings, options, "prepare")
        done = _task(settings, options, "desk")
        again = _task(settings, options, "desk")
    finally:
        drop(settings, DATABASE)
    if done["waiting"] or done["missed"] != filled["late"] or done["warned"] < filled["near"]:
        raise BenchmarkError(f"The action left work undone: {done}, of {filled}.")
    name = f"clock and assignment of {filled['cases']:,} open cases"
    report.add(Figure(name, done["seconds"], MOST_SECONDS, peer="limit", bar=1.0, unit="s"))
    report.add(Figure(f"{name}, nothing to do", again["seconds"], done["seconds"], peer="all to do", unit="s"))
    report.note(
        f"{done['assigned']:,} assigned, {done['missed']:,} promises missed with {done['apologies']:,} apologies,"
        f" {done['warned']:,} warnings in {done['mails']:,} mails to colleagues; {done['busy']:.0f} s of CPU"
    )
    if again["apologies"] != done["apologies"] or again["mails"] != done["mails"]:
        raise BenchmarkError("The second run wrote mails again.")


def _task(settings, options, task):
    size = getattr(options, "cases", None) or CASES
    return ask_process(settings, "benchmarks.clock", task, DATABASE, options.addons, size)


# in the processes


def _prepare(env, cases):
    """Teams with colleagues who know something, patrons, and their cases."""
    env = env(context={**env.context, "tracking_disable": True, "no_reset_password": True})
    env["library.case"].search([]).action_archive()
    subjects = env["library.subject"].search([("parent_id", "=", False)], limit=20)
    skills = _add_skills(env, subjects)
    teams = _add_teams(env, skills)
    services = env["library.service"].create(
        [
            {"name": f"Service {number}", "kind": "reference", "answer_hours": 8 + number, "solution_hours": 40,
             "team_id": team.id}
            for number, team in enumerate(teams)
        ]
    )  # fmt: skip
    for start in range(0, cases, 1000):
        _add_cases(env, services, subjects, range(start, min(start + 1000, cases)))
        env.cr.commit()
    return _make_due(env, cases)


def _add_skills(env, subjects):
    rows = [{"name": subject.name, "kind": "class", "subject_id": subject.id} for subject in subjects]
    rows += [{"name": f"Language {lang}", "kind": "language", "lang": lang} for lang in LANGUAGES]
    known = env["library.skill"].with_context(active_test=False).search([])
    taken = {(skill.subject_id.id, skill.lang) for skill in known}
    fresh = [row for row in rows if (row.get("subject_id") or False, row.get("lang") or False) not in taken]
    return known | env["library.skill"].create(fresh)


def _add_teams(env, skills):
    """Twenty teams; colleague n knows every tenth skill."""
    users = env["res.users"].create(
        [
            {"name": f"Colleague {number}", "login": f"bench{number}", "email": f"bench{number}@staff.test",
             "group_ids": [(4, env.ref("library_crm.group_library_librarian").id)]}
            for number in range(TEAMS * STAFF)
        ]
    )  # fmt: skip
    env["library.staff.skill"].create(
        [
            {"user_id": user.id, "skill_id": skill.id, "level": str(1 + place % 4)}
            for place, user in enumerate(users)
            for skill in skills[place % STAFF :: STAFF]
        ]
    )
    return env["library.team"].create(
        [
            {"name": f"Team {number}", "assign_method": ("best", "round_robin")[number % 2],
             "member_ids": [(0, 0, {"user_id": user.id}) for user in users[number * STAFF : (number + 1) * STAFF]]}
            for number in range(TEAMS)
        ]
    )  # fmt: skip


def _add_cases(env, services, subjects, numbers):
    patrons = env["library.patron"].create(
        [{"name": f"Patron {number}", "email": f"patron{number}@patrons.test"} for number in numbers]
    )
    needs = env["library.need"].create(
        [
            {"name": f"Question {number}", "patron_id": patron.id, "company_id": env.company.id,
             "statement": f"What is known about subject {number}?",
             "subject_ids": [(4, subjects[number % len(subjects)].id)]}
            for number, patron in zip(numbers, patrons, strict=True)
        ]
    )  # fmt: skip
    env["library.case"].create(
        [
            {"name": need.name, "patron_id": need.patron_id.id, "service_id": services[number % TEAMS].id,
             "need_ids": [(4, need.id)], "lang": "en_US"}
            for number, need in zip(numbers, needs, strict=True)
        ]
    )  # fmt: skip


def _make_due(env, cases):
    """A tenth is late by an hour, of another tenth the promise is near."""
    now = env.cr.now()
    found = env["library.case"].search([("stage_code", "!=", "closed")], order="id")
    late, near = found[: cases // 10], found[cases // 10 : cases // 5]
    values = ((late, -timedelta(hours=1)), (near, timedelta(hours=1)))
    for records, distance in values:
        env.cr.execute(
            "UPDATE library_case SET date_promised = %s, date_warning = %s WHERE id = ANY(%s)",
            [now + distance, now - timedelta(minutes=10), records.ids],
        )
    env.cr.commit()
    env.cr.connection.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    env.cr.connection.autocommit = False
    return {"cases": len(found), "late": len(late), "near": len(near)}


def _desk(env, _cases):
    """One run of the scheduled action as the scheduler calls it."""
    backend = env.cr.connection.get_backend_pid()
    started, before = time.perf_counter(), time.process_time() + (backend_cpu(backend) or 0)
    env["library.case"]._run_desk()
    env.cr.commit()
    seconds = time.perf_counter() - started
    busy = time.process_time() + (backend_cpu(backend) or 0) - before
    Case, Mail = env["library.case"], env["mail.mail"]
    return {
        "seconds": seconds,
        "busy": busy,
        "waiting": Case.search_count([("stage_code", "!=", "closed"), ("user_id", "=", False)]),
        "assigned": Case.search_count([("user_id", "!=", False)]),
        "missed": Case.search_count([("missed_count", ">", 0)]),
        "warned": Case.search_count([("date_warned", "!=", False)]),
        "apologies": Mail.search_count([("model", "=", "library.case"), ("subject", "like", "We are late%")]),
        "mails": Mail.search_count([("subject", "like", "Promises %")]),
    }


if __name__ == "__main__":
    run_task(sys.argv[1:], {"prepare": _prepare, "desk": _desk}, installs=True)
