"""The three to begin with: the relationship as a whole, a service, and help that was asked for."""

from django.utils.translation import gettext_lazy as _

from surveys.authoring.models import Question
from surveys.authoring.starters.base import Starter, choices, scores, text

Type = Question.Type

RELATIONSHIP = Starter(
    key="relationship-nps",
    name=_("Relationship with our customers"),
    purpose=_("Would they recommend us, and what moves them? Ask every contact once or twice a year."),
    texts={
        "he": {
            "title": "איך אנחנו בעיניכם?",
            "introduction": "שאלה אחת, ועוד שלוש למי שרוצה להרחיב. פחות משתי דקות.",
            "thanks": "תודה שהקדשתם לנו זמן. אנחנו קוראים כל תשובה, ונחזור אליכם אם יש משהו שעלינו לתקן.",
            "subject": "שאלה אחת על העבודה המשותפת שלנו",
            "invitation": "נשמח לדעת עד כמה אתם מרוצים מהעבודה איתנו. בחרו ציון אחד – זה כל מה שנדרש, ואפשר גם להוסיף כמה מילים.",
        },
        "en": {
            "title": "How are we doing?",
            "introduction": "One question, and three more if you would like to say why. Less than two minutes.",
            "thanks": "Thank you for your time. We read every answer, and will come back to you where there is something to put right.",
            "subject": "One question about working with us",
            "invitation": "We would like to know how working with us is for you. Choose one number; that is all, though a few words help.",
        },
    },
    questions=[
        scores(
            "recommend",
            Type.NPS,
            ("עד כמה סביר שתמליצו עלינו לקולגה או לחבר?", "כלל לא סביר", "סביר מאוד"),
            ("How likely are you to recommend us to a colleague or friend?", "Not at all likely", "Extremely likely"),
        ),
        text("reason", "מה הסיבה העיקרית לציון שנתתם?", "What is the main reason for your score?"),
        choices(
            "improve",
            Type.SEVERAL_CHOICES,
            "במה היינו צריכים להשתפר קודם כול?",
            "What should we improve first?",
            [
                ("quality", "איכות המוצר או השירות", "Quality of the product or service"),
                ("delivery", "עמידה בלוחות זמנים", "Delivery on time"),
                ("support", "תמיכה ומענה לפניות", "Support and answers to requests"),
                ("account_manager", "הקשר עם מנהל הלקוח", "Contact with our account manager"),
                ("price", "התמורה למחיר", "Value for the price"),
                ("billing", "חשבוניות ותהליכים", "Invoices and procedures"),
                ("nothing", "אין מה לשפר כרגע", "Nothing at the moment"),
            ],
        ),
        text("one_thing", "אם היינו יכולים לשנות דבר אחד עבורכם, מה הוא היה?", "If we could change one thing for you, what would it be?"),
    ],
)

AFTER_SERVICE = Starter(
    key="service-csat",
    name=_("Satisfaction after a service"),
    purpose=_("How was this delivery, visit or project? Ask within days, of those who received it."),
    texts={
        "he": {
            "title": "איך היה השירות?",
            "introduction": "עזרו לנו להשתפר: שאלה אחת, ועוד שתיים למי שרוצה להרחיב.",
            "thanks": "תודה! מה שכתבתם מגיע ישירות לצוות שטיפל בכם.",
            "subject": "איך היה השירות שקיבלתם?",
            "invitation": "קיבלתם מאיתנו שירות לאחרונה. עד כמה אתם מרוצים ממנו? בחרו ציון אחד.",
        },
        "en": {
            "title": "How was our service?",
            "introduction": "Help us do better: one question, and two more if you would like to say why.",
            "thanks": "Thank you! What you wrote goes straight to the team that served you.",
            "subject": "How was the service you received?",
            "invitation": "You have received a service from us lately. How satisfied are you with it? Choose one number.",
        },
    },
    questions=[
        scores(
            "satisfaction",
            Type.CSAT,
            ("עד כמה אתם מרוצים מהשירות שקיבלתם?", "מאוד לא מרוצים", "מרוצים מאוד"),
            ("How satisfied are you with the service you received?", "Very dissatisfied", "Very satisfied"),
        ),
        choices(
            "mattered",
            Type.ONE_CHOICE,
            "מה השפיע על הציון יותר מכול?",
            "What mattered most for your score?",
            [
                ("result", "התוצאה", "The result"),
                ("time", "הזמן שזה לקח", "The time it took"),
                ("people", "היחס של הצוות", "How our people treated you"),
                ("information", "המידע והעדכונים בדרך", "How well we kept you informed"),
                ("price", "המחיר", "The price"),
            ],
        ),
        text("comment", "מה עבד טוב, ומה היה יכול להיות טוב יותר?", "What went well, and what could have been better?"),
    ],
)

AFTER_SUPPORT = Starter(
    key="support-ces",
    name=_("Ease of getting help"),
    purpose=_("Was it easy to get the matter solved? Ask right after a support case is closed."),
    texts={
        "he": {
            "title": "קל היה לקבל עזרה?",
            "introduction": "פניתם אלינו לאחרונה. נשמח לדעת איך היה, בחצי דקה.",
            "thanks": "תודה! אם העניין עדיין פתוח, נחזור אליכם.",
            "subject": "כמה קל היה לקבל מאיתנו עזרה?",
            "invitation": "הפנייה שלכם נסגרה. כמה קל היה לקבל מאיתנו עזרה? בחרו ציון אחד.",
        },
        "en": {
            "title": "Was it easy to get help?",
            "introduction": "You contacted us lately. Tell us how it was, in half a minute.",
            "thanks": "Thank you! If the matter is still open, we will come back to you.",
            "subject": "How easy was it to get help from us?",
            "invitation": "Your request has been closed. How easy was it to get help from us? Choose one number.",
        },
    },
    questions=[
        scores(
            "ease",
            Type.CES,
            ("כמה קל היה לקבל מאיתנו מענה לפנייה?", "קשה מאוד", "קל מאוד"),
            ("How easy was it to get your request handled?", "Very difficult", "Very easy"),
        ),
        choices(
            "solved",
            Type.ONE_CHOICE,
            "האם הפנייה נפתרה?",
            "Is the matter solved?",
            [("yes", "כן, לגמרי", "Yes, completely"), ("partly", "חלקית", "Partly"), ("no", "לא", "No")],
        ),
        text("comment", "מה היה יכול לחסוך לכם מאמץ?", "What would have saved you effort?"),
    ],
)
