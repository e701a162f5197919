"""Prints how many completions per second the respondent's page takes, and what one page weighs."""

import argparse
import os
from statistics import quantiles

from tests.benchmarks.respond import environment

environment.set_up()

from django.db import connection  # noqa: E402

from tests.benchmarks.respond import cpu, load, prepare, server, weight  # noqa: E402

CONCURRENCY = (8, 64)
# Published for other survey software on two cores, the load on the same: completions per second, KB and requests of a page.
PHP_SERVER, DJANGO_PACKAGE, THEIR_KB, THEIR_REQUESTS = (16, 20), 53, 465, 23
AIM, MOST_KB, MOST_AT_OPEN, MOST_AT_SUBMIT = 300, 40, 5, 8
Run = tuple[int, bool]  # how many at once, and whether to the end


def main() -> None:
    asked = arguments()
    prepare.database()
    version = prepare.survey()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; gunicorn: {asked.workers} workers, {asked.threads} threads\n")
    print_queries(weight.queries(prepare.invitations(version, 1)[0]))
    with server.running(asked.workers, asked.threads) as (port, pid):
        print_weight(weight.parts(port, prepare.invitations(version, 1)[0]))
        # Every thread has its first request, and its connection, before anything is measured.
        load.drive(port, prepare.invitations(version, asked.number // 10), max(CONCURRENCY), finishing=True)
        measured = {(n, to_the_end): run(port, pid, n, asked.number, to_the_end) for to_the_end in (False, True) for n in CONCURRENCY}
    print_speed(measured)
    print_processor_time(measured)
    print_ratios([one.per_second for (_n, to_the_end), one in measured.items() if not to_the_end])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.respond", description=__doc__)
    parser.add_argument("--number", type=int, default=2000, help="completions in each measurement")
    parser.add_argument("--workers", type=int, default=3, help="processes of the web server")
    parser.add_argument("--threads", type=int, default=4, help="threads of each")
    return parser.parse_args()


def run(port: int, pid: int, concurrency: int, number: int, to_the_end: bool) -> load.Measured:
    """One measurement. Raises AssertionError where afterwards the database does not hold every completion exactly once."""
    version, database = prepare.survey(), connection.settings_dict["NAME"]
    paths = prepare.invitations(version, number)
    before = cpu.of_server(pid), cpu.of_database(database)
    measured = load.drive(port, paths, concurrency, to_the_end)
    measured.server_cpu, measured.database_cpu = cpu.of_server(pid) - before[0], cpu.of_database(database) - before[1]
    n, finished = measured.completions, measured.completions if to_the_end else 0
    expected = {"responses": n, "invitations answered": n, "complete": n, "finished": finished, "scores": n, "comments": finished}
    assert measured.errors or prepare.stored(version) == expected, f"{prepare.stored(version)} is stored, not {expected}"
    return measured


def print_queries(counted: dict[str, int]) -> None:
    print(f"Queries (aim: at most {MOST_AT_OPEN} per open, {MOST_AT_SUBMIT} per submit)")
    for step, number in counted.items():
        print(f"  {step:<20}{number:>4}")


def print_weight(parts: list[weight.Part]) -> None:
    needed = parts[:2]
    kb = sum(part.sent for part in needed) / 1000
    print(f"\nA page (aim: at most {MOST_KB} KB as sent, in 2 requests)\n  {'':<46}{'raw':>8}{'sent':>8}")
    for part in parts:
        print(f"  {part.path.split('/')[-1] or 'the page':<46}{part.raw:>8}{part.sent:>8} {part.encoding or 'not compressed'}")
    print(f"  needed to answer: {len(needed)} requests, {kb:.1f} KB; with script and icon {len(parts)} requests; no cookie")
    times = f"{THEIR_KB / kb:.0f} times as heavy, with {THEIR_REQUESTS / len(parts):.0f} times the requests"
    print(f"  the PHP server's {THEIR_KB} KB in {THEIR_REQUESTS} requests: {times}")


def print_speed(measured: dict[Run, load.Measured]) -> None:
    print(f"\n{'':<30}{'/s':>6}   {'open, ms':<22}{'first byte':<22}{'submit':<22}errors")
    print(f"{'':<36}   " + f"{'p50':>5} {'p95':>5} {'p99':>5}     " * 3)
    for of, one in measured.items():
        times = "     ".join(percentiles(seconds) for seconds in (one.opens, one.first_bytes, one.submits + one.finishes))
        print(f"{label(of):<30}{one.per_second:>6.0f}   {times}     {len(one.errors)} {one.errors[0] if one.errors else ''}")
    print("Every completion is in the database exactly once.")


def print_processor_time(measured: dict[Run, load.Measured]) -> None:
    print(f"\nProcessor time of a completion, ms{'server':>12}{'database':>12}{'load':>12}   so at most, if nothing else used the cores")
    for of, one in measured.items():
        parts = [1000 * seconds / one.completions for seconds in (one.server_cpu, one.database_cpu, one.own_cpu)]
        print(f"{label(of):<34}" + "".join(f"{part:>12.1f}" for part in parts) + f"{1000 * (os.cpu_count() or 1) / sum(parts):>8.0f}/s")


def print_ratios(speeds: list[float]) -> None:
    slow, fast = min(speeds), max(speeds)
    print(f"\nOpen + score: {slow:.0f} to {fast:.0f}/s, aim {AIM}/s; load {os.getloadavg()[0]:.1f} at the end")
    for name, theirs in (("the PHP server", PHP_SERVER[1]), ("the PHP server", PHP_SERVER[0]), ("the Django package", DJANGO_PACKAGE)):
        print(f"  {name:<20}{theirs:>4}/s: {slow / theirs:.1f} to {fast / theirs:.1f} times that")


def label(of: Run) -> str:
    return f"{of[0]} at once, {'to the end' if of[1] else 'open + score'}"


def percentiles(seconds: list[float]) -> str:
    """p50, p95, p99 in milliseconds."""
    cuts = quantiles(seconds, n=100)
    return " ".join(f"{cuts[place - 1] * 1000:>5.1f}" for place in (50, 95, 99))


if __name__ == "__main__":
    main()
