"""Copy the few files that pages need out of node_modules into the folder that static files are taken from."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

# folder under vendor/: files under node_modules/
NEEDED = {
    "bootstrap": [
        "bootstrap/dist/css/bootstrap.min.css",
        "bootstrap/dist/css/bootstrap.rtl.min.css",
        "bootstrap/dist/js/bootstrap.bundle.min.js",
    ],
    "bootstrap-icons": ["bootstrap-icons/font/bootstrap-icons.min.css"],
    "bootstrap-icons/fonts": ["bootstrap-icons/font/fonts/bootstrap-icons.woff2", "bootstrap-icons/font/fonts/bootstrap-icons.woff"],
    "heebo": [
        "@fontsource-variable/heebo/files/heebo-hebrew-wght-normal.woff2",
        "@fontsource-variable/heebo/files/heebo-latin-wght-normal.woff2",
    ],
    "htmx": ["htmx.org/dist/htmx.min.js"],
    "sortablejs": ["sortablejs/Sortable.min.js"],
    "vega": ["vega/build/vega.min.js"],
    "vega-lite": ["vega-lite/build/vega-lite.min.js"],
    "vega-embed": ["vega-embed/build/vega-embed.min.js"],
}


class Command(BaseCommand):
    help = "Copies the front-end files that pages need from node_modules (after `npm ci`)."

    def handle(self, *args: Any, **options: Any) -> None:
        packages = settings.BASE_DIR / "node_modules"
        for folder, files in NEEDED.items():
            target = settings.VAR_DIR / "vendor" / folder
            target.mkdir(parents=True, exist_ok=True)
            for file in files:
                self._copy(packages / file, target)

    def _copy(self, source: Path, target: Path) -> None:
        if not source.exists():
            raise CommandError(f"{source} is missing: run `npm ci` first.")
        # A source map that is not served would be a broken reference: drop the comment that names it.
        if source.suffix in (".js", ".css"):
            lines = source.read_text(encoding="utf-8").splitlines()
            (target / source.name).write_text("\n".join(line for line in lines if "sourceMappingURL=" not in line[:60]), encoding="utf-8")
        else:
            shutil.copyfile(source, target / source.name)
