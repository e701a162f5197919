"""Personal data in texts: what is found, what only looks like it, and that no text takes long.

Numbers are those that their issuers publish as examples: cards of payment processors' test pages, IBAN of the registry (SWIFT),
identity numbers made by the check digit of the Israeli population registry.
"""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.text.engines.personal import without_personal_data
from feedback_site.personal import MARKS, found, masked


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Write to dana.levi+shop@mail.example.co.il.", "Write to [e-mail]."),
        ("כתבו לdana@example.com בבקשה", "כתבו ל[e-mail] בבקשה"),
        ("DANA@EXAMPLE.COM, o'neil@example.org", "[e-mail], [e-mail]"),
        ("התקשרו ל050-1234567 מיד", "התקשרו ל[phone] מיד"),
        ("0501234567 / 052-765 4321", "[phone] / [phone]"),
        ("(03) 123-4567 or 077.123.4567", "[phone] or [phone]"),
        ("+972 50 123 4567, +972-(0)50-1234567, 972501234567, 00972-50-1234567", "[phone], [phone], [phone], [phone]"),
        ("+1 415 555 2671 and +44 20 7946 0958", "[phone] and [phone]"),
        ("1-800-400-400", "[phone]"),
        ("\u200f05\u200e0–123\u00a04567", "\u200f[phone]"),
        ("٠٥٠-١٢٣٤٥٦٧", "[phone]"),
        ("ת.ז. 123456782", "ת.ז. [identity number]"),
        ("id 12345678-2, 0-1234567-4", "id [identity number], [identity number]"),
        ("1234567-4", "[identity number]"),  # the leading zero left out
        ("123456782", "[identity number]"),  # in doubt
        ("my number 123456782", "my number [identity number]"),
        ("4111 1111 1111 1111", "[card]"),
        ("4111-1111-1111-1111", "[card]"),
        ("4111.1111.1111.1111, 4111/1111/1111/1111, 4111  1111  1111  1111", "[card], [card], [card]"),
        ("גרתי בדרך מנחם בגין 132 ובכיכר המדינה 5", "גרתי ב[address] וב[address]"),
        ("כרטיס 4111111111111111, תוקף 12/28", "כרטיס [card], תוקף 12/28"),
        ("3782 822463 10005", "[card]"),
        ("order 123 4111111111111111", "order 123 [card]"),
        ("0501234567 4111111111111111", "[phone] [card]"),
        ("IL62 0108 0000 0009 9999 999 please", "[bank account] please"),
        ("GB82WEST12345698765432", "[bank account]"),
        ("גר ברחוב הרצל 15, תל אביב", "גר ב[address], תל אביב"),
        ("רח' בן יהודה 22/4 ירושלים", "[address] ירושלים"),
        ('שדרות רוטשילד 7 או ת"ד 4456', "[address] או [address]"),
        ("12 Main Street, Springfield; 12 main street", "[address], Springfield; [address]"),
        ("Herzl St. 15, Tel Aviv or P.O. Box 123", "[address], Tel Aviv or [address]"),
    ],
)
def test_what_is_masked(text, read):
    assert masked(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "Dial *2345 or 106",  # nobody's own
        "order 123456789, order 87654321",  # no check digit fits
        "4111 1111 1111 1112",
        "IL62 0108 0000 0009 9999 998",
        "8944 1000 3000 0000 1234",  # a SIM card
        "501234567",  # without the 0 it is an order number
        "On 2026-11-27 at 10:30, 20261127, 27112026",
        "price 1,234,567.50, 12345678.50, 100000 200000",
        "10 out of 10, from 2019 to 2024, v1.2.3.4, 192.168.10.255",
        "@dana on line, a@b",
        "ברחוב חיכיתי 20 דקות",
        "I waited 5 days on the road",
        "",
    ],
)
def test_what_only_looks_like_it_stays(text):
    assert masked(text) == text


BESIDE_IDENTITY = [
    *("ת.ז. {}", "ת״ז: {}", 'בת"ז {}', "תז {}", "תעודת זהות {}", "תעודת הזהות שלי היא {}", "מספר זהות {}", "מס' ת.ז. {}"),
    *("ID {}", "id: {}", "I.D. number {}", "ID no. {}", "identity number is {}", "my identity card #{}", "order 5 of ID {}"),
    *("order ID {}", "{} is my ID", "{} (ת.ז.)", "{} זו תעודת הזהות שלי", "הזמנה 55, ת.ז {}", "order for {}, my ID"),
]
BESIDE_ORDERS = [
    *("order {}", "Order number: {}", "order no. {}", "my order #{} is late", "invoice {}", "tickets: {}", "case number is {}"),
    *("הזמנה {}", "מספר הזמנה {}", "ההזמנה שלי {} לא הגיעה", "בהזמנה מס' {}", "חשבונית {}", "לחשבונית מס׳ {}", "קריאה {}"),
    *("קריאת שירות {}", "פנייה {}", "פניה מספר {}", "פניית {}", "תקלה: {}", "מספר תקלה {}", "{} is my order number", "{} (ticket)"),
    *("{} זה מספר ההזמנה", "ההזמנה שמספרה {}", "הזמנה\n{}", "order\u00a0{}"),
]


