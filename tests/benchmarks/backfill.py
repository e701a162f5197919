"""Prints how fast many texts are scored and in how much memory, with a worker that is killed again and again, and what was done twice."""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

os.environ.setdefault("DATABASE_URL", "postgres://root@127.0.0.1:5432/kesher_bench_backfill")
from tests.benchmarks.respond import environment

environment.set_up()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from analytics.models import Lease, Sentiment  # noqa: E402
from analytics.text.engines.shipped import own_comments  # noqa: E402
from analytics.text.learning.choice import LineUp, line_ups  # noqa: E402
from analytics.text.score import score_waiting  # noqa: E402
from analytics.text.waiting import waiting_batches  # noqa: E402
from feedback_site.planner import count_anew  # noqa: E402
from surveys.models import Answer, Response, SurveyVersion  # noqa: E402
from tests.benchmarks.respond import prepare  # noqa: E402

RESPONSES = """
INSERT INTO surveys_response (source, state, set_aside, language, started_at, completed_at, updated_at, score, score_type, band, region,
                              is_simulated, survey_id, version_id)
SELECT 'import', 'complete', '', (%s::text[])[1 + n %% 2], at, at, at, 9, 'nps', 'promoter', '', false, %s, %s
FROM (SELECT n, now() - interval '30 days' - n * interval '1 second' AS at FROM generate_series(1, %s) AS n) AS numbers
"""
ANSWERS = """
INSERT INTO surveys_answer (response_id, question_key, text, choices, updated_at)
SELECT id, 'reason', CASE language WHEN 'en' THEN (%s::text[])[1 + (id / 2) %% %s] ELSE (%s::text[])[1 + (id / 2) %% %s] END, '[]',
       completed_at
FROM surveys_response WHERE version_id = %s
"""
# What is written is noted in the transaction that writes it, so that what was rolled back does not count.
NOTE_WRITES = """
CREATE UNLOGGED TABLE IF NOT EXISTS benchmark_writes (answer_id bigint);
TRUNCATE benchmark_writes;
CREATE OR REPLACE FUNCTION benchmark_note() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN INSERT INTO benchmark_writes VALUES (NEW.answer_id); RETURN NULL; END$$;
CREATE OR REPLACE TRIGGER benchmark_note AFTER INSERT OR UPDATE ON analytics_sentiment FOR EACH ROW EXECUTE FUNCTION benchmark_note();
"""


def main() -> None:
    asked = arguments()
    prepare.database()
    version = prepare.survey()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; {asked.texts:,} texts, half English and half Hebrew", flush=True)
    fill(version, asked.texts)
    seconds = backfill(asked)
    twice = report(asked.texts, seconds)
    of_one_batch()
    of_nothing()
    sys.exit(1 if twice else 0)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.backfill", description=__doc__)
    parser.add_argument("--texts", type=int, default=1_000_000, help="answers to score")
    parser.add_argument("--kills", type=int, default=5, help="how often the worker is killed on the way")
    return parser.parse_args()


def fill(version: SurveyVersion, number: int) -> None:
    """So many responses, each with one text; what earlier runs left is gone."""
    texts = {language: [text for text, _label, _weight in own_comments(language)] for language in ("en", "he")}
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE surveys_response CASCADE")
        cursor.execute(RESPONSES, [["he", "en"], version.survey_id, version.pk, number])
        cursor.execute(ANSWERS, [texts["en"], len(texts["en"]), texts["he"], len(texts["he"]), version.pk])
        cursor.execute(NOTE_WRITES)
    Lease.objects.all().delete()
    count_anew(Response, Answer, Sentiment)


def backfill(asked: argparse.Namespace) -> float:
    """Score all of it, killing the worker at moments that chance chooses; the seconds, without those in which a worker starts."""
    chances = random.Random(5)
    kills = sorted(chances.uniform(0.05, 0.95) for _ in range(asked.kills))
    marks = [0.1, 0.25, 0.5, 0.75, 0.9]
    seconds, done = 0.0, 0
    while done < asked.texts:
        worker = subprocess.Popen([sys.executable, "manage.py", "score_texts"], cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL)
        before, begun = done, None
        while worker.poll() is None:
            time.sleep(0.2)
            done = Sentiment.objects.count()
            begun = begun or (time.monotonic() if done > before else None)
            while marks and done >= marks[0] * asked.texts:
                print(f"  {marks.pop(0):.0%}: {memory_of(worker.pid)}", flush=True)
            if kills and done >= kills[0] * asked.texts:
                kills.pop(0)
                worker.send_signal(signal.SIGKILL)
        seconds += time.monotonic() - (begun or time.monotonic())
        if worker.wait() == -signal.SIGKILL:
            done = Sentiment.objects.count()
            print(f"  killed at {done:,} of {asked.texts:,}", flush=True)
            Lease.objects.update(until=None)  # as if the two minutes were over after which a worker is taken for dead
    return seconds


def memory_of(pid: int) -> str:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    now, most = (next((int(line.split()[1]) for line in lines if line.startswith(name)), 0) // 1024 for name in ("VmRSS", "VmHWM"))
    return f"the worker has {now} MiB, at most {most} so far"


def report(number: int, seconds: float) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT answer_id) FROM benchmark_writes")
        written, different = cursor.fetchone()
    print(f"{number:,} texts in {seconds:.0f} s: {number / seconds:,.0f} a second")
    print(f"scores written {written:,}, of {different:,} answers: {written - different} twice, {number - different} never")
    return written - different or number - different


def of_one_batch() -> None:
    """Finding 500 texts to read again, at the beginning of all and further on, when another engine is chosen."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE analytics_sentiment")
    others = {language: LineUp(language, _Other()) for language in line_ups()}
    batches = waiting_batches(Answer.objects.all(), lambda: others, 500)
    times = []
    while len(times) < 200:
        begun = time.monotonic()
        if next(batches, None) is None:
            break
        times.append(1000 * (time.monotonic() - begun))
    print(f"finding the next 500 texts: the first in {times[0]:.0f} ms, then {median(times[1:]):.0f} (median), at last {times[-1]:.0f} ms")


class _Other:
    name, version, languages = "another", "1", frozenset({"en", "he"})


def of_nothing() -> None:
    begun = time.monotonic()
    score_waiting()
    swept = time.monotonic()
    score_waiting(seconds=None)
    print(f"a sweep that finds nothing: {1000 * (swept - begun):.0f} ms; one that goes through all: {time.monotonic() - swept:.2f} s")


if __name__ == "__main__":
    main()
