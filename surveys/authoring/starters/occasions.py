"""On occasions: a product in use, and an event."""

from django.utils.translation import gettext_lazy as _

from surveys.authoring.models import Question
from surveys.authoring.starters.base import Starter, choices, scores, shown_if, text, texts, yes_no

Type = Question.Type

PRODUCT = Starter(
    key="product",
    name=_("The product in use"),
    purpose=_("What works, what is missing? Ask regular users once or twice a year."),
    texts=texts(
        ("איך המוצר בשימוש?", "How is the product in use?"),
        ("שאלה אחת, ועוד שלוש למי שרוצה להרחיב.", "One question, and three more if you would like to say why."),
        ("תודה! אנחנו קוראים כל הצעה.", "Thank you! We read every suggestion."),
        ("מה לשפר במוצר?", "What should we improve in the product?"),
        (
            "אתם משתמשים במוצר שלנו כבר זמן מה. עד כמה הוא עונה על הצרכים שלכם? בחרו ציון אחד.",
            "You have used our product for a while. How well does it meet your needs? Choose one number.",
        ),
    ),
    questions=[
        scores(
            "meets_needs",
            Type.CSAT,
            ("עד כמה המוצר עונה על הצרכים שלכם?", "כלל לא", "במלואם"),
            ("How well does the product meet your needs?", "Not at all", "Completely"),
        ),
        choices(
            "how_often",
            Type.ONE_CHOICE,
            "באיזו תדירות אתם משתמשים בו?",
            "How often do you use it?",
            [
                ("daily", "כל יום", "Every day"),
                ("weekly", "כל שבוע", "Every week"),
                ("monthly", "כל חודש", "Every month"),
                ("rarely", "לעיתים רחוקות", "Rarely"),
            ],
        ),
        shown_if(
            text("why_rarely", "מה מונע מכם להשתמש בו יותר?", "What keeps you from using it more?"), "how_often", "includes", "rarely"
        ),
        text("missing", "מה חסר לכם במוצר?", "What is missing?"),
    ],
)

EVENT = Starter(
    key="event",
    name=_("After an event"),
    purpose=_("Was it worth the time? Ask on the next working day."),
    texts=texts(
        ("איך היה האירוע?", "How was the event?"),
        ("חצי דקה, כדי שהאירוע הבא יהיה טוב יותר.", "Half a minute, to make the next one better."),
        ("תודה שבאתם, ותודה על המשוב.", "Thank you for coming, and for your feedback."),
        ("איך היה האירוע?", "How was the event?"),
        (
            "תודה שהייתם איתנו. עד כמה הייתם מרוצים מהאירוע? בחרו ציון אחד.",
            "Thank you for being with us. How satisfied were you with the event? Choose one number.",
        ),
    ),
    questions=[
        scores(
            "event",
            Type.CSAT,
            ("עד כמה הייתם מרוצים מהאירוע?", "מאוד לא מרוצים", "מרוצים מאוד"),
            ("How satisfied were you with the event?", "Very dissatisfied", "Very satisfied"),
        ),
        choices(
            "best_part",
            Type.SEVERAL_CHOICES,
            "מה היה הכי שווה?",
            "What was most worthwhile?",
            [
                ("talks", "ההרצאות", "The talks"),
                ("people", "המפגש עם אנשים", "Meeting people"),
                ("products", "היכרות עם מוצרים", "Getting to know products"),
                ("place", "המקום והאירוח", "The place and the hospitality"),
            ],
        ),
        yes_no("again", "האם תבואו שוב?", "Would you come again?"),
        text("next_time", "מה כדאי לעשות אחרת בפעם הבאה?", "What should be different next time?"),
    ],
)

ALL = (PRODUCT, EVENT)
