"""Texts out to a translator and back: XLSX and PO."""

import re
import zipfile
from io import BytesIO

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from feedback_site.imports.problems import FileProblem, RowProblems
from feedback_site.tables import Table, as_xlsx
from surveys.authoring.drafts import create_survey, new_draft
from surveys.authoring.models import FrozenVersionError
from surveys.authoring.starters import STARTERS
from surveys.authoring.translation import save_translation, units
from surveys.authoring.translation_files import KINDS, read, written
from surveys.authoring.translation_import import import_translation
from surveys.models import SurveyVersion
from tests import factories

pytestmark = pytest.mark.django_db
HEADS = ["id", "Where", "Source text [en]", "Translation [en>ar]"]
PO_HEADER = 'msgid ""\nmsgstr ""\n"Project-Id-Version: x 1 [en>ar]\\n"\n"Language: ar\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.fixture
def owner(login, survey_owner):
    return login(survey_owner)


@pytest.fixture
def draft():
    version = factories.survey(published=False).draft
    version.texts["ar"] = {}
    version.save()
    return version


def again(version):
    return SurveyVersion.objects.get(pk=version.pk)


def stored(version, source="en", target="ar"):
    return {unit.id: unit.target for unit in units(again(version), source, target) if unit.target}


def file_of(kind, version, source="en", target="ar"):
    return written(kind, version, units(version, source, target), source, target)


def filled(kind, content, translate):
    """The file as a translator brings it back; `translate` gives the translation of an id and its source text."""
    if kind == "po":
        po = polib.pofile(content.decode())
        for entry in po:
            entry.msgstr = translate(entry.msgctxt, entry.msgid)
        return str(po).encode()
    head, *rows = cells_of(content)
    return as_xlsx(Table(head, [[id_, where, source, translate(id_, source)] for id_, where, source, _text in rows]))


def cells_of(content):
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()


def sheet(*rows, heads=HEADS):
    return as_xlsx(Table(heads, rows))


def po(*entries):
    return (PO_HEADER + "\n\n".join(f'msgctxt "{id_}"\nmsgid "{source}"\nmsgstr "{text}"' for id_, source, text in entries)).encode()


def taken(version, content, name="texts.xlsx"):
    return import_translation(version, "en", "ar", name, content)


def refused(version, content, name="texts.xlsx"):
    """What is wrong, by row and id; nothing is stored."""
    before = stored(version)
    with pytest.raises(RowProblems) as caught:
        taken(version, content, name)
    assert stored(version) == before
    return [(problem.row, problem.field, problem.message) for problem in caught.value.problems]


