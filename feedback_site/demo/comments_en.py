"""English comments, by topic and band; GENERAL fits every topic."""

TOPIC = {
    "price": {
        "promoter": [
            "Fair prices, and no surprises at the end of the year.",
            "You are not the cheapest, but we get good value for every shekel.",
            "The volume discount arrived without our having to ask. Great.",
            "Excellent value; we compared three offers and stayed with you.",
        ],
        "passive": [
            "Good work, although the price went up more than we expected.",
            "Prices are fine for us, a bit high for the smaller orders.",
            "Satisfied on the whole; a clearer price list would help.",
            "Reasonable, but a competitor offered us ten per cent less.",
        ],
        "detractor": [
            "Third price increase in a year, and nobody bothered to call.",
            "Much too expensive for what we get.",
            "We found the same thing for a fifth less. Hard to explain to my boss.",
            "The discount we were promised never showed up.",
        ],
    },
    "service": {
        "promoter": [
            "Your support people are wonderful: they answer within minutes and they know our site.",
            "Every time I call, somebody helpful picks up the phone.",
            "A technician came the same afternoon. Impressive service.",
            "Friendly, professional, and they follow up afterwards.",
        ],
        "passive": [
            "Support is good once you reach the right person.",
            "Nice team, but on Fridays nobody is there.",
            "The answers are correct; they could be quicker.",
            "Solid service, although I had to explain the problem twice.",
        ],
        "detractor": [
            "We waited four days for an answer and then were told to open another ticket.",
            "Terrible support. I was passed between three people, and nobody solved anything.",
            "Since our contact person left, nobody seems to know who we are.",
            "I was cut off twice while waiting on the line.",
        ],
    },
    "delivery": {
        "promoter": [
            "Always on time, even in the week before the holidays.",
            "The deliveries are perfect, and the tracking link is very useful.",
            "We ordered in the morning and had it the next day. Amazing.",
            "In two years not a single delivery was late.",
        ],
        "passive": [
            "Mostly on time. A text message before arrival would be nice.",
            "Good, but delivery to our northern branch takes longer.",
            "Delivery is fine; the packaging is sometimes damaged.",
            "Usually punctual, with one bad week in the summer.",
        ],
        "detractor": [
            "Late again. Our production line stood still for a day because of you.",
            "Half of the order was missing, and the driver knew nothing about it.",
            "The delivery dates in the system are pure fiction.",
            "We were promised Tuesday and got it on Sunday. Unacceptable.",
        ],
    },
    "quality": {
        "promoter": [
            "The quality is excellent and, more important, it is always the same.",
            "We hardly ever send anything back. Great product.",
            "Reliable, well made, and our customers notice it.",
            "The best material we have worked with.",
        ],
        "passive": [
            "Good quality in general; the last batch was a little weaker.",
            "It does what it should, nothing more.",
            "The product is good, the manual is not.",
            "Decent quality, though the colours differ from batch to batch.",
        ],
        "detractor": [
            "Two defective batches in one quarter is bad, whatever the reason.",
            "It broke after three weeks. The replacement broke too.",
            "The quality has become worse since you changed the supplier.",
            "We check every box ourselves now. That should be your job.",
        ],
    },
    "ease": {
        "promoter": [
            "Ordering takes me two minutes. So easy that the whole team uses it.",
            "The new portal is a pleasure to use.",
            "Simple and clear; we needed no training at all.",
            "I love that everything is in one place.",
        ],
        "passive": [
            "The portal works well, but it is slow on the phone.",
            "Easy enough after the first week.",
            "I like the system; the search could be better.",
            "Good, but exporting to Excel still needs too many clicks.",
        ],
        "detractor": [
            "The portal logs me out in the middle of an order. Every single time.",
            "I gave up and sent the order by e-mail, as in the nineties.",
            "Confusing menus, and the help page is useless.",
            "It takes eleven clicks to repeat last month's order.",
        ],
    },
    "billing": {
        "promoter": [
            "The invoices are clear, correct and on time. Our bookkeeper is happy.",
            "Flexible payment terms helped us through a difficult year. Thank you!",
            "One monthly invoice for all branches: perfect.",
            "A mistake on our side was sorted out in one friendly call.",
        ],
        "passive": [
            "Invoices are correct, but the details are hard to read.",
            "Fine. We would like to have the invoice as a structured file.",
            "Good service; the credit note took a few weeks.",
            "All right, apart from one invoice that was sent twice.",
        ],
        "detractor": [
            "Every month a wrong invoice, and every month I have to prove it.",
            "We were charged twice and waited seven weeks for our money.",
            "Your accounting department does not answer e-mails.",
            "A reminder for an invoice we had paid long ago. Embarrassing.",
        ],
    },
}
GENERAL = {
    "promoter": [
        "Keep it up!",
        "Great team.",
        "Very happy with you.",
        "Thanks, excellent as always.",
        "No complaints at all.",
        "You are a real partner for us.",
    ],
    "passive": ["Fine.", "OK, could be better.", "All in all satisfied.", "Nothing special.", "Good, with room for improvement."],
    "detractor": [
        "Disappointing.",
        "Not good.",
        "We are looking at alternatives.",
        "Oh, wonderful: another survey, and still no answer to my complaint.",
        "Congratulations, you managed to lose the same order twice.",
        "Great, if you enjoy waiting.",
    ],
}
HANDLED = [
    "Called the customer, apologised, and agreed on a fixed contact person.",
    "Credit note sent; the customer confirmed that the matter is closed.",
    "Visited on site together with operations; weekly check for one quarter.",
    "Explained the price change and offered the volume discount.",
    "Passed on to quality control; replacement delivered.",
]
