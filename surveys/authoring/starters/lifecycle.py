"""Along the life of a customer: the beginning, the renewal, the end, and the deal that was won or lost."""

from django.utils.translation import gettext_lazy as _

from surveys.authoring.models import Question
from surveys.authoring.starters.base import Starter, choices, scores, shown_if, text, texts, yes_no

Type = Question.Type

ONBOARDING = Starter(
    key="onboarding",
    name=_("The first weeks"),
    purpose=_("Did the start go well? Ask four to six weeks after the first delivery or log-in."),
    texts=texts(
        ("איך עברו השבועות הראשונים?", "How were the first weeks?"),
        ("שלוש שאלות קצרות, כדי שנוכל לעזור בזמן.", "Three short questions, so that we can help in time."),
        ("תודה! אם משהו עדיין חסר, ניצור קשר בימים הקרובים.", "Thank you! If something is still missing, we will be in touch within days."),
        ("איך מתקדמת ההתחלה שלכם איתנו?", "How is your start with us going?"),
        (
            "עברו כמה שבועות מאז שהתחלנו לעבוד יחד. עד כמה קל היה להתחיל? בחרו ציון אחד.",
            "A few weeks have passed since we began. How easy was it to get started? Choose one number.",
        ),
    ),
    questions=[
        scores(
            "start_ease",
            Type.CES,
            ("כמה קל היה להתחיל לעבוד איתנו?", "קשה מאוד", "קל מאוד"),
            ("How easy was it to get started with us?", "Very difficult", "Very easy"),
        ),
        yes_no("goal_clear", "האם ברור לכם מהו הצעד הבא?", "Do you know what the next step is?"),
        shown_if(text("goal_missing", "מה עדיין לא ברור?", "What is still unclear?"), "goal_clear", "includes", "no"),
        choices(
            "start_hindered",
            Type.SEVERAL_CHOICES,
            "מה הקשה על ההתחלה?",
            "What made the start harder?",
            [
                ("training", "הדרכה", "Training"),
                ("documentation", "תיעוד והוראות", "Documentation"),
                ("setup", "התקנה והגדרות", "Set-up"),
                ("response", "זמני תגובה שלנו", "How fast we responded"),
                ("nothing", "שום דבר", "Nothing"),
            ],
        ),
    ],
)

RENEWAL = Starter(
    key="renewal",
    name=_("Before the renewal"),
    purpose=_("Will they stay, and what would decide it? Ask two to three months before the contract ends."),
    texts=texts(
        ("לקראת חידוש ההתקשרות", "Before our contract is renewed"),
        ("נשמח לשמוע מה חשוב לכם לשנה הקרובה.", "We would like to hear what matters to you for the coming year."),
        ("תודה! נתכונן לשיחה לפי מה שכתבתם.", "Thank you! We will prepare our talk by what you wrote."),
        ("לפני החידוש: מה נכון לכם?", "Before the renewal: what is right for you?"),
        (
            "ההסכם בינינו מתחדש בקרוב. עד כמה סביר שתמשיכו איתנו? בחרו ציון אחד.",
            "Our agreement is soon to be renewed. How likely are you to stay with us? Choose one number.",
        ),
    ),
    questions=[
        scores(
            "stay",
            Type.NPS,
            ("עד כמה סביר שתמשיכו לעבוד איתנו?", "כלל לא סביר", "סביר מאוד"),
            ("How likely are you to go on working with us?", "Not at all likely", "Extremely likely"),
        ),
        shown_if(
            choices(
                "leave_reason",
                Type.SEVERAL_CHOICES,
                "מה גורם לכם להתלבט?",
                "What makes you hesitate?",
                [
                    ("price", "המחיר", "The price"),
                    ("quality", "איכות המוצר או השירות", "Quality of the product or service"),
                    ("need", "הצורך השתנה", "Our needs have changed"),
                    ("competitor", "הצעה של מתחרה", "An offer of a competitor"),
                    ("contact", "הקשר איתכם", "The contact with you"),
                ],
            ),
            "stay",
            "at_most",
            "8",
        ),
        text("next_year", "מה צריך לקרות בשנה הבאה כדי שתהיו מרוצים?", "What has to happen next year for you to be satisfied?"),
    ],
)