class TestOutAndBack:
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("starter", STARTERS.values(), ids=STARTERS)
    def test_every_text_of_every_ready_made_survey(self, starter, kind):
        draft = create_survey("Mine", ["he", "en"], None, starter).draft
        draft.texts["ar"] = {}
        draft.save()
        listed = units(draft, "he", "ar")
        content = filled(kind, file_of(kind, draft, "he"), lambda id_, source: f"ع «{source}»")
        outcome = import_translation(draft, "he", "ar", f"back.{kind}", content)
        assert (len(outcome.changed), outcome.unchanged, outcome.left_out) == (len(listed), 0, [])
        assert stored(draft, "he") == {unit.id: f"ع «{unit.source}»" for unit in listed}
        second = import_translation(draft, "he", "ar", f"back.{kind}", content)
        assert (second.changed, second.unchanged) == ([], len(listed))

    @pytest.mark.parametrize("kind", KINDS)
    def test_untouched_it_changes_nothing(self, draft, kind):
        outcome = import_translation(draft, "en", "he", f"x.{kind}", file_of(kind, draft, target="he"))
        assert (outcome.changed, outcome.unchanged, outcome.left_out) == ([], 12, [])

    @pytest.mark.parametrize("kind", KINDS)
    def test_hostile_and_unusual_texts_come_back_as_they_were(self, draft, kind):
        evil = [
            '=HYPERLINK("http://x.example","y")',
            "+1",
            "-1",
            "@SUM(A1)",
            "<script>alert(1)</script> & <b>",
            'a "quoted" \\n back\\slash',
            "100% sure, 5 %d {0}",
            "_x0041_ _x000D_",
            "שלום – Kesher 2.0 – مرحبا \u200f(1)\u200e",
            "1001",
            "ends in a space \u00a0x",
            "#N/A",
        ]
        keys = [f"c{number}" for number in range(len(evil))]
        choices = [{"key": key, "labels": {"en": text}} for key, text in zip(keys, evil, strict=True)]
        factories.question(draft, key="evil", type="one_choice", choices=choices, texts={"en": {"label": "Which?"}}, position=4)
        draft.texts["en"]["introduction"] = "First line.\n\nThird line.\n\t- =1+1"
        draft.save()
        content = filled(kind, file_of(kind, draft), lambda id_, source: source)
        assert taken(draft, content, f"x.{kind}").left_out == []
        assert [stored(draft)[f"q.evil.choices.{key}"] for key in keys] == evil
        assert stored(draft)["survey.introduction"] == "First line.\n\nThird line.\n\t- =1+1"

    def test_no_cell_is_a_formula(self, draft):
        draft.texts["en"]["title"] = "=1+1"
        with zipfile.ZipFile(BytesIO(file_of("xlsx", draft))) as archive:
            assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")

    def test_a_published_version_goes_out_and_comes_into_the_draft(self):
        survey = factories.survey()
        content = filled("xlsx", file_of("xlsx", survey.published, "en", "he"), lambda id_, source: f"{source} בעברית")
        with pytest.raises(FrozenVersionError):
            import_translation(survey.published, "en", "he", "x.xlsx", content)
        draft = new_draft(survey)
        assert len(import_translation(draft, "en", "he", "x.xlsx", content).changed) == 12
        assert (again(draft).text("title", "he"), survey.published.text("title", "he")) == ("How are we doing? בעברית", "איך אנחנו?")

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("code", ["sw", "pt-br", "zh-hans", "no", "xx"])
    def test_into_any_language(self, draft, kind, code):
        draft.texts[code] = {}
        draft.save()
        content = filled(kind, file_of(kind, draft, target=code), lambda id_, source: f"{source}!")
        assert len(import_translation(draft, "en", code, f"x.{kind}", content).changed) == 12


class TestTheFiles:
    def test_the_spreadsheet(self, draft):
        head, first, *_rest = cells_of(file_of("xlsx", draft, "en", "he"))
        assert head == ["id", "Where", "Source text [en]", "Translation [en>he]"]
        assert first == ["survey.title", "Title", "How are we doing?", "איך אנחנו?"]

    def test_po(self, draft):
        draft.survey.name = "Two\nlines"
        draft.texts["en"]["title"] = "100% sure, {contact.name|you}?"
        found = polib.pofile(file_of("po", draft, "en", "he").decode())
        assert (found.metadata["Language"], found.metadata["Project-Id-Version"]) == ("he", f"{draft.survey.key} 1 [en>he]")
        title = found.find("survey.title", by="msgctxt")
        assert (title.msgid, title.msgstr, title.comment, title.flags) == ("100% sure, {contact.name|you}?", "איך אנחנו?", "Title", [])

    @pytest.mark.parametrize("kind", KINDS)
    def test_what_has_no_source_text_is_left_out(self, draft, kind):
        draft.texts["en"]["thanks"] = " "
        assert [row.id for row in read(f"x.{kind}", file_of(kind, draft)).rows if row.id.startswith("survey")] == [
            "survey.title",
            "survey.introduction",
            "survey.subject",
            "survey.invitation",
        ]

    def test_download(self, owner, draft):
        address = reverse("authoring:export_translation", args=[draft.pk, "xlsx"]) + "?from=en&to=ar"
        answer = owner.get(address)
        assert answer["Content-Disposition"] == f'attachment; filename="{draft.survey.key}-1-en-ar.xlsx"'
        assert read("x.xlsx", answer.content).target == "ar"
        assert owner.get(address.replace("xlsx", "exe")).status_code == 404

    def test_a_hebrew_file_with_its_columns_in_another_order_is_read(self, draft):
        with translation.override("he"):
            head, *rows = cells_of(file_of("xlsx", draft))
        columns = [2, 3, 1, 0]
        content = as_xlsx(Table([head[place] for place in columns], [["How are we doing?", "كيف نحن؟", "", rows[0][0]]]))
        assert (len(rows), taken(draft, content).changed[0].after) == (12, "كيف نحن؟")


