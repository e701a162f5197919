"""Keeps the catalogues of the further languages of customers: what reaches them, and nothing else."""

from typing import Any

from django.core.management.base import BaseCommand

from feedback_site.customer_texts import LANGUAGES, catalogue, reaches_customers


class Command(BaseCommand):
    help = "Takes new texts for customers over from the Hebrew catalogue, to be translated, and drops those that are gone (needs polib)."

    def handle(self, *args: Any, **options: Any) -> None:
        import polib  # a tool of development, not installed in production

        wanted = [entry for entry in polib.pofile(str(catalogue("he"))) if reaches_customers(entry)]
        for language in LANGUAGES:
            file = polib.pofile(str(catalogue(language)))
            known = {(entry.msgctxt, entry.msgid): entry for entry in file}
            file.clear()
            for entry in wanted:
                kept = known.get((entry.msgctxt, entry.msgid))
                file.append(kept or polib.POEntry(msgid=entry.msgid, msgctxt=entry.msgctxt, msgid_plural=entry.msgid_plural))
                file[-1].occurrences, file[-1].flags = entry.occurrences, [flag for flag in entry.flags if flag != "fuzzy"]
            file.save()
            self.stdout.write(f"{language}: {len(file.untranslated_entries())} of {len(file)} to be translated")