@pytest.mark.parametrize("text", BESIDE_IDENTITY)
@pytest.mark.parametrize("number", ["123456782", "12345674", "12345678-2"])
def test_beside_words_of_identity_a_number_with_a_right_check_digit_always_is_one(text, number):
    assert masked(text.format(number)) == text.format("[identity number]")


@pytest.mark.parametrize("text", BESIDE_ORDERS)
def test_beside_words_of_orders_a_number_whose_check_digit_fits_by_chance_stays(text):
    assert masked(text.format("123456782")) == text.format("123456782")
    assert masked(text.format("12345674")) == text.format("12345674")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("12345674", "12345674"),  # eight digits and nothing that says what they are
        ("הלקוח 12345674", "הלקוח 12345674"),
        ("ת.ז. 123456789", "ת.ז. 123456789"),  # the check digit does not fit
        ("order 123456782, ID 223456781", "order 123456782, ID [identity number]"),
        ("ת.ז. 123456782, הזמנה 223456781", "ת.ז. [identity number], הזמנה 223456781"),
        ("The order came late. 123456782", "The order came late. [identity number]"),
        ("border 123456782, orderly 123456782, kid 12345674", "border [identity number], orderly [identity number], kid 12345674"),
        ("123456782 order never came", "[identity number] order never came"),
        ("order 0501234567", "order [phone]"),
        ("order 4111 1111 1111 1111", "order [card]"),
    ],
)
def test_the_word_that_belongs_to_the_number_counts(text, read):
    assert masked(text) == read


def test_the_share_of_order_numbers_that_are_masked_by_chance():
    numbers = range(300_000_000, 300_002_000)
    assert sum(masked(f"order {number}") != f"order {number}" for number in numbers) == 0
    assert sum(masked(f"{number}") == "[identity number]" for number in numbers) == 200  # of those without a word beside them one in ten


@pytest.mark.parametrize(
    ("region", "text", "read"),
    [
        ("DE", "Rufen Sie 030 901820 an", "Rufen Sie [phone] an"),
        ("GB", "call 020 7946 0958 or 07400 123456", "call [phone] or [phone]"),
        ("US", "call (415) 555-2671 or 415-555-2671", "call [phone] or [phone]"),
        ("US", "order 4155552671", "order 4155552671"),
        ("US", "order number: 4155552671", "order number: 4155552671"),
        ("US", "My phone no. 212-456-7890", "My phone no. [phone]"),
        ("US", "Call me just in case: 212-456-7890", "Call me just in case: [phone]"),
        ("US", "In case 2124567890 is busy", "In case [phone] is busy"),
        ("US", "I want to order, 212-456-7890", "I want to order, [phone]"),
        ("IL", "passport no. 123456782", "passport no. [identity number]"),
        ("ES", "llame al 612 34 56 78", "llame al [phone]"),
        ("DE", "+972 50 123 4567, +44 20 7946 0958", "[phone], [phone]"),
        ("DE", "ת.ז. 123456782", "ת.ז. [identity number]"),
    ],
)
def test_telephone_numbers_without_a_country_code_are_those_of_the_region(settings, region, text, read):
    settings.PHONE_REGION = region
    assert masked(text) == read


def test_places_are_those_of_the_text():
    text = "א\u200f٠٥٠-١٢٣٤٥٦٧, a@b.com"
    assert [(text[start:end], kind) for start, end, kind in found(text)] == [("٠٥٠-١٢٣٤٥٦٧", "phone"), ("a@b.com", "email")]


@given(st.text(st.sampled_from("0123456789 -.()+@/abIL\u200f\u00a0٣ר"), max_size=80))
def test_spans_are_in_order_and_apart_and_what_is_left_has_none_that_touches_them(text):
    spans = found(text)
    edges = [edge for start, end, _kind in spans for edge in (start, end)]
    assert edges == sorted(edges)
    assert all(start < end <= len(text) for start, end, _kind in spans)
    assert masked(text, dict.fromkeys(MARKS, "…")).count("…") == len(spans)


@pytest.mark.parametrize("part", ["1", "123 ", "0 5 ", "a@", "IL62", "12 A A A ", "רחוב א א "])
def test_no_text_takes_long(part):
    """Half a second as measured; ten times that is the bound, so that a busy machine does not matter."""
    start = process_time()
    assert found(part * (100_000 // len(part))) == []
    assert process_time() - start < 5


class TestForReadersOutside:
    def test_known_names_go_too(self):
        text = 'Call Dana, 050-1234567. תודה לדנה לוי מאקמה בע"מ. dana l. of Acme Ltd; Danaher stays'
        people, companies = ["Dana Levi", "דנה לוי"], ["Acme Ltd", 'אקמה בע"מ']
        assert without_personal_data(text, people, companies) == (
            "Call [name], [phone]. תודה ל[name] מ[company]. [name] l. of [company]; Danaher stays"
        )

    @pytest.mark.parametrize("name", ["", " ", "(", "a|b", "\\"])
    def test_odd_names_harm_nothing(self, name):
        assert without_personal_data("All (fine)", [name], [name]) == "All (fine)"