class TestRows:
    def test_whole_or_not_at_all(self, draft):
        draft.texts["en"]["introduction"] = "Hello {contact.name|you}"
        draft.save()
        content = sheet(
            ["survey.title", "", "How are we doing?", "كيف نحن؟"],
            ["survey.introduction", "", "Hello {contact.name|you}", "أهلا"],
            ["q.nobody.label", "", "Who?", "من؟"],
            ["", "", "Two questions.", "سؤالان"],
            ["survey.subject", "", "One question", "أ" * 301],
            ["survey.thanks", "", "Thank you!", "شكرا"],
            ["survey.thanks", "", "Thank you!", "شكرا لكم"],
            ["q.reason.choices.price", "", "Price", "سعر"],
            ["q.reason.choices.service", "", "Service", "سعر"],
        )
        assert refused(draft, content) == [
            (3, "survey.introduction", "“{contact.name}” of the source text is missing; write it as it is there, in Latin letters."),
            (4, "q.nobody.label", "This draft has no such text; delete the row, or export the texts once more."),
            (5, "", "The id is missing; write it as it was exported, or delete the row."),
            (6, "survey.subject", "The text has 301 characters; at most 300 fit."),
            (7, "survey.thanks", "This id stands in the file more than once; keep one of the rows."),
            (8, "survey.thanks", "This id stands in the file more than once; keep one of the rows."),
            (9, "q.reason.choices.price", "Another line of the same list has this text; tell the two apart."),
            (10, "q.reason.choices.service", "Another line of the same list has this text; tell the two apart."),
        ]

    def test_in_po_the_line_is_named(self, draft):
        twice = ("survey.title", "How are we doing?", "كيف نحن؟")
        problems = refused(draft, po(twice, ("q.nobody.label", "Who?", "من؟"), twice), "x.po")
        assert [(line, id_) for line, id_, _message in problems] == [(8, "survey.title"), (12, "q.nobody.label"), (16, "survey.title")]

    def test_a_source_text_that_changed_meanwhile(self, draft):
        content = filled("xlsx", file_of("xlsx", draft), lambda id_, source: f"ع {source}")
        draft.texts["en"]["title"] = "How are we really doing?"
        draft.save()
        outcome = taken(draft, content)
        assert (len(outcome.changed), outcome.unchanged) == (11, 0)
        [left_out] = outcome.left_out
        assert (left_out.row, left_out.field, left_out.value) == (2, "survey.title", "ع How are we doing?")
        assert left_out.message.startswith("The source text was changed since the export; it is now: “How are we really doing?”.")
        assert "survey.title" not in stored(draft)

    def test_an_empty_translation_keeps_what_is_there(self, draft):
        outcome = import_translation(draft, "en", "he", "x.xlsx", filled("xlsx", file_of("xlsx", draft, target="he"), lambda *_: " "))
        assert (outcome.changed, outcome.unchanged) == ([], 12)
        assert stored(draft, target="he")["survey.title"] == "איך אנחנו?"

    def test_what_a_tool_only_guessed_is_not_taken(self, draft):
        content = po(("survey.title", "How are we doing?", "كيف؟")).replace(b"msgctxt", b"#, fuzzy\nmsgctxt")
        outcome = taken(draft, content, "x.po")
        assert (outcome.changed, [(problem.field, problem.message[:41]) for problem in outcome.left_out]) == (
            [],
            [("survey.title", "The translator's tool marked it as unsure")],
        )

    def test_numbers_stay_texts_and_control_characters_go(self, draft):
        assert [change.after for change in taken(draft, sheet(["survey.title", "", "How are we doing?", 1001])).changed] == ["1001"]
        assert taken(draft, sheet(["survey.title", "", "How are we doing?", "أ\x07ب"])).changed[0].after == "أب"

    def test_a_formula_that_failed_is_no_text(self, draft):
        import xlsxwriter

        file = BytesIO()
        with xlsxwriter.Workbook(file) as book:
            page = book.add_worksheet()
            page.write_row(0, 0, HEADS)
            page.write_row(1, 0, ["survey.title", "", "How are we doing?"])
            page.write_formula(1, 3, "=NA()", value="#N/A")
        assert refused(draft, file.getvalue()) == [
            (2, "survey.title", "Translation [en>ar]: A formula failed (#N/A); write the text itself.")
        ]


