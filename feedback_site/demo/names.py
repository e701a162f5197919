"""Names of people and companies, in Hebrew and in Latin letters."""


def _words(text: str) -> list[str]:
    return text.split()


FIRST_HE = _words(
    "נועה יעל מיכל שירה תמר רונית אורית דנה ליאת הילה ענת גלית מאיה רחל סיגל עדי טל רוני אביגיל אסתר יוסי דוד משה "
    "אבי איתן עומר גיא רון אלון ניר יואב אורי עמית דניאל שלמה ברק ערן חיים אייל מוחמד סאמר לינא"
)
LAST_HE = _words(
    "כהן לוי מזרחי פרץ ביטון דהן אברהם פרידמן אזולאי מלכה עמר גבאי חדד יוסף שפירא רוזן קליין ברק שלום סגל בן־דוד "
    "הראל נחום אלון שרון גולן ארד טל רביב חורי נאסר שמש"
)
FIRST_EN = _words(
    "Noa Yael Michal Tamar Dana Maya Rachel Adi Sarah Emma Olivia Anna Laura Rita Leila David Daniel Jonathan "
    "Michael Ethan Guy Adam Thomas James Sam Omar Victor Boris Mark Alex Eli"
)
LAST_EN = _words(
    "Cohen Levy Mizrahi Peretz Katz Friedman Shapiro Rosen Klein Segal Harel Golan Barak Walker Miller Novak "
    "Fischer Bennett Haddad Khoury Nasser Ivanov Petrov Green Stone Rivers Marsh Hall"
)
COMPANY_HE = _words(
    "גליל כרמל ארבל תבור שרון נגב ערבה גלבוע חרמון ירקון אלון ברוש ארז תמר רימון זית שקד אלה הדס דקל אורן צפון מפרש "
    "עוגן מגדל גשר אופק שחר ברק זוהר נחשול אשד מעיין סלע פסגה רקיע לביא עיט נשר דרור"
)
COMPANY_EN = _words(
    "Galil Carmel Arbel Tavor Sharon Negev Arava Gilboa Hermon Yarkon Alon Cypress Cedar Palm Rimon Olive Almond "
    "Terebinth Harbour Delta Pine Northgate Anchor Tower Bridge Horizon Sunrise Lightning Breakwater Cascade Spring "
    "Rock Summit Skyline Lion Eagle Falcon Swallow Compass Meridian"
)
SUFFIX_HE = {
    "Retail": ["רשתות", "סחר", "אופנה", "שיווק", "בית וגן"],
    "Manufacturing": ["תעשיות", "פלסטיק", "מתכת", "אלקטרוניקה", "מזון"],
    "Hospitality": ["מלונות", "קייטרינג", "אירועים", "מסעדות", "נופש"],
    "Healthcare": ["מרפאות", "מכונים", "מעבדות", "מכשור רפואי"],
    "Public sector": ["מועצה אזורית", "קריית חינוך", "תאגיד מים", "מתנ״סים"],
    "Logistics": ["לוגיסטיקה", "הובלות", "שילוח", "מחסנים"],
}
SUFFIX_EN = {
    "Retail": ["Stores", "Trading", "Fashion", "Markets", "Home & Garden"],
    "Manufacturing": ["Industries", "Plastics", "Metalworks", "Electronics", "Foods"],
    "Hospitality": ["Hotels", "Catering", "Events", "Restaurants", "Resorts"],
    "Healthcare": ["Medical", "Clinics", "Laboratories", "Devices"],
    "Public sector": ["Regional Council", "Education Campus", "Water Utility", "Community Centers"],
    "Logistics": ["Logistics", "Freight", "Couriers", "Warehousing"],
}
CONTACT_ROLES_HE = ("רכש", "תפעול", "הנהלה", "כספים", "איכות", "לוגיסטיקה")  # departments: a title would have a gender
CONTACT_ROLES_EN = ("Purchasing", "Operations", "Management", "Finance", "Quality", "Logistics")
HEBREW_PERSON = (FIRST_HE, LAST_HE, CONTACT_ROLES_HE)
LATIN_PERSON = (FIRST_EN, LAST_EN, CONTACT_ROLES_EN)

# What the demo's own people are called; the first of each list is the one whose login is printed.
LEADS = ("Orna Levin", "Eli Barkan")
MANAGERS = (
    ("Maya Regev", "Tom Almog", "Hila Nevo", "Samir Haddad"),
    ("Yoav Stern", "Rina Katz", "Daniel Gross", "Noga Peled"),
)
REPRESENTATIVES = ("Ronen Sela", "Lior Amit", "Dina Volkov", "Guy Shavit", "Amal Nasser", "Keren Doron")
TEAMS = ("North and Jerusalem", "Center and South")
KIND_FIRST_HE = ("Manufacturing", "Hospitality", "Healthcare", "Public sector")  # "מלונות כרמל", but "כרמל לוגיסטיקה"
