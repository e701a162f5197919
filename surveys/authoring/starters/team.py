"""What the company asks of its own sales team."""

from django.utils.translation import gettext_lazy as _

from surveys.authoring.models import Survey
from surveys.authoring.starters.base import Starter, Type, choices, scores, text, texts

PULSE = Starter(
    key="sales-pulse",
    name=_("Sales-team pulse"),
    purpose=_("What sells, what does not, and why: from those who hear it every day. Anonymous, once a month or a quarter."),
    audience=Survey.Audience.TEAM,
    is_anonymous=True,
    texts=texts(
        ("מה שומעים בשטח?", "What do you hear in the field?"),
        (
            "שלוש דקות, אנונימי. ההנהלה רואה רק סיכומים של חמישה אנשים ומעלה.",
            "Three minutes, anonymous. Only summaries of five people and more are seen.",
        ),
        ("תודה. הסיכום יוצג בישיבת המכירות הבאה.", "Thank you. The summary comes to the next sales meeting."),
        ("", ""),
        ("", ""),
    ),
    questions=[
        scores(
            "recommend_selling_here",
            Type.NPS,
            ("עד כמה הייתם ממליצים לחבר לבוא למכור כאן?", "בשום אופן לא", "בהחלט כן"),
            ("How likely are you to recommend selling here to a friend?", "Not at all likely", "Extremely likely"),
        ),
        choices(
            "what_sells",
            Type.SEVERAL_CHOICES,
            "מה מוכר עכשיו? מה משכנע את הלקוחות?",
            "What sells just now? What convinces customers?",
            [
                ("product", "המוצר עצמו", "The product itself"),
                ("price", "המחיר", "The price"),
                ("service", "השירות והתמיכה", "Service and support"),
                ("brand", "השם שלנו והמלצות", "Our name, and references"),
                ("relationship", "הקשר האישי", "The personal relationship"),
                ("delivery", "זמינות ואספקה", "Availability and delivery"),
            ],
        ),
        text("why_it_sells", "ספרו על עסקה שנסגרה לאחרונה: מה הכריע?", "Think of a deal you won lately: what decided it?"),
        choices(
            "what_does_not",
            Type.SEVERAL_CHOICES,
            "על מה אנחנו מפסידים עסקאות?",
            "What do we lose deals over?",
            [
                ("price", "המחיר", "The price"),
                ("features", "חסר משהו במוצר", "Something missing in the product"),
                ("competitor", "מתחרה חזק יותר", "A stronger competitor"),
                ("reputation", "חוויה קודמת לא טובה איתנו", "A bad experience with us before"),
                ("slow", "אנחנו איטיים מדי", "We are too slow"),
                ("no_budget", "ללקוח אין תקציב", "The customer has no budget"),
            ],
        ),
        text(
            "why_it_does_not",
            "ספרו על עסקה שהפסדנו: לטובת מי, ומה היה חסר?",
            "Think of a deal that we lost: to whom, and what was missing?",
        ),
        scores(
            "tools",
            Type.CES,
            ("כמה קל לכם להשיג את מה שצריך כדי למכור: חומרים, מחירים, תשובות?", "קשה מאוד", "קל מאוד"),
            ("How easy is it to get what you need to sell: material, prices, answers?", "Very difficult", "Very easy"),
        ),
    ],
)

ALL = (PULSE,)