NO_TEXTS = "The file holds no texts; export them once more to begin with such a file."
NO_COLUMNS = "The columns “id” and “… [en]” are needed; leave the heads as they were exported."
NO_LANGUAGES = "No column is headed “… [he>en]”, with the two languages; leave the heads as they were exported."
NO_SHEET = "The file is named XLSX, but it is no spreadsheet; save the table as XLSX, or name it .po if it is PO."
OLD_SHEET = "The file is an old or encrypted spreadsheet; save it as XLSX without a password."
NO_PO = "The file is named PO, but it is no text; name it as what it is, or export the texts once more."
NO_UTF8 = "The PO file can not be read; save it as UTF-8 in the translator's tool."
DAMAGED_PO = "The PO file is damaged at line 9; mend it there, or save it again in the translator's tool."
PLURALS = "The file has texts with plural forms; surveys have none. Take a file that was exported here."
UNREADABLE = [
    ("x.docx", b"PK\x03\x04", "Only XLSX and PO files can be imported; export the texts once more to begin with one."),
    ("x.xlsx", b" ", "The file is empty."),
    ("x.po", b" " + b"#" * (2 * 1024 * 1024), "The file is larger than 2 MB."),
    ("x.xlsx", po(), NO_SHEET),
    ("x.xlsx", b"PK\x03\x04 damaged", "The spreadsheet is damaged; save it again as XLSX."),
    ("x.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_SHEET),
    ("x.po", sheet(), NO_PO),
    ("x.xlsx", sheet(heads=["id", "text"]), NO_LANGUAGES),
    ("x.xlsx", sheet(heads=HEADS[1:]), NO_COLUMNS),
    ("x.xlsx", sheet(heads=[*HEADS[:2], HEADS[3]]), NO_COLUMNS),
    ("x.xlsx", sheet(), NO_TEXTS),
    ("x.po", PO_HEADER.encode(), NO_TEXTS),
    ("x.po", b'msgid "a"\nmsgstr "b"', "The header of the PO file names no language; write it there, as “Language: en”."),
    ("x.po", po() + b"\nmsgid\x20no quotes\nnonsense here\n", DAMAGED_PO),
    ("x.po", po() + b'msgid "\xff"\nmsgstr "x"', NO_UTF8),
    ("x.po", po().replace(b"utf-8", b"nonsense") + b'msgid "a"\nmsgstr "x"', NO_UTF8),
    ("x.po", po() + b'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"', PLURALS),
]


class TestWholeFiles:
    @pytest.mark.parametrize(("name", "content", "message"), UNREADABLE)
    def test_what_can_not_be_read_is_refused_with_a_remedy(self, draft, name, content, message):
        with pytest.raises(FileProblem) as caught:
            taken(draft, content, name)
        assert str(caught.value) == message
        assert stored(draft) == {}

    def test_a_spreadsheet_that_grows_when_it_is_unpacked(self, draft):
        file = BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b" " * 51 * 1024 * 1024)
        with pytest.raises(FileProblem, match="The spreadsheet is too large once unpacked; split it."):
            taken(draft, file.getvalue())

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_file_of_other_languages(self, draft, kind):
        message = "The file holds English → עברית, and this page is about English → العربيّة; choose"
        with pytest.raises(FileProblem, match=message):
            taken(draft, file_of(kind, draft, target="he"), f"x.{kind}")
        save_translation(draft, "en", "ar", {"survey.title": "كيف؟"})
        with pytest.raises(FileProblem, match="The file holds العربيّة → English"):
            taken(draft, file_of(kind, again(draft), "ar", "en"), f"x.{kind}")

    @pytest.mark.parametrize(("said", "is_taken"), [("ar_EG", True), ("ar", True), ("he", False), ("fr", False)])
    def test_po_tools_may_name_the_region(self, draft, said, is_taken):
        content = po(("survey.title", "How are we doing?", "كيف؟")).replace(b"Language: ar", b"Language: " + said.encode())
        if is_taken:
            assert len(taken(draft, content, "x.po").changed) == 1
        else:
            with pytest.raises(FileProblem):
                taken(draft, content, "x.po")

    @given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
    def test_nothing_but_a_remedy_comes_of_nonsense(self, noise):
        for name, content in (("x.po", noise), ("x.po", po() + b"\n" + noise), ("x.xlsx", b"PK\x03\x04" + noise)):
            try:
                read(name, content)
            except FileProblem as error:
                assert str(error)

    def test_parts_of_a_spreadsheet_cut_off_or_changed(self, draft):
        whole = file_of("xlsx", draft)
        for place in range(0, len(whole), 97):
            for content in (whole[:place], whole[:place] + b"\xff\x00" + whole[place + 2 :]):
                try:
                    read("x.xlsx", content)
                except FileProblem as error:
                    assert str(error)


