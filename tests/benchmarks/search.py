"""How long a search over many answers takes: `python -m tests.benchmarks.search`, on `DATABASE_URL` or on SQLite. It prints figures."""

import argparse
import os
import random
import tempfile
import time

os.environ |= {"KESHER_MODE": "embedded", "LOG_LEVEL": "WARNING", "DJANGO_SETTINGS_MODULE": "feedback_site.settings"}
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="benchmark-search-"))

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.utils import timezone  # noqa: E402

from analytics.reports import queries  # noqa: E402
from analytics.reports.filters import FeedbackFilter  # noqa: E402
from analytics.text.engines.hebrew import DATA  # noqa: E402
from analytics.text.search.find import OVERLAP, matching  # noqa: E402
from analytics.text.search.index import index_waiting  # noqa: E402
from feedback_site.models import User  # noqa: E402
from surveys.models import Answer, Response  # noqa: E402
from tests import factories  # noqa: E402

QUERIES = [
    *("service", "שירות", "invoice delivery", "שירות לקוחות איטי", '"customer service"', '"שירות לקוחות"', "good -slow", "zanzibar", "inv"),
]
BATCH, RUNS, CONTACTS = 5_000, 5, 2_000


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--answers", type=int, default=200_000)
    number = asked.parse_args().answers
    call_command("migrate", verbosity=0)
    if not Answer.objects.exists():  # a second run looks at the same rows
        fill(number)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    start = time.perf_counter()
    taken_up = index_waiting()
    print(f"{connection.vendor}: {taken_up:,} texts taken up, {taken_up / (time.perf_counter() - start):,.0f} a second")
    Response.objects.update(updated_at=timezone.now() - 2 * OVERLAP)  # as on any day but the first
    start = time.perf_counter()
    index_waiting()
    print(f"nothing waits: {1000 * (time.perf_counter() - start):,.0f} ms")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    reader = User.objects.filter(role="leadership").first() or factories.user(role="leadership")
    print("| query | texts found | ms, counted | ms, first page of the feedback list |\n|---|---|---|---|")
    for query in QUERIES:
        found = matching(Answer.objects.texts(), query)
        count, counted = timed(found.count)
        _rows, page = timed(lambda query=query: first_page(reader, query))
        print(f"| {query} | {count:,} | {counted:,.0f} | {page:,.0f} |")


def fill(number: int) -> None:
    """Responses of so many contacts with texts of two to four comments, in either language."""
    rng = random.Random(1)
    comments = {code: [line.split("\t")[1] for line in (DATA / f"comments_{code}.tsv").read_text().splitlines()] for code in ("en", "he")}
    survey, now = factories.survey(), timezone.now()
    contacts = [factories.contact() for _ in range(CONTACTS)]
    shared = {"survey": survey, "version": survey.published, "state": "complete", "started_at": now, "completed_at": now}
    for _ in range(0, number, BATCH):
        languages = [rng.choice(("en", "he")) for _ in range(BATCH)]
        people = rng.choices(contacts, k=BATCH)
        pairs = zip(people, languages, strict=True)
        responses = [Response(**shared, contact=one, account=one.account, language=code) for one, code in pairs]
        Response.objects.bulk_create(responses)
        texts = [" ".join(rng.choices(comments[one.language], k=rng.randint(2, 4))) for one in responses]
        Answer.objects.bulk_create(
            Answer(response=response, question_key="comment", text=f"{text} {rng.randrange(10**6)}", updated_at=now)
            for response, text in zip(responses, texts, strict=True)
        )


def first_page(user, query):
    request = RequestFactory().get("/feedback/", {"search": query})
    request.user = user
    found = FeedbackFilter(request.GET, queries.feedback_for(user), request=request).qs
    return found.count(), queries.rows_of_page(found[:25], user)


def timed(work):
    """What it returns, and the median of its milliseconds."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        result = work()
        times.append(1000 * (time.perf_counter() - start))
    return result, sorted(times)[RUNS // 2]


if __name__ == "__main__":
    main()