EXIT = Starter(
    key="exit",
    name=_("When a customer leaves"),
    purpose=_("Why did they leave, and would they come back? Ask within two weeks, once."),
    texts=texts(
        ("מצטערים שאתם עוזבים", "We are sorry to see you go"),
        ("שאלה אחת, ועוד שתיים. הכנות שלכם תעזור לנו להשתפר.", "One question, and two more. Your honesty helps us to improve."),
        ("תודה על הכנות, ובהצלחה בהמשך.", "Thank you for your honesty, and all the best."),
        ("מה יכולנו לעשות אחרת?", "What could we have done otherwise?"),
        (
            "ההתקשרות בינינו הסתיימה. עד כמה הייתם מרוצים מהעבודה איתנו בסך הכול? בחרו ציון אחד.",
            "Our contract has ended. How satisfied were you with us, all in all? Choose one number.",
        ),
    ),
    questions=[
        scores(
            "all_in_all",
            Type.CSAT,
            ("עד כמה הייתם מרוצים מאיתנו בסך הכול?", "מאוד לא מרוצים", "מרוצים מאוד"),
            ("How satisfied were you with us, all in all?", "Very dissatisfied", "Very satisfied"),
        ),
        choices(
            "left_for",
            Type.ONE_CHOICE,
            "מה הייתה הסיבה העיקרית לעזיבה?",
            "What was the main reason for leaving?",
            [
                ("price", "המחיר", "The price"),
                ("quality", "איכות המוצר או השירות", "Quality of the product or service"),
                ("support", "התמיכה", "Support"),
                ("need", "הצורך השתנה", "Our needs have changed"),
                ("competitor", "עברנו לספק אחר", "We moved to another supplier"),
            ],
        ),
        shown_if(
            text("competitor", "מה הספק החדש עושה טוב יותר?", "What does the new supplier do better?"), "left_for", "includes", "competitor"
        ),
        yes_no("come_back", "האם תשקלו לחזור אלינו בעתיד?", "Would you consider coming back one day?"),
    ],
)

WIN_LOSS = Starter(
    key="win-loss",
    name=_("After a deal was won or lost"),
    purpose=_("What decided? Ask the person who decided, within a month, whichever way it went."),
    texts=texts(
        ("איך קיבלתם את ההחלטה?", "How did you decide?"),
        (
            "ארבע שאלות על הדרך להחלטה שלכם, בין אם בחרתם בנו ובין אם לא.",
            "Four questions on the way to your decision, whether you chose us or not.",
        ),
        ("תודה! זה עוזר לנו להציע לכם ולאחרים הצעות טובות יותר.", "Thank you! This helps us to make better offers."),
        ("כמה מילים על ההחלטה שלכם", "A few words on your decision"),
        (
            "לאחרונה קיבלתם החלטה לגבי ההצעה שלנו. כמה קל היה לכם להתנהל מולנו עד אז? בחרו ציון אחד.",
            "You have decided on our offer lately. How easy was it to deal with us until then? Choose one number.",
        ),
    ),
    questions=[
        scores(
            "sales_ease",
            Type.CES,
            ("כמה קל היה להתנהל מולנו עד להחלטה?", "קשה מאוד", "קל מאוד"),
            ("How easy was it to deal with us until you decided?", "Very difficult", "Very easy"),
        ),
        yes_no("chosen", "האם בחרתם בנו?", "Did you choose us?"),
        choices(
            "decided_by",
            Type.SEVERAL_CHOICES,
            "מה הכריע?",
            "What decided?",
            [
                ("price", "המחיר", "The price"),
                ("features", "מה שהמוצר יודע לעשות", "What the product can do"),
                ("trust", "האמון בנו", "Trust in us"),
                ("references", "המלצות ולקוחות אחרים", "References"),
                ("timing", "לוחות הזמנים", "Timing"),
                ("terms", "תנאי ההסכם", "Terms of the contract"),
            ],
        ),
        shown_if(
            text("lost_to", "במי בחרתם, ומה היה טוב יותר אצלו?", "Whom did you choose, and what was better there?"),
            "chosen",
            "includes",
            "no",
        ),
        shown_if(
            text("won_by", "מה כמעט גרם לכם לא לבחור בנו?", "What nearly made you choose somebody else?"), "chosen", "includes", "yes"
        ),
    ],
)

ALL = (ONBOARDING, RENEWAL, EXIT, WIN_LOSS)