class TestThePage:
    def send(self, owner, draft, name, content):
        address = reverse("authoring:import_translation", args=[draft.pk]) + "?from=en&to=ar"
        return owner.post(address, {"file": SimpleUploadedFile(name, content)})

    def test_the_summary(self, owner, draft):
        content = filled("po", file_of("po", draft), lambda id_, source: f"ع {source}" if id_.startswith("survey") else "")
        answer = self.send(owner, draft, "back.po", content)
        assert (answer.status_code, answer.context["missing"]) == (200, 7)
        assert re.search(r"5 texts changed,\s+7 unchanged", answer.content.decode())
        assert re.search(r'<td lang="ar" dir="rtl">–</td><td lang="ar" dir="rtl">ع How are we doing\?</td>', answer.content.decode())
        assert re.search(r"0 texts changed,\s+12 unchanged", self.send(owner, draft, "back.po", content).content.decode())

    def test_it_can_be_taken_back(self, owner, draft):
        self.send(owner, draft, "back.po", filled("po", file_of("po", draft), lambda id_, source: f"ع {source}"))
        assert len(stored(draft)) == 12
        owner.post(reverse("authoring:take_back", args=[draft.pk]))
        assert stored(draft) == {}

    def test_errors_by_row(self, owner, draft):
        answer = self.send(owner, draft, "x.xlsx", sheet(["q.nobody.label", "", "Who?", '<b title="x">']))
        shown = answer.content.decode()
        assert answer.status_code == 422
        assert '<bdi>2</bdi> · <code dir="ltr">q.nobody.label</code>: This draft has no such text; delete the row' in shown
        assert ('<b title="x">' in shown, "&lt;b title=&quot;x&quot;&gt;" in shown) == (False, True)

    def test_an_error_of_the_file(self, owner, draft):
        answer = self.send(owner, draft, "x.po", b"nonsense")
        assert answer.status_code == 422
        assert "The PO file is damaged at line 1" in answer.context["file_form"].errors["file"][0]
        too_large = self.send(owner, draft, "x.po", b" " * (2 * 1024 * 1024 + 1))
        assert too_large.context["file_form"].errors == {"file": ["The file is larger than 2 MB."]}

    def test_the_address_of_the_import_leads_back_to_the_page(self, owner, draft):
        answer = owner.get(reverse("authoring:import_translation", args=[draft.pk]) + "?from=en&to=ar")
        assert answer["Location"] == reverse("authoring:translation", args=[draft.pk]) + "?from=en&to=ar"
