from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"

    def ready(self) -> None:
        from anymail.signals import tracking

        from feedback_site.imports import registry
        from surveys.collection import imports as collection
        from surveys.collection.audience import by_last_score
        from surveys.customers import imports as customers
        from surveys.distribution import facts
        from surveys.distribution import imports as distribution
        from surveys.distribution.webhooks import on_tracking
        from surveys.followup.audience import by_open_case

        for kind in (*customers.KINDS, *distribution.KINDS, *collection.KINDS):
            registry.register(kind)
        tracking.connect(on_tracking, dispatch_uid="distribution")  # anymail's own way of handing on what providers tell
        facts.FACTS[facts.LAST_SCORE] = by_last_score
        facts.FACTS[facts.OPEN_CASE] = by_open_case
